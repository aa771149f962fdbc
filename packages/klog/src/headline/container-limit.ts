/** Whose limit a kill in a container of OpenVZ was about. */
export interface ContainerLimit {
  /** `UB` and the number of the container: its account is called a user beancounter. */
  readonly cgroup: string;
  readonly cgroupLimit: true;
}

/** Reads the number that OpenVZ gives a container; null for none, and for 0, which is the machine itself. */
export function containerLimit(container: string | undefined): ContainerLimit | null {
  return container === undefined || container === '0' ? null : { cgroup: `UB ${container}`, cgroupLimit: true };
}

/** What the policy and the cpuset of a task confine it to, as printed. */
export interface Placement {
  readonly nodemask: string | null;
  readonly cpuset: string | null;
  readonly memsAllowed: string | null;
}

/** Reads `nodemask=(null),cpuset=/,mems_allowed=0`, whichever of the three a line has. */
export function placementIn(text: string): Placement {
  return {
    nodemask: /nodemask=(\(null\)|[0-9,-]*\d)?/.exec(text)?.[1] ?? null,
    cpuset: /[, ]cpuset=([^,\s]*)/.exec(text)?.[1] ?? null,
    memsAllowed: /mems_allowed=([0-9,-]*\d)?/.exec(text)?.[1] ?? null,
  };
}

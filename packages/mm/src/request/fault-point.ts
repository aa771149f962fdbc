/** Decides, before anything else happens to a request, whether it is made to fail. */
export interface FaultPoint {
  /** False as long as nothing is to fail: then it is not asked. */
  readonly armed?: boolean;
  shouldFail(gfp: number, order: number): boolean;
}

/** Is the request made to fail? */
export function injects(fault: FaultPoint | null, gfp: number, order: number): boolean {
  return fault !== null && fault.armed !== false && fault.shouldFail(gfp, order);
}

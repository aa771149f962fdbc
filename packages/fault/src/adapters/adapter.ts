import type { RuntimeFaultPoint } from '../fault-point.js';

/** Makes one of the runtime's own allocations ask a point before it is tried. */
export interface Adapter {
  readonly name: string;
  /** False where this runtime has nothing for it to stand in for. */
  readonly available: boolean;
  /**
   * Puts the instrumented functions in place.
   *
   * @returns What puts back exactly what was there.
   * @throws {FaultError} `NOT_INSTALLABLE`; nothing has been changed then.
   */
  install(point: RuntimeFaultPoint): () => void;
}

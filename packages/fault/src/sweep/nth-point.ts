import type { PageFaultPoint, RuntimeFaultPoint } from '../fault-point.js';
import { captureStack } from '../stack.js';
import type { SweptRequest, Then } from './report.js';
import { isLoaders, originOf, type IsAllocator, type Origin } from './site.js';

/** Thrown out of a request when a run has made more of them than it may, or asks after its time: it does not stop. */
export class RequestLimitError extends Error {
  override readonly name = 'RequestLimitError';
}

export interface NthPointOptions {
  /** Which request fails, from 1; 0: none. */
  readonly failAt: number;
  readonly then: Then;
  /** Requests a run may make; one more throws {@link RequestLimitError} out of the request. */
  readonly maxRequests: number;
  /** Flag bits of page requests that must never fail (`__GFP_NOFAIL`); they are not counted. */
  readonly nofail: number;
  readonly base: string;
  /** Where requests come from is of no interest: they are counted without taking a stack. */
  readonly countOnly?: boolean;
  readonly isAllocator: IsAllocator | undefined;
  /** Is the run's time over? One more request then throws, too. Asked every now and then. */
  readonly isLate?: () => boolean;
  /** Hears of the first request that fails, before it is refused. */
  readonly onFailed?: (failed: FailedRequest) => void;
}

/** A request that was made to fail. */
export type FailedRequest = Origin & { readonly request: SweptRequest };

/** Requests between two looks at the clock. */
const LATE_EVERY = 64;

/** Counts the requests of one run, remembers where each came from, and fails the n-th. */
export class NthPoint implements PageFaultPoint, RuntimeFaultPoint {
  readonly #options: NthPointOptions;
  readonly #trail: string[] = [];
  readonly #files = new Map<string, string>();
  readonly #refusals: unknown[] = [];
  #failed: FailedRequest | null = null;
  #closed = false;
  #asking = false;
  #overrun = false;

  constructor(options: NthPointOptions) {
    this.#options = options;
  }

  /** The site of each request, in order. */
  get trail(): readonly string[] {
    return this.#trail;
  }

  /** The source file of each site. */
  get files(): ReadonlyMap<string, string> {
    return this.#files;
  }

  /** The first request that was made to fail. */
  get failed(): FailedRequest | null {
    return this.#failed;
  }

  /** The errors that refused callers got. */
  get refusals(): readonly unknown[] {
    return this.#refusals;
  }

  /** The run made more requests than it may. */
  get overrun(): boolean {
    return this.#overrun;
  }

  /** From now on nothing is counted and nothing fails: the run is over, whatever it still does. */
  close(): void {
    this.#closed = true;
  }

  shouldFail(gfp: number, order: number): boolean {
    if ((gfp & this.#options.nofail) !== 0) return false;
    return this.#decide({ api: null, bytes: null, gfp, order });
  }

  shouldFailEx(bytes: number, api?: string): boolean {
    return this.#decide({ api: api ?? null, bytes, gfp: null, order: null });
  }

  refused(error: unknown): void {
    if (this.#refusals.length < 1000) this.#refusals.push(error);
  }

  #decide(request: SweptRequest): boolean {
    // Taking a stack may itself allocate through what is instrumented (a source map's decoder does): not a request.
    if (this.#closed || this.#asking) return false;
    this.#asking = true;
    try {
      return this.#count(request);
    } finally {
      this.#asking = false;
    }
  }

  #count(request: SweptRequest): boolean {
    const { failAt, then, maxRequests, base, countOnly = false, isAllocator, isLate, onFailed } = this.#options;
    if (this.#trail.length >= maxRequests || (this.#trail.length % LATE_EVERY === LATE_EVERY - 1 && isLate?.() === true)) {
      this.#overrun = true;
      throw new RequestLimitError(`did not stop after ${this.#trail.length} requests`);
    }
    const n = this.#trail.length + 1;
    const fails = failAt !== 0 && (then === 'fail' ? n >= failAt : n === failAt);
    // Once the failing request is past, where later ones come from is of no use: the run has left the counted path.
    if (countOnly || (failAt !== 0 && n > failAt)) {
      this.#trail.push('');
      return fails;
    }
    const origin = originOf(captureStack(this.#count), base, isAllocator);
    if (isLoaders(origin)) return false;
    this.#trail.push(origin.site);
    this.#files.set(origin.site, origin.file);
    if (fails && this.#failed === null) {
      this.#failed = { ...origin, request };
      onFailed?.(this.#failed);
    }
    return fails;
  }
}

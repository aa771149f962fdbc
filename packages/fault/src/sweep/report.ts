/**
 * How a run ended in which one allocation was made to fail. `ok`: it told of the failure or did without; `leaked`:
 * something is still held; `threw`: an error that is not the failure's; `swallowed`: it ended as if nothing had
 * happened, with another result; `hung`: it did not end; `corrupted`: an invariant broke, or the next run did;
 * `nondeterministic`: the same run made other requests than before, so the case says nothing.
 */
export type SweepOutcome = 'ok' | 'leaked' | 'threw' | 'swallowed' | 'hung' | 'corrupted' | 'nondeterministic';

/** `succeed`: only the n-th request fails. `fail`: the n-th and every later one. */
export type Then = 'succeed' | 'fail';

/** What was asked for. */
export interface SweptRequest {
  /** The call (`Buffer.alloc`), null for a request for pages. */
  readonly api: string | null;
  /** Null for a request for pages. */
  readonly bytes: number | null;
  readonly gfp: number | null;
  readonly order: number | null;
}

/** Stands for a request that never came, or that nobody has told of. */
export const NO_REQUEST: SweptRequest = { api: null, bytes: null, gfp: null, order: null };

/** One run with one failure (or one and all that follow). */
export interface SweepCase {
  readonly v: 1;
  /** Which request failed, counted from 1. */
  readonly n: number;
  /** The first frame outside of the allocator: `parse (src/parse.js:12)`. */
  readonly site: string;
  readonly then: Then;
  readonly outcome: SweepOutcome;
  readonly detail: string;
  readonly request: SweptRequest;
  /** Of the request that failed, innermost first. */
  readonly stack: readonly string[];
}

/** What the sweep proves of one call site. */
export interface SiteEvidence {
  readonly site: string;
  /** Hash of the site's source file as it was swept (see `sourceHash`); '' when it could not be read, which proves nothing. */
  readonly sourceHash: string;
  /** Every case of the site ended `ok`. */
  readonly survived: boolean;
  readonly cases: number;
}

/** Why there is nothing to sweep, or nothing that can be trusted. */
export interface SweepTrouble {
  readonly code:
    | 'no-requests' | 'nothing-selected' | 'not-instrumented' | 'not-started'
    | 'threw' | 'hung' | 'corrupted' | 'nondeterministic' | 'exited'
    | 'interrupted';
  readonly text: string;
}

/** `1 request`, `2 requests`. */
export function howMany(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

export function nothingSelected(requests: number): SweepTrouble {
  return { code: 'nothing-selected', text: `none of the ${howMany(requests, 'request')} was selected` };
}

export function notSelected(selected: number, requests: number): string {
  return `${requests - selected} of ${requests} requests were not selected`;
}

/** @param total - Cases there would have been; null when not even the requests were counted. */
export function interruption(done: number, total: number | null): SweepTrouble {
  return { code: 'interrupted', text: total === null ? 'stopped while its requests were counted' : `stopped after ${done} of ${total} cases` };
}

/** A sweep as data. */
export interface SweepReport {
  readonly v: 1;
  readonly name: string;
  /** Requests that a run without failure makes. */
  readonly requests: number;
  readonly then: Then;
  readonly cases: readonly SweepCase[];
  /** Evidence for `proven(report)` of `@nopage/reporter`. */
  readonly sites: readonly SiteEvidence[];
  /** Null when the runs without failure were sound. */
  readonly trouble: SweepTrouble | null;
  /** What a reader must know to judge the report: what was left out and why. */
  readonly notes: readonly string[];
  /** No trouble, and every case is `ok`. */
  readonly passed: boolean;
}

/** Puts a report together; sites in the order of their first request. */
export function sweepReport(
  parts: Pick<SweepReport, 'name' | 'requests' | 'then' | 'cases' | 'trouble' | 'notes'>,
  hashOf: (site: string) => string,
): SweepReport {
  const bySite = new Map<string, { survived: boolean; cases: number }>();
  for (const { site, outcome } of parts.cases) {
    const seen = bySite.get(site) ?? { survived: true, cases: 0 };
    bySite.set(site, { survived: seen.survived && outcome === 'ok', cases: seen.cases + 1 });
  }
  return {
    v: 1,
    ...parts,
    // A sweep that was stopped has not seen all of any site.
    sites: parts.trouble ? [] : [...bySite].map(([site, seen]) => ({ site, sourceHash: hashOf(site), ...seen })),
    passed: parts.trouble === null && parts.cases.every(({ outcome }) => outcome === 'ok'),
  };
}

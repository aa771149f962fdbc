/** What server and page say to one another. Plain data; every number in the unit that its name says. */

/** What a visitor can change. Every tab sees the same machine, so every tab sees the change. */
export interface Controls {
  /** Bytes of a network frame: 1500 needs one page a buffer, 9000 needs four in a row. */
  readonly mtuBytes: number;
  /** How hard the page cache fills memory, 0 (not at all) to 100. */
  readonly cachePressurePercent: number;
  /** Name of the warning policy. */
  readonly policy: string;
  /** Chance that a request is made to fail, 0 to 100. */
  readonly faultPercent: number;
  readonly running: boolean;
}

/** A zone as it stands, in pages. */
export interface ZoneView {
  readonly name: string;
  readonly managedPages: number;
  readonly freePages: number;
  readonly freePcpPages: number;
  readonly boostPages: number;
  readonly minPages: number;
  readonly lowPages: number;
  readonly highPages: number;
  /** Free blocks, `[order][mobility]`, mobility in the order of {@link View.mobilities}. */
  readonly freeBlocks: readonly (readonly number[])[];
  /** Share of free memory that can't serve an order, 0 to 1, by order. */
  readonly unusable: readonly number[];
}

/** Requests since the machine began. `refused = told + held + pending`, at every moment. */
export interface Counts {
  /** Requests that got their pages. */
  readonly served: number;
  readonly refused: number;
  /** Told in a line of their own, or in the sum of a later one. */
  readonly told: number;
  /** Held back for now. */
  readonly held: number;
  /** Given to a sink that has not answered yet. */
  readonly pending: number;
  readonly injected: number;
}

export interface SiteView {
  readonly site: string;
  readonly refused: number;
  readonly told: number;
}

/** A warning that was told. */
export interface LineView {
  readonly id: number;
  readonly atMs: number;
  readonly severity: 'benign' | 'watch' | 'act';
  readonly site: string;
  readonly text: string;
}

/** The whole machine at one moment: what a tab needs to draw it. */
export interface View {
  readonly tick: number;
  readonly atMs: number;
  readonly profile: string;
  readonly scenario: string;
  readonly seed: number;
  readonly controls: Controls;
  readonly policies: readonly string[];
  readonly mobilities: readonly string[];
  /** Pages that the page cache could give back. */
  readonly cachePages: number;
  /** What the driver asks for at this frame size. */
  readonly neededOrder: number;
  readonly zones: readonly ZoneView[];
  readonly counts: Counts;
  readonly sites: readonly SiteView[];
  /** Newest last, bounded. */
  readonly lines: readonly LineView[];
}

/** One zone of a pasted report, with the arithmetic that said no. */
export interface ZoneVerdict {
  readonly name: string;
  readonly allowed: boolean | null;
  readonly reason: string;
  readonly steps: readonly string[];
}

/** One report of a pasted log. */
export interface Verdict {
  readonly kind: string;
  readonly line: number | null;
  readonly headline: string;
  readonly mode: string;
  readonly site: string | null;
  readonly severity: 'benign' | 'watch' | 'act';
  readonly cause: string;
  readonly confidence: string;
  readonly message: string;
  readonly why: readonly string[];
  /** What else to try, beside what the message says. */
  readonly advice: readonly string[];
  readonly zones: readonly ZoneVerdict[];
  readonly repeats: number;
}

/** The answer to a pasted log. */
export interface Reading {
  readonly verdicts: readonly Verdict[];
  /** Verdicts left out because there were more than a page can show. */
  readonly more: number;
  readonly lines: number;
  readonly skipped: number;
}

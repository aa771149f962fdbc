// What server and page say to one another: plain data, every number in the unit that its name says.
import type { MachineView } from '@nopage/machine';

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

/** The whole machine at one moment: what a tab needs to draw it. */
export interface View extends Pick<MachineView, 'atMs' | 'profile' | 'scenario' | 'seed' | 'mobilities' | 'cachePages' | 'zones' | 'counts' | 'sites' | 'lines'> {
  /** Grows with every change; a tab that has seen it needs nothing new. */
  readonly tick: number;
  readonly controls: Controls;
  readonly policies: readonly string[];
  /** What the driver asks for at this frame size. */
  readonly neededOrder: number;
}

/** One zone of a pasted report, with the arithmetic that said no. */
interface ZoneVerdict {
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
  readonly site: string | null;
  readonly severity: 'benign' | 'watch' | 'act';
  readonly cause: string;
  readonly confidence: string;
  readonly message: string;
  readonly why: readonly string[];
  /** What else to try, beside what the message says. */
  readonly advice: readonly { readonly text: string; readonly command: string | null }[];
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

import type { FailureKind } from '@nopage/gfp';

/** Why a request failed, in one word. The list is the command line's promise. */
export type Cause =
  | 'atomic-reserve'
  | 'exhausted'
  | 'fragmentation'
  | 'lowmem-reserve'
  | 'zone-limit'
  | 'cma-held'
  | 'highatomic-held'
  | 'constraint'
  | 'cgroup-limit'
  | 'opportunistic'
  | 'size'
  | 'vmalloc-space'
  | 'injected'
  | 'too-early'
  | 'transient'
  | 'unknown';

/** The mildest first. `benign`: nothing to do. `watch`: harmless so far, look whether it comes back. `act`: something does not work. */
export const SEVERITIES = ['benign', 'watch', 'act'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** `computed` from the zones in the report, `inferred` from mask, order and caller, or a `guess`. */
export type Confidence = 'computed' | 'inferred' | 'guess';

/** One thing to try, specific to what the report shows. */
export interface Advice {
  /** Stable name: scripts may match on it. */
  readonly id: string;
  /** `operator`: whoever runs the machine. `developer`: only whoever owns the code that asked. */
  readonly for: 'operator' | 'developer';
  /** What to do and why, in one or two sentences, with this report's numbers. */
  readonly text: string;
  /** What to type, when it is that simple. */
  readonly command?: string;
  /** How to make it outlive a reboot. */
  readonly persist?: string;
  /** What it costs. */
  readonly cost?: string;
  /** How to see that it helped. */
  readonly verify?: string;
}

/** Why a zone would or would not have served the request; `granted` when the printed numbers allow it. */
export type ZoneReason =
  | 'granted'
  | 'below-watermark'
  | 'no-suitable-block'
  | 'above-highest-zone'
  | 'node-not-allowed'
  | 'no-pages'
  | 'unknown';

/** What the arithmetic says of one zone; at the same index as the zone in the event. */
export interface ZoneVerdict {
  readonly node: number | null;
  readonly name: string;
  /** Null when the report lacks a number that decides. */
  readonly allowed: boolean | null;
  readonly reason: ZoneReason;
  /** The arithmetic, step by step, in plain words. */
  readonly steps: readonly string[];
  /** Largest order that this request's mask would get from the zone; -1 for none, null when it can't be told. */
  readonly largestOrder: number | null;
  /** Pages that counted for this request after every deduction; null when not known. */
  readonly usablePages: number | null;
  /** Pages that had to be exceeded (mark after discounts plus lowmem reserve); null when not known. */
  readonly neededPages: number | null;
  /** The order whose comparison refused although the amount sufficed: there is one for each order up to 4.3; else null. */
  readonly refusedAtOrder: number | null;
}

/** A known fault or a known message of some kernel that this report fits. */
export interface SignatureMatch {
  readonly id: string;
  readonly text: string;
  /** First mainline version with the cure; null when none is known. */
  readonly fixedIn: string | null;
  /** `fault`: the kernel was wrong. `noise`: it was right, and later kernels are silent about it. */
  readonly nature: 'fault' | 'noise';
  /** The caller copes with the refusal, as those who own it say. */
  readonly harmless: boolean;
  readonly source: string;
}

/** How often is too often. */
export interface Frequency {
  /** Failures counted for this kind: reports, repeats and what was held back. */
  readonly seen: number;
  /** Failures an hour, when the span they were seen in is known. */
  readonly perHour: number | null;
  /** The rate from which it would be a problem. */
  readonly problemPerHour: number;
  readonly text: string;
}

/** The process that a report names: it asked, asked in order to free memory, was interrupted by who asked, or was running, and nobody knows who asked. */
export type Named = 'asked' | 'reclaiming' | 'interrupted' | 'running';

/** A verdict on one failure. Plain data: it survives JSON and merges with its event. */
export interface Explanation {
  readonly kind: FailureKind;
  readonly cause: Cause;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** Name of the rule that decided. */
  readonly rule: string;
  /** What failed and for whom, in one line. */
  readonly title: string;
  /** Why it failed, most important first. */
  readonly why: readonly string[];
  /** What it means for the machine: who notices. */
  readonly means: string;
  readonly frequency: Frequency;
  readonly advice: readonly Advice[];
  /** Same length and order as the event's zones. */
  readonly zones: readonly ZoneVerdict[];
  /** What the process did that the report names. */
  readonly named: Named;
  /** Who was named in the report and is innocent; null when nobody is. */
  readonly notToBlame: string | null;
  /** Other rules that hold, weaker than the one that decided. */
  readonly alsoTrue: readonly { readonly rule: string; readonly cause: Cause; readonly why: string }[];
  readonly signatures: readonly SignatureMatch[];
  /** What the report lacks that would have told more. */
  readonly missing: readonly string[];
}

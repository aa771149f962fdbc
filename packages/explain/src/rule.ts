import type { FailureEvent } from '@nopage/gfp';
import type { Advice, Cause, Confidence, Severity } from './explanation.js';
import type { Facts } from './facts.js';

/** What a rule found. */
export interface Finding {
  readonly cause: Cause;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** Most important first; each a sentence. */
  readonly why: readonly string[];
  /** What it means for the machine; by default what the call path says. */
  readonly means?: string;
  readonly advice: readonly Advice[];
}

/**
 * One step of the diagnosis: a pure function with a name and a source. Rules are tried in order; the first that finds
 * something decides, what later ones find is reported as also true.
 */
export interface Rule {
  readonly name: string;
  /** Where the knowledge comes from: a kernel source, a thread, a document. */
  readonly source: string;
  applies(event: FailureEvent, facts: Facts): Finding | null;
}

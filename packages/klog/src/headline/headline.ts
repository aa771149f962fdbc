import type { FailureKind } from '@nopage/gfp';
import type { Detail } from '../report/detail.js';
import type { Placement } from './placement.js';

/** What the first line of a report says; null where it says nothing. */
export interface Headline extends Placement {
  readonly kind: FailureKind;
  readonly comm: string | null;
  /** All that stands in front of the headline's own words: the name, and what may be glued to it. Null when nothing does. */
  readonly before: string | null;
  readonly pid: number | null;
  readonly cpu: number | null;
  readonly order: number | null;
  /** Bytes of the request where the line prints them (vmalloc). */
  readonly bytes: number | null;
  /** The hex number as printed; null when there is none. */
  readonly mask: string | null;
  /** Between the brackets behind the number; null when there were no brackets. */
  readonly names: string | null;
  /** A bracket is open behind the number: the kernel is one that prints names there, whatever is left of them. */
  readonly printsNames: boolean;
  /** The line ends behind the number: on a kernel that prints names there, it may be the beginning of a longer one. */
  readonly maskLast: boolean;
  /** False when the line breaks off before something that every kernel prints there. */
  readonly complete: boolean;
  readonly detail: Detail;
}

/** A failure of the page allocator of which nothing more is told: what the others begin with. */
export const NOTHING_TOLD: Headline = {
  kind: 'page-allocation-failure', comm: null, before: null, pid: null, cpu: null, order: null, bytes: null, mask: null, names: null,
  nodemask: null, cpuset: null, memsAllowed: null, printsNames: false, maskLast: false, complete: true, detail: {},
};

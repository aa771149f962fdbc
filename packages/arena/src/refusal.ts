import { __GFP_NORETRY, mayWait, type FailureEvent, type RefusalReason } from '@nopage/gfp';
import type { Refusal } from '@nopage/mm';
import type { GrowthVerdict } from './growth.js';

/** Why a request got nothing, and what it could have had. */
export interface ArenaRefusal {
  readonly ok: false;
  readonly reason: RefusalReason;
  readonly gfp: number;
  /** The size of the request. */
  readonly askedBytes: number;
  /** The most that the same request would have got just then, without growth or alignment; 0 when nothing. */
  readonly largestBytes: number;
  /** In all, wherever they lie. */
  readonly freeBytes: number;
  /** Why the arena did not grow for it. */
  readonly growth: GrowthVerdict;
}

/** Why memory did not grow for a request that was refused. */
export function growthFor(reason: RefusalReason, gfp: number, latest: GrowthVerdict): GrowthVerdict {
  if (latest === 'fixed') return 'fixed';
  if (reason === 'injected' || reason === 'order-too-large' || reason === 'aborted') return 'not-asked';
  return mayWait(gfp) && (gfp & __GFP_NORETRY) === 0 ? latest : 'not-allowed';
}

/** A page allocator's refusal, in bytes. */
export function refusalInBytes({ reason, gfp, largestOrder }: Refusal, askedBytes: number, pageBytes: number, freeBytes: number, growth: GrowthVerdict): ArenaRefusal {
  return { ok: false, reason, gfp, askedBytes, largestBytes: largestOrder < 0 ? 0 : 2 ** largestOrder * pageBytes, freeBytes, growth };
}

/** The event of a refusal with the arena's own numbers in it; zones stay in pages of `pageBytes`. */
export function eventInBytes(event: FailureEvent, { askedBytes, growth }: ArenaRefusal, pageBytes: number): FailureEvent {
  return { ...event, bytes: askedBytes, pageBytes, detail: { ...event.detail, growth } };
}

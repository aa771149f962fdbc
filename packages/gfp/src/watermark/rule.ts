import type { Migratetype } from '../migratetype.js';
import type { WatermarkZone } from '../watermark-zone.js';

/** One comparison of a watermark check, with the numbers it compared. */
export type WatermarkStep =
  /** The zone's free pages against what must remain. `freePages > needPages` passes. */
  | {
      readonly what: 'amount';
      readonly order: number;
      /** What the zone counts as free. */
      readonly zoneFreePages: number;
      /** Taken off for the request's own size, for blocks kept for atomic requests, and for CMA pages. */
      readonly sizePages: number;
      readonly highatomicPages: number;
      readonly cmaPages: number;
      /** The mark, and what is left of it after the request's discounts. */
      readonly markPages: number;
      readonly minPages: number;
      readonly reservePages: number;
      readonly freePages: number;
      readonly needPages: number;
      readonly passed: boolean;
    }
  /** Up to 4.3: what is left above blocks of this order, against a mark halved once more. */
  | { readonly what: 'order'; readonly order: number; readonly freePages: number; readonly needPages: number; readonly passed: boolean }
  /** Since 4.4: a free block of at least this order that the request may use. */
  | { readonly what: 'block'; readonly order: number; readonly foundOrder: number; readonly migratetype: Migratetype | null; readonly passed: boolean }
  /** Since 4.7: the short check of a single page, against the whole mark. Not passing it decides nothing. */
  | { readonly what: 'fast'; readonly freePages: number; readonly needPages: number; readonly passed: boolean }
  /** Since 5.9: the check is made once more, as if the mark had not been boosted. */
  | { readonly what: 'without-boost'; readonly markPages: number; readonly passed: boolean }
  /** The request ignores marks. */
  | { readonly what: 'no-watermarks'; readonly passed: boolean };

/**
 * May a request for 2^order pages be served from a zone, as one range of kernels decides it?
 *
 * Reads nothing but its arguments and allocates nothing while `steps` is null.
 *
 * @param markPages - The mark compared against, boost included.
 * @param highestZoneIndex - Index of the highest zone that the request allows, in the machine's own list of zones.
 * @param allocFlags - {@link AllocFlag} bits; NO_WATERMARKS is the caller's to look at.
 * @param freePages - What the zone counts as free (NR_FREE_PAGES).
 * @param steps - Where to write the steps; null to write none.
 */
export type WatermarkRule = (
  zone: WatermarkZone, order: number, markPages: number, highestZoneIndex: number, allocFlags: number, freePages: number, steps: WatermarkStep[] | null,
) => boolean;

/**
 * As {@link WatermarkRule}, the check that the allocator itself makes first: single pages take a short cut.
 *
 * @param unboostedMarkPages - The mark without its boost where the request may ignore that, and `markPages` where not.
 */
export type FastWatermarkRule = (
  zone: WatermarkZone, order: number, markPages: number, unboostedMarkPages: number, highestZoneIndex: number, allocFlags: number, freePages: number, steps: WatermarkStep[] | null,
) => boolean;

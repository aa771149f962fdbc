import type { RefusalReason } from '../failure-event.js';
import type { WatermarkZone } from '../watermark-zone.js';
import { AllocFlag } from './alloc-flags.js';
import { hasAnyBlock } from './block-search.js';
import type { WatermarkRule, WatermarkStep } from './rule.js';

/** One request as a watermark check sees it. */
export interface WatermarkRequest {
  readonly order: number;
  /** The mark compared against, boost included. */
  readonly markPages: number;
  /** Index of the highest zone that the request allows, in the machine's own list of zones. */
  readonly highestZoneIndex: number;
  /** {@link AllocFlag} bits. */
  readonly allocFlags: number;
  /** What the zone counts as free. */
  readonly freePages: number;
}

/** What came of a check. */
export interface WatermarkDecision {
  readonly allowed: boolean;
  /** Null when allowed. Up to 4.3 a mark of an order above 0 counts as a mark as long as some block is large enough. */
  readonly reason: Extract<RefusalReason, 'below-watermark' | 'no-suitable-block'> | null;
  /** Every comparison made, in order; the last one decided. */
  readonly steps: readonly WatermarkStep[];
}

/** The decision that `rule` makes, why, and the arithmetic as data. */
export function watermark(rule: WatermarkRule, zone: WatermarkZone, request: WatermarkRequest): WatermarkDecision {
  const steps: WatermarkStep[] = [];
  const allowed = decide(rule, zone, request, request.order, steps);
  return { allowed, reason: allowed ? null : reasonOf(zone, request.order, steps), steps };
}

/**
 * The largest order that the same request would get from the zone as it stands; -1 when not even one page. By every rule
 * whoever would get a block would get a smaller one, so the first order that is refused ends the search.
 */
export function largestOrderServed(rule: WatermarkRule, zone: WatermarkZone, request: WatermarkRequest): number {
  let order = 0;
  while (decide(rule, zone, request, order, null)) order++;
  return order - 1;
}

function decide(rule: WatermarkRule, zone: WatermarkZone, request: WatermarkRequest, order: number, steps: WatermarkStep[] | null): boolean {
  if (order > zone.maxOrder) {
    if (steps !== null) steps.push({ what: 'block', order, foundOrder: -1, migratetype: null, passed: false });
    return false;
  }
  const allowed = rule(zone, order, request.markPages, request.highestZoneIndex, request.allocFlags, request.freePages, steps);
  if (allowed || (request.allocFlags & AllocFlag.NO_WATERMARKS) === 0) return allowed;
  if (steps !== null) steps.push({ what: 'no-watermarks', passed: true });
  return order === 0 ? request.freePages > 0 : hasAnyBlock(zone, order, steps);
}

function reasonOf(zone: WatermarkZone, order: number, steps: readonly WatermarkStep[]): 'below-watermark' | 'no-suitable-block' {
  const last = steps.at(-1);
  if (last?.what === 'block') return 'no-suitable-block';
  return last?.what === 'order' && !hasAnyBlock(zone, order, null) ? 'no-suitable-block' : 'below-watermark';
}

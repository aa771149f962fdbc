import { ZONE_NAMES, type FailureEvent, type Permits, type ZoneState } from '@nopage/gfp';
import type { ZoneReason, ZoneVerdict } from './explanation.js';
import type { Release } from '@nopage/gfp';
import { isBefore } from './version.js';
import { classIndexOf, zoneEnumeration } from './zone-classes.js';

/** Which form of the watermark test a kernel has: with a test per order (up to 4.3), with the H list (4.4 to 6.2), with reserve flags. */
export type WatermarkRule = 'per-order' | 'harder' | 'reserves';

/** A zone with everything that the rules ask about. Pages throughout. */
export interface ZoneMath {
  readonly state: ZoneState;
  readonly verdict: ZoneVerdict;
  readonly eligible: boolean;
  /** The mark with every discount of this request. */
  readonly effectiveMinPages: number | null;
  readonly reservePages: number;
  readonly amountOk: boolean | null;
  readonly blockOk: boolean | null;
  /** Letters that stand beside free blocks of the order or above; '' when there are none or the layout has no letters. */
  readonly bigBlockTypes: string;
  /** Largest order with a free block of any type; -1 for none, null when not printed. */
  readonly largestBlockOrder: number | null;
  /** Would the amount suffice if just this were not so? */
  readonly amountOkWithout: { readonly reserve: boolean; readonly cma: boolean; readonly highatomic: boolean; readonly boost: boolean };
}

/** The part of a request that the test reads. */
export interface WatermarkRequest {
  readonly order: number;
  readonly permits: Permits;
  readonly noMemalloc: boolean;
  readonly rule: WatermarkRule;
  readonly classIndex: number;
}

/** Which rule a kernel has; without a release, what its report's layout shows. */
export function watermarkRuleOf(event: FailureEvent, release: Release | null): WatermarkRule {
  if (release) return isBefore(release, '4.4') ? 'per-order' : isBefore(release, '6.3') ? 'harder' : 'reserves';
  const letters = event.zones.flatMap((zone) => zone.freeBlocks.map((blocks) => blocks.types)).join('');
  if (letters.includes('H') || event.mode?.from === 'log') return event.zones.some((zone) => zone.boostPages !== null) ? 'reserves' : 'harder';
  const named = event.zones.length > 0 || event.mode?.mask != null;
  return named ? 'per-order' : 'reserves';
}

function discountedMin(min: number, { permits }: WatermarkRequest): number {
  let mark = min;
  if (permits.reserves === 'high' || permits.reserves === 'atomic' || permits.reserves === 'oom') mark -= Math.floor(mark / 2);
  const harder = permits.reserves === 'atomic' || permits.reserves === 'harder';
  return harder ? mark - Math.floor(mark / 4) : mark;
}

function reachesReserves({ permits, rule, noMemalloc }: WatermarkRequest): boolean {
  if (permits.reserves !== 'none') return rule === 'reserves' || permits.reserves !== 'high';
  return rule === 'reserves' && !permits.sleep && !noMemalloc;
}

function maySteal(types: string, request: WatermarkRequest): boolean {
  if (types === '' || /[UMER]/.test(types)) return true;
  if (types.includes('C') && request.permits.migratetype === 'movable') return true;
  const highatomic = request.rule === 'harder' ? reachesReserves(request) : request.permits.reserves === 'oom' || (request.permits.reserves === 'atomic' && request.order > 0);
  return types.includes('H') && highatomic;
}

interface Test {
  readonly amountOk: boolean | null;
  readonly blockOk: boolean | null;
  readonly usable: number | null;
  readonly needed: number | null;
  readonly effectiveMin: number | null;
  readonly reserve: number;
  readonly steps: readonly string[];
  readonly without: ZoneMath['amountOkWithout'];
}

const NOTHING = { reserve: false, cma: false, highatomic: false, boost: false } as const;

function pages(count: number): string {
  return `${count} page${count === 1 ? '' : 's'}`;
}

function test(zone: ZoneState, request: WatermarkRequest): Test {
  const { order, permits, rule, classIndex } = request;
  const reserve = zone.lowmemReserve[classIndex] ?? 0;
  const steps: string[] = [];
  const blockPages = 2 ** order;
  let amountOk: boolean | null = null;
  let usable: number | null = null;
  let needed: number | null = null;
  let effectiveMin: number | null = null;
  let without: Test['without'] = NOTHING;
  const cma = permits.migratetype === 'movable' ? 0 : (zone.freeCmaPages ?? 0);
  const highatomic = rule === 'per-order' || reachesReserves(request) ? 0 : (zone.freeHighatomicPages ?? Math.min(zone.reservedHighatomicPages ?? 0, zone.freePages ?? 0));

  if (permits.reserves === 'all') {
    steps.push('this caller may take the last page: no watermark holds against it');
    amountOk = true;
    usable = zone.freePages;
    needed = 0;
    effectiveMin = 0;
  } else if (zone.freePages !== null && zone.minPages !== null) {
    effectiveMin = discountedMin(zone.minPages, request);
    needed = effectiveMin + reserve;
    usable = zone.freePages - (blockPages - 1) - cma - highatomic;
    amountOk = usable > needed;
    if (effectiveMin !== zone.minPages) steps.push(`min is ${pages(zone.minPages)}; this caller may go down to ${effectiveMin}`);
    else steps.push(`min is ${pages(zone.minPages)}`);
    if (zone.boostPages !== null && zone.boostPages > 0) steps.push(`${zone.boostPages} of min is a temporary boost against fragmentation`);
    if (reserve > 0) steps.push(`${reserve} more are kept from requests that could use a higher zone: more than ${needed} must be left`);
    const off: string[] = [];
    if (blockPages > 1) off.push(`${blockPages - 1} for the rest of the block`);
    if (cma > 0) off.push(`${cma} held for CMA`);
    if (highatomic > 0) off.push(`${highatomic} in the highatomic reserve`);
    if (off.length > 0) steps.push(`${zone.freePages} free, less ${off.join(', less ')}: ${usable} count`);
    steps.push(amountOk ? `free ${usable} > ${needed}: enough pages` : `free ${usable} > ${needed} is false: too few pages, refused`);
    const boost = zone.boostPages ?? 0;
    without = {
      reserve: reserve > 0 && usable > effectiveMin,
      cma: cma > 0 && usable + cma > needed,
      highatomic: highatomic > 0 && usable + highatomic > needed,
      boost: boost > 0 && usable > discountedMin(zone.minPages - boost, request) + reserve,
    };
  }
  const blockOk = amountOk === false ? null : blockTest(zone, request, usable, effectiveMin, steps);
  return { amountOk, blockOk, usable, needed, effectiveMin, reserve, steps, without };
}

function blockTest(zone: ZoneState, request: WatermarkRequest, usable: number | null, effectiveMin: number | null, steps: string[]): boolean | null {
  const { order, rule } = request;
  if (rule === 'per-order' && order > 0 && usable !== null && effectiveMin !== null && zone.freeBlocks.length > 0) {
    let left = usable;
    let mark = effectiveMin;
    for (let o = 0; o < order; o++) {
      left -= (zone.freeBlocks[o]?.count ?? 0) * 2 ** o;
      mark = mark >> 1;
      const ok = left > mark;
      steps.push(`without the order-${o} blocks: ${left} > ${mark}${ok ? '' : ' is false: too little in big blocks, refused'}`);
      if (!ok) return false;
    }
  }
  if (zone.freeBlocks.length === 0) return order === 0 ? true : null;
  const big = zone.freeBlocks.map((blocks, o) => ({ ...blocks, order: o })).filter((blocks) => blocks.order >= order && blocks.count > 0);
  const fit = big.filter((blocks) => maySteal(blocks.types, request));
  const size = `order ${order} or larger`;
  if (order === 0 && rule !== 'per-order') return true;
  if (fit.length > 0) {
    steps.push(`a block of ${size} is free (order ${fit.map((blocks) => blocks.order).join(', ')})`);
    return true;
  }
  if (big.length === 0) steps.push(`no block of ${size} is free: refused`);
  else steps.push(`the only blocks of ${size} are ${big.map((blocks) => `${blocks.count} of order ${blocks.order} (${blocks.types})`).join(', ')}, not for this request: refused`);
  return false;
}

function reasonOf(found: Test, verdictIfOk: boolean): { allowed: boolean | null; reason: ZoneReason } {
  if (!verdictIfOk) return { allowed: null, reason: 'unknown' };
  if (found.amountOk === false) return { allowed: false, reason: 'below-watermark' };
  if (found.blockOk === false) return { allowed: false, reason: 'no-suitable-block' };
  return found.amountOk === true && found.blockOk === true ? { allowed: true, reason: 'granted' } : { allowed: null, reason: 'unknown' };
}

function largestOrderOf(zone: ZoneState, request: WatermarkRequest): number | null {
  if (zone.freeBlocks.length === 0 || zone.freePages === null || zone.minPages === null) return null;
  for (let order = zone.freeBlocks.length - 1; order >= 0; order--) {
    const found = test(zone, { ...request, order });
    if (found.amountOk === true && found.blockOk === true && (order > 0 || (zone.freePages > 0))) return order;
  }
  return -1;
}

/** Parses a list like `0-1,4`; null when it is not one. */
function nodeList(text: string | null): ReadonlySet<number> | null {
  if (text === null || !/^\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*$/.test(text)) return null;
  const nodes = new Set<number>();
  for (const part of text.split(',')) {
    const [from = 0, to = from] = part.split('-').map(Number);
    for (let node = from; node <= Math.min(to, from + 1023); node++) nodes.add(node);
  }
  return nodes;
}

/** Does the mask or the task's policy keep the request off this zone's node? */
function nodeRefused(event: FailureEvent, zone: ZoneState, permits: Permits): boolean {
  if (zone.node === null) return false;
  const mask = nodeList(event.nodemask);
  if (mask && !mask.has(zone.node)) return true;
  const mems = nodeList(event.memsAllowed);
  return mems !== null && permits.sleep && !mems.has(zone.node);
}

/** The watermark test of every zone of a report, by the rule of its era. */
export function zoneMathOf(event: FailureEvent, release: Release | null, noMemalloc: boolean): readonly ZoneMath[] {
  const enumeration = zoneEnumeration(event);
  const rule = watermarkRuleOf(event, release);
  const { permits, order } = event;
  return event.zones.map((zone) => {
    const bigBlocks = order === null ? [] : zone.freeBlocks.slice(Math.max(order, 0)).filter((blocks) => blocks.count > 0);
    const shape = {
      state: zone,
      bigBlockTypes: [...new Set(bigBlocks.map((blocks) => blocks.types).join(''))].join(''),
      largestBlockOrder: zone.freeBlocks.length === 0 ? null : zone.freeBlocks.findLastIndex((blocks) => blocks.count > 0),
    };
    const blank = { node: zone.node, name: zone.name, largestOrder: null, usablePages: null, neededPages: null };
    const none = { effectiveMinPages: null, reservePages: 0, amountOk: null, blockOk: null, amountOkWithout: NOTHING };
    if (permits === null || order === null || order < 0) {
      return { ...shape, ...none, eligible: true, verdict: { ...blank, allowed: null, reason: 'unknown', steps: [] } };
    }
    const classIndex = classIndexOf(enumeration, permits.highestZone);
    const request: WatermarkRequest = { order, permits, noMemalloc, rule, classIndex };
    const at = enumeration.indexOf(zone.name);
    if (at > classIndex || (at < 0 && (ZONE_NAMES as readonly string[]).includes(zone.name))) {
      const steps = [`this request may use no zone above ${enumeration[classIndex] ?? permits.highestZone}`];
      return { ...shape, ...none, eligible: false, verdict: { ...blank, allowed: false, reason: 'above-highest-zone', steps } };
    }
    if (nodeRefused(event, zone, permits)) {
      const steps = [`node ${zone.node ?? 0} is not among those this request may use (${event.memsAllowed ?? event.nodemask ?? ''})`];
      const alone = test(zone, request);
      return { ...shape, ...none, amountOk: alone.amountOk, blockOk: alone.blockOk, eligible: false, verdict: { ...blank, allowed: false, reason: 'node-not-allowed', steps } };
    }
    if ((zone.managedPages ?? zone.presentPages) === 0) {
      return { ...shape, ...none, eligible: true, amountOk: false, verdict: { ...blank, allowed: false, reason: 'no-pages', steps: ['the zone has no pages at all'], largestOrder: -1 } };
    }
    const found = test(zone, request);
    return {
      ...shape, eligible: true, effectiveMinPages: found.effectiveMin, reservePages: found.reserve, amountOk: found.amountOk, blockOk: found.blockOk, amountOkWithout: found.without,
      verdict: { ...blank, ...reasonOf(found, true), steps: found.steps, largestOrder: largestOrderOf(zone, request), usablePages: found.usable, neededPages: found.needed },
    };
  });
}

import {
  AllocFlag, describeSteps, largestOrderServed, watermark, watermarkRulesOf, watermarkZoneOf,
  type FailureEvent, type Release, type WatermarkRequest, type WatermarkRules, type WatermarkStep, type ZoneState,
} from '@nopage/gfp';
import type { ZoneReason, ZoneVerdict } from '../explanation.js';
import { rulesByLayout } from '../kernel/rules-by-layout.js';
import { allocFlagsOf } from './alloc-flags.js';
import { amountOf, amountText } from './amount.js';
import { withFreeCma } from './free-cma.js';
import { nodeRefusal } from './nodes.js';
import { classIndexOf, withinReach, zoneEnumeration } from './zone-classes.js';

/** A zone with everything that the rules ask about. Pages throughout. */
export interface ZoneMath {
  readonly state: ZoneState;
  readonly verdict: ZoneVerdict;
  /** False where the mask, or the task's nodes, rule the zone out. */
  readonly eligible: boolean;
  /** What `lowmem_reserve[]` keeps from this request here. */
  readonly reservePages: number;
  /** Is enough free? Null when the report lacks a number for that. */
  readonly amountOk: boolean | null;
  /** Given the amount, is there a block for it? Null when the amount is not, or no blocks are printed. */
  readonly blockOk: boolean | null;
  /** Letters beside free blocks of the order or above; '' when there are none, or the layout has no letters. */
  readonly bigBlockTypes: string;
  /** Letters beside every free block, where they are the same; null when they differ or nothing is free. */
  readonly commonBlockTypes: string | null;
  /** Largest order with a free block of any type; -1 for none, null when no blocks are printed. */
  readonly largestBlockOrder: number | null;
  /** The comparison that refused although a block is large enough; up to 4.3 there is one for each order. */
  readonly refusedBy: Extract<WatermarkStep, { what: 'order' }> | null;
  /** Would the amount suffice if just this were not so? */
  readonly amountOkWithout: { readonly reserve: boolean; readonly cma: boolean; readonly highatomic: boolean; readonly boost: boolean };
}

const NOTHING = { reserve: false, cma: false, highatomic: false, boost: false } as const;

type Shape = Pick<ZoneMath, 'bigBlockTypes' | 'commonBlockTypes' | 'largestBlockOrder'>;

function shapeOf({ freeBlocks }: ZoneState, order: number | null): Shape {
  let bigBlockTypes = '';
  let commonBlockTypes: string | null = null;
  let largestBlockOrder = -1;
  freeBlocks.forEach(({ count, types }, at) => {
    if (count <= 0) return;
    commonBlockTypes = largestBlockOrder === -1 || commonBlockTypes === types ? types : null;
    largestBlockOrder = at;
    if (order === null || at < order) return;
    for (const letter of types) if (!bigBlockTypes.includes(letter)) bigBlockTypes += letter;
  });
  return { bigBlockTypes, commonBlockTypes, largestBlockOrder: freeBlocks.length === 0 ? null : largestBlockOrder };
}

function untested(state: ZoneState, order: number | null, reason: ZoneReason, steps: readonly string[], eligible: boolean): ZoneMath {
  const { node, name } = state;
  const { bigBlockTypes, commonBlockTypes, largestBlockOrder } = shapeOf(state, order);
  return {
    state, bigBlockTypes, commonBlockTypes, largestBlockOrder, eligible, reservePages: 0, amountOk: null, blockOk: null, refusedBy: null, amountOkWithout: NOTHING,
    verdict: {
      node, name, allowed: reason === 'unknown' ? null : false, reason, steps,
      largestOrder: reason === 'no-pages' ? -1 : null, usablePages: null, neededPages: null, refusedAtOrder: null,
    },
  };
}

/**
 * Are all free blocks in the highatomic reserve, and does a single page not come out of it? The check lets such a
 * request pass, and then no list holds a page for it.
 */
// mm/page_alloc.c, rmqueue(): v4.19 and v5.15 (order > 0 only), v6.6 (also ALLOC_OOM), v6.12 (also ALLOC_NON_BLOCK)
function onlyHighatomic({ commonBlockTypes }: Shape, { order, allocFlags }: WatermarkRequest, { id }: WatermarkRules): boolean {
  if (order !== 0 || commonBlockTypes !== 'H') return false;
  const takes = id === '6.11' ? AllocFlag.OOM | AllocFlag.NON_BLOCK : id === '6.3' ? AllocFlag.OOM : 0;
  return (allocFlags & takes) === 0;
}

/**
 * Are all blocks that are large enough of CMA, and the request not one that may be moved away again? Up to 4.3 the check
 * counts them all the same.
 */
// mm/page_alloc.c, __zone_watermark_ok(), v3.12 and v4.4
const onlyCma = ({ bigBlockTypes }: Shape, { allocFlags }: WatermarkRequest): boolean => bigBlockTypes === 'C' && (allocFlags & AllocFlag.CMA) === 0;

/** A layout without letters says that there is a block, not of which kind; one without blocks says nothing of them. */
function stepsTold(steps: readonly WatermarkStep[], { freeBlocks }: ZoneState): readonly WatermarkStep[] {
  if (freeBlocks.some(({ types }) => types !== '')) return steps;
  return freeBlocks.length === 0 ? steps.filter(({ what }) => what !== 'block') : steps.map((step) => (step.what === 'block' ? { ...step, migratetype: null } : step));
}

/** One zone by the rule of the era. */
function tested(state: ZoneState, request: WatermarkRequest, rules: WatermarkRules, mask: number): ZoneMath {
  const zone = watermarkZoneOf(state);
  const boost = state.boostPages ?? 0;
  const boosted = watermark(rules.check, zone, request);
  const unboosted = boosted.allowed || boost <= 0 ? null : watermark(rules.check, zone, { ...request, markPages: Math.max(request.markPages - boost, 0) });
  const ignoresBoost = unboosted?.allowed === true && request.order === 0 && rules.ignoresBoost(mask, request.allocFlags);
  const { allowed: passes, reason, steps } = ignoresBoost ? unboosted : boosted;
  const last = steps.at(-1);

  const amount = amountOf(boosted.steps);
  const shape = shapeOf(state, request.order);
  const { bigBlockTypes, commonBlockTypes, largestBlockOrder } = shape;
  const suffices = passes || amount === null || amount.passed || steps.some((step) => step.what === 'no-watermarks');
  // The check only counts: what it counts may lie in lists of single CPUs, and not in those that it would be taken from.
  const listsEmpty = suffices && request.order === 0 && largestBlockOrder === -1;
  const amountOk = suffices && !listsEmpty;
  const blocksUnknown = state.freeBlocks.length === 0 && request.order > 0;
  const inHighatomic = passes && onlyHighatomic(shape, request, rules), inCma = passes && onlyCma(shape, request);
  const withheld = inHighatomic || inCma;
  const allowed = amountOk && blocksUnknown ? null : passes && !withheld && !listsEmpty;
  const refusedBy = !passes && last?.what === 'order' && (largestBlockOrder ?? -1) >= request.order ? last : null;
  const decisive = refusedBy ?? amount;

  const words = amount === null ? [] : amountText(amount, state.boostPages);
  words.push(...describeSteps(stepsTold(steps, state)));
  if (bigBlockTypes !== '' && last?.what === 'block' && !last.passed) words.push(`the blocks that are large enough are of type ${bigBlockTypes}`);
  if (ignoresBoost) words.push('without the boost it passes');
  if (listsEmpty) words.push('but no list holds a page');
  if (inCma) words.push('but every block that is large enough belongs to CMA, which this request may not use');
  if (inHighatomic) words.push('but every free block is in the highatomic reserve (H), and a single page is not taken from it');
  return {
    state, bigBlockTypes, commonBlockTypes, largestBlockOrder, eligible: true, reservePages: amount?.reservePages ?? 0,
    amountOk, blockOk: amountOk ? allowed : null, refusedBy,
    amountOkWithout: suffices ? NOTHING : {
      reserve: amount.freePages > amount.minPages,
      cma: amount.freePages + amount.cmaPages > amount.needPages,
      highatomic: amount.freePages + amount.highatomicPages > amount.needPages,
      boost: unboosted !== null && amountOf(unboosted.steps)?.passed === true,
    },
    verdict: {
      node: state.node, name: state.name, allowed,
      reason: allowed === null ? 'unknown' : allowed ? 'granted' : withheld || listsEmpty ? 'no-suitable-block' : (reason ?? 'unknown'),
      steps: words, largestOrder: state.freeBlocks.length === 0 ? null : largestOrderServed(rules.check, zone, request),
      usablePages: listsEmpty ? 0 : (decisive?.freePages ?? null), neededPages: decisive?.needPages ?? null, refusedAtOrder: last?.what === 'order' && !last.passed ? last.order : null,
    },
  };
}

/**
 * The watermark test of every zone of a report, by the rule of its kernel, at the min mark.
 *
 * @param kernel - The release, as text or parsed; null when not known, then the layout of the report decides.
 * @returns One entry a zone, in the event's order. Where the mask, the order or the rule is not known, all are `unknown`.
 */
export function zoneMathOf(event: FailureEvent, kernel: string | Release | null): readonly ZoneMath[] {
  const permits = event.permits === null ? null : withinReach(event.permits, event);
  // vmalloc takes single pages.
  const order = event.order ?? (event.kind === 'vmalloc-failure' ? 0 : null);
  const known = kernel === null ? null : watermarkRulesOf(kernel);
  const rules = known ?? rulesByLayout(event);
  if (permits === null || order === null || order < 0 || order > 30 || rules === null) return event.zones.map((zone) => untested(zone, order, 'unknown', [], true));
  const enumeration = zoneEnumeration(event);
  const highestZoneIndex = classIndexOf(enumeration, permits.highestZone);
  const highest = enumeration[highestZoneIndex] ?? '';
  const allocFlags = allocFlagsOf(event, permits, order, rules, known !== null);
  const mask = event.mode?.mask ?? 0;
  const refusesNode = nodeRefusal(event, permits);
  const alone = (zone: ZoneState): ZoneMath =>
    zone.freePages === null || zone.minPages === null
      ? untested(zone, order, 'unknown', ['the report lacks its free pages or its min'], true)
      : tested(zone, { order, markPages: zone.minPages, highestZoneIndex, allocFlags, freePages: zone.freePages }, rules, mask);
  return withFreeCma(event).map((zone) => {
    if (enumeration.indexOf(zone.name) > highestZoneIndex) return untested(zone, order, 'above-highest-zone', [`this request may use no zone above ${highest === '' ? permits.highestZone : highest}`], false);
    if ((zone.managedPages ?? zone.presentPages) === 0) return untested(zone, order, 'no-pages', ['the zone has no pages at all'], true);
    if (!refusesNode(zone)) return alone(zone);
    const { amountOk, blockOk } = alone(zone);
    return { ...untested(zone, order, 'node-not-allowed', [`node ${zone.node ?? 0} is not among those this request may use (${event.memsAllowed ?? event.nodemask ?? ''})`], false), amountOk, blockOk };
  });
}

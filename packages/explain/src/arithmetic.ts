import {
  AllocFlag, describeSteps, largestOrderServed, watermark, watermarkRulesOf, watermarkZoneOf,
  type FailureEvent, type Permits, type WatermarkDecision, type WatermarkRequest, type WatermarkRules, type WatermarkStep, type WatermarkZone, type ZoneState,
} from '@nopage/gfp';
import type { ZoneReason, ZoneVerdict } from './explanation.js';
import { nodeRefused } from './nodes.js';
import { pagesText } from './words.js';
import { classIndexOf, zoneEnumeration } from './zone-classes.js';

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
  /** Largest order with a free block of any type; -1 for none, null when no blocks are printed. */
  readonly largestBlockOrder: number | null;
  /** The comparison that refused although a block is large enough; up to 4.3 there is one for each order. */
  readonly refusedBy: Extract<WatermarkStep, { what: 'order' }> | null;
  /** Would the amount suffice if just this were not so? */
  readonly amountOkWithout: { readonly reserve: boolean; readonly cma: boolean; readonly highatomic: boolean; readonly boost: boolean };
}

type Amount = Extract<WatermarkStep, { what: 'amount' }>;

const NOTHING = { reserve: false, cma: false, highatomic: false, boost: false } as const;

/**
 * The rules of the report's kernel. Without a release, those of a kernel that prints such a report: letters came with
 * 3.9, names with 4.6, the boost of a zone with 5.18.
 */
export function watermarkRulesFor(event: FailureEvent, kernel: string | null): WatermarkRules | null {
  const known = kernel === null ? null : watermarkRulesOf(kernel);
  if (known) return known;
  const letters = event.zones.flatMap((zone) => zone.freeBlocks.map((blocks) => blocks.types)).join('');
  if (event.zones.some((zone) => zone.boostPages !== null)) return watermarkRulesOf('6.12');
  if (event.mode?.from === 'log') return watermarkRulesOf(event.zones.some((zone) => zone.reservedHighatomicPages !== null) ? '5.15' : '4.19');
  if (letters !== '') return watermarkRulesOf(letters.includes('H') ? '4.4' : '3.10');
  return watermarkRulesOf(event.mode?.from === 'decoded' || event.mode?.mask != null ? '2.6.32' : '6.12');
}

/** The flags that the slow path would give the request; from the word itself where its numbering is known. */
function allocFlagsOf(event: FailureEvent, permits: Permits, rules: WatermarkRules, order: number, kernelKnown: boolean): number {
  const mask = event.mode?.mask ?? null;
  if (kernelKnown && mask !== null && event.mode?.consistent === true) {
    const flags = rules.allocFlags(mask, order, false);
    const reserve = rules.reserveFlags(mask, event.detail['memalloc'] === true, false, flags);
    return reserve === 0 ? flags : reserve;
  }
  const cma = permits.migratetype === 'movable' ? AllocFlag.CMA : 0;
  switch (permits.reserves) {
    case 'all': return cma | AllocFlag.NO_WATERMARKS;
    case 'oom': return cma | AllocFlag.OOM;
    case 'atomic': return cma | AllocFlag.MIN_RESERVE | AllocFlag.NON_BLOCK | (order > 0 ? AllocFlag.HIGHATOMIC : 0);
    case 'high': return cma | AllocFlag.MIN_RESERVE;
    case 'harder': return cma | AllocFlag.HARDER;
    case 'none': return permits.sleep || rules.id !== '6.3' && rules.id !== '6.11' ? cma : cma | AllocFlag.NON_BLOCK;
  }
}

/** What an amount is made of, for people. */
function amountText(amount: Amount, boostPages: number | null, order: number): string[] {
  const steps: string[] = [];
  const boost = boostPages !== null && boostPages > 0 ? `, ${boostPages} of it a temporary boost against fragmentation` : '';
  steps.push(amount.minPages === amount.markPages ? `min is ${pagesText(amount.markPages)}${boost}` : `min is ${pagesText(amount.markPages)}${boost}; this caller may go down to ${amount.minPages}`);
  if (amount.reservePages > 0) steps.push(`${amount.reservePages} more are kept from requests that could use a higher zone: more than ${amount.needPages} must be left`);
  const off = [
    ...(amount.sizePages > 0 ? [`${amount.sizePages} for the rest of the block${amount.sizePages > 2 ** order ? ' (kernels 2.6.38 to 3.2 take two too many)' : ''}`] : []),
    ...(amount.cmaPages > 0 ? [`${amount.cmaPages} held for CMA`] : []),
    ...(amount.highatomicPages > 0 ? [`${amount.highatomicPages} in the highatomic reserve`] : []),
  ];
  if (off.length > 0) steps.push(`${amount.zoneFreePages} free, less ${off.join(', less ')}: ${amount.freePages} count`);
  return steps;
}

/** A layout without letters says that there is a block, not of which kind. */
function withoutMobility(step: WatermarkStep, { freeBlocks }: ZoneState): WatermarkStep {
  return step.what === 'block' && freeBlocks.every(({ types }) => types === '') ? { ...step, migratetype: null } : step;
}

interface Tested {
  readonly decision: WatermarkDecision;
  readonly amount: Amount | null;
  readonly withoutBoost: boolean;
}

function amountOf(decision: WatermarkDecision): Amount | null {
  return decision.steps.find((step): step is Amount => step.what === 'amount') ?? null;
}

class ZoneTest {
  readonly #rules: WatermarkRules;
  readonly #zone: WatermarkZone;
  readonly #request: WatermarkRequest;
  readonly #boost: number;
  readonly #mask: number;

  constructor(rules: WatermarkRules, state: ZoneState, request: WatermarkRequest, mask: number) {
    this.#rules = rules;
    this.#zone = watermarkZoneOf(state);
    this.#request = request;
    this.#boost = state.boostPages ?? 0;
    this.#mask = mask;
  }

  run(): Tested {
    const decision = this.#with({});
    const again = !decision.allowed && this.#boost > 0 && this.#request.order === 0 && this.#rules.ignoresBoost(this.#mask, this.#request.allocFlags);
    const unboosted = again ? this.#with({}, this.#boost) : decision;
    return { decision: unboosted.allowed ? unboosted : decision, amount: amountOf(decision), withoutBoost: again && unboosted.allowed };
  }

  without(): ZoneMath['amountOkWithout'] {
    const enough = (decision: WatermarkDecision): boolean => amountOf(decision)?.passed === true;
    return {
      reserve: enough(this.#with({ lowmemReserve: [] })),
      cma: this.#zone.freeCmaPages > 0 && enough(this.#with({ freeCmaPages: 0 })),
      highatomic: enough(this.#with({ freeHighatomicPages: 0, reservedHighatomicPages: 0 })),
      boost: this.#boost > 0 && enough(this.#with({}, this.#boost)),
    };
  }

  largestOrder(): number {
    return largestOrderServed(this.#rules.check, this.#zone, this.#request);
  }

  #with(change: Partial<WatermarkZone>, lessPages = 0): WatermarkDecision {
    return watermark(this.#rules.check, { ...this.#zone, ...change }, { ...this.#request, markPages: Math.max(this.#request.markPages - lessPages, 0) });
  }
}

function shapeOf(state: ZoneState, order: number | null): Pick<ZoneMath, 'state' | 'bigBlockTypes' | 'largestBlockOrder'> {
  const big = order === null ? [] : state.freeBlocks.slice(Math.max(order, 0)).filter((blocks) => blocks.count > 0);
  return {
    state,
    bigBlockTypes: [...new Set(big.map((blocks) => blocks.types).join(''))].join(''),
    largestBlockOrder: state.freeBlocks.length === 0 ? null : state.freeBlocks.findLastIndex((blocks) => blocks.count > 0),
  };
}

function untested(state: ZoneState, order: number | null, reason: ZoneReason, steps: readonly string[], eligible: boolean): ZoneMath {
  const allowed = reason === 'unknown' ? null : false;
  return {
    ...shapeOf(state, order), eligible, reservePages: 0, amountOk: null, blockOk: null, refusedBy: null, amountOkWithout: NOTHING,
    verdict: { node: state.node, name: state.name, allowed, reason, steps, largestOrder: reason === 'no-pages' ? -1 : null, usablePages: null, neededPages: null, refusedAtOrder: null },
  };
}

/**
 * Are all free blocks in the highatomic reserve, and does a single page not come out of it? The check lets such a
 * request pass, and then no list holds a page for it.
 */
// mm/page_alloc.c, rmqueue(): v4.19 and v5.15 (order > 0 only), v6.6 (also ALLOC_OOM), v6.12 (also ALLOC_NON_BLOCK)
function onlyHighatomic(state: ZoneState, { order, allocFlags }: WatermarkRequest, { id }: WatermarkRules): boolean {
  const free = state.freeBlocks.filter(({ count }) => count > 0);
  if (order !== 0 || free.length === 0 || !free.every(({ types }) => types === 'H')) return false;
  const takes = id === '6.11' ? AllocFlag.OOM | AllocFlag.NON_BLOCK : id === '6.3' ? AllocFlag.OOM : 0;
  return (allocFlags & takes) === 0;
}

/** One zone by the rule of the era. */
function tested(state: ZoneState, request: WatermarkRequest, rules: WatermarkRules, mask: number): ZoneMath {
  const test = new ZoneTest(rules, state, request, mask);
  const { decision, amount, withoutBoost } = test.run();
  const noBlocks = state.freeBlocks.length === 0 && request.order > 0;
  const amountOk = decision.allowed || amount === null || amount.passed || decision.steps.some((step) => step.what === 'no-watermarks');
  const withheld = decision.allowed && onlyHighatomic(state, request, rules);
  const blockOk = !amountOk || noBlocks ? null : decision.allowed && !withheld;
  const allowed = amountOk && noBlocks ? null : decision.allowed && !withheld;
  const last = decision.steps.at(-1);
  const shape = shapeOf(state, request.order);
  const refusedBy = !decision.allowed && last?.what === 'order' && (shape.largestBlockOrder ?? -1) >= request.order ? last : null;
  const decisive = refusedBy ?? amount;
  const steps = [...(amount === null ? [] : amountText(amount, state.boostPages, request.order)), ...describeSteps(noBlocks ? decision.steps.filter((step) => step.what !== 'block') : decision.steps.map((step) => withoutMobility(step, state)))];
  if (shape.bigBlockTypes !== '' && last?.what === 'block' && !last.passed) steps.push(`the blocks that are large enough are of type ${shape.bigBlockTypes}`);
  if (withoutBoost) steps.push('without the boost it passes');
  if (withheld) steps.push('but every free block is in the highatomic reserve (H), and a single page is not taken from it');
  return {
    ...shape, eligible: true, reservePages: amount?.reservePages ?? 0, amountOk, blockOk, refusedBy,
    amountOkWithout: amountOk ? NOTHING : test.without(),
    verdict: {
      node: state.node, name: state.name, allowed,
      reason: allowed === null ? 'unknown' : allowed ? 'granted' : withheld ? 'no-suitable-block' : (decision.reason ?? 'unknown'),
      steps, largestOrder: state.freeBlocks.length === 0 ? null : test.largestOrder(),
      usablePages: decisive?.freePages ?? null, neededPages: decisive?.needPages ?? null, refusedAtOrder: last?.what === 'order' && !last.passed ? last.order : null,
    },
  };
}

/**
 * The watermark test of every zone of a report, by the rule of its kernel, at the min mark.
 *
 * @param kernel - The release; null when not known, then the layout of the report decides.
 * @returns One entry a zone, in the event's order. Where the mask, the order or the rule is not known, all are `unknown`.
 */
export function zoneMathOf(event: FailureEvent, kernel: string | null): readonly ZoneMath[] {
  const { permits, order } = event;
  const rules = watermarkRulesFor(event, kernel);
  if (permits === null || order === null || order < 0 || order > 30 || rules === null) return event.zones.map((zone) => untested(zone, order, 'unknown', [], true));
  const enumeration = zoneEnumeration(event);
  const highestZoneIndex = classIndexOf(enumeration, permits.highestZone);
  const highest = enumeration[highestZoneIndex] ?? '';
  const allocFlags = allocFlagsOf(event, permits, rules, order, kernel !== null && watermarkRulesOf(kernel) !== null);
  const alone = (zone: ZoneState): ZoneMath =>
    zone.freePages === null || zone.minPages === null
      ? untested(zone, order, 'unknown', ['the report lacks its free pages or its min'], true)
      : tested(zone, { order, markPages: zone.minPages, highestZoneIndex, allocFlags, freePages: zone.freePages }, rules, event.mode?.mask ?? 0);
  return event.zones.map((zone) => {
    const at = enumeration.indexOf(zone.name);
    if (at > highestZoneIndex) return untested(zone, order, 'above-highest-zone', [`this request may use no zone above ${highest === '' ? permits.highestZone : highest}`], false);
    if ((zone.managedPages ?? zone.presentPages) === 0) return untested(zone, order, 'no-pages', ['the zone has no pages at all'], true);
    if (!nodeRefused(event, zone, permits)) return alone(zone);
    const { amountOk, blockOk } = alone(zone);
    return { ...untested(zone, order, 'node-not-allowed', [`node ${zone.node ?? 0} is not among those this request may use (${event.memsAllowed ?? event.nodemask ?? ''})`], false), amountOk, blockOk };
  });
}

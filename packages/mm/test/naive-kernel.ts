import { TaskFlag, ZoneFlag, type AllocatorState, type PcpState } from '../src/index.js';
import { KSWAPD, NOFRAGMENT, partInside, take, type Mode } from './naive-borrowing.js';
import { freeToList, giveBack, listOf, refillOf } from './naive-lists.js';
import { NaiveZone, type Machine } from './naive-zone.js';

// mm/internal.h, ALLOC_*
const MIN = 0;
const LOW = 1;
const HIGH = 2;
const MARK = 3;
const NO_WATERMARKS = 0x4;
const OOM = 0x8;
const NON_BLOCK = 0x10;
const MIN_RESERVE = 0x20;
const HIGHATOMIC_FLAG = 0x200;
const RESERVES = OOM | NON_BLOCK | MIN_RESERVE | HIGHATOMIC_FLAG;

// include/linux/gfp_types.h, the same in both kernels but for __GFP_ATOMIC, which 6.12 does not have
const GFP = { HIGH: 0x20, IO: 0x40, ATOMIC: 0x200, DIRECT_RECLAIM: 0x400, RETRY_MAYFAIL: 0x4000, NORETRY: 0x1_0000, MEMALLOC: 0x2_0000, NOMEMALLOC: 0x8_0000 } as const;

const HIGHATOMIC = 3;
const NORMAL = 2;
/** Index of a request's highest zone, DMA first, by its low four bits; no kernel takes any other. */
const HIGHEST: Readonly<Record<number, number>> = { 0: 2, 1: 0, 2: 2, 4: 1, 8: 2, 9: 0, 10: 3, 12: 1 };
const MAX_RECLAIM_RETRIES = 16;

/**
 * Both kernels' page allocators on one node and one CPU, written from the rules for being read, not for speed, and by
 * nobody who looked at `src`. Reclaim frees nothing in it; requests that compaction would be tried for are not its.
 */
export class NaiveKernel {
  readonly zones: readonly NaiveZone[];
  private readonly machine: Machine;

  /** @param state - Zones DMA, DMA32, Normal and Movable, each with memory or without. */
  constructor(state: AllocatorState, machine: Machine) {
    this.machine = machine;
    this.zones = state.zones.map((record) => new NaiveZone(record, machine));
  }

  /** @param task - Bits of `TaskFlag`. Returns the first frame, -1 for none. */
  alloc(gfp: number, order: number, task = 0): number {
    if (order > this.machine.maxOrder) return -1;
    const prefersNormal = this.zonelist(gfp)[0]?.record.index === NORMAL;
    return this.walk(gfp, order, LOW | (gfp & KSWAPD) | (prefersNormal ? NOFRAGMENT : 0)) ?? this.slowly(gfp, order, task) ?? -1;
  }

  allocBulk(gfp: number, count: number): number[] {
    const single = (): number[] => [this.alloc(gfp, 0)].filter((pfn) => pfn >= 0);
    if (count < 2) return count === 1 ? single() : [];
    const [preferred] = this.zonelist(gfp);
    const zone = this.zonelist(gfp).find((one) => this.passes(one, gfp, 0, one.record.watermarks[LOW]! + one.boost + count, preferred!.record.index, LOW));
    if (zone === undefined) return single();
    const pfns: number[] = [];
    while (pfns.length < count) {
      const pfn = this.takeListed(zone, 0, gfp >> 3 & 3, LOW);
      if (pfn === undefined) break;
      pfns.push(pfn);
    }
    return pfns.length > 0 ? pfns : single();
  }

  free(pfn: number, order: number): void {
    const { late, pageblockOrder } = this.machine;
    const zone = this.zones.find((one) => one.contains(pfn))!;
    if (this.isListed(order)) {
      const recovered = freeToList(zone, pfn, order) && (zone.flags & ZoneFlag.BELOW_HIGH) !== 0
        && this.keeps(zone, 0, zone.record.watermarks[HIGH]! + zone.boost, this.zones.length - 1, 0, zone.counted);
      if (recovered) zone.flags &= ~ZoneFlag.BELOW_HIGH;
      return;
    }
    const piece = late ? Math.min(order, pageblockOrder) : order;
    for (let at = pfn; at < pfn + (1 << order); at += 1 << piece) zone.release(at, piece, zone.blockType(at));
  }

  drain(): void {
    for (const zone of this.zones) giveBack(zone, zone.pcp.count, 0);
  }

  /** What is otherwise in a state, in words; [] when nothing is. */
  differences(state: AllocatorState): string[] {
    return this.zones.flatMap((zone, i) => {
      const other = state.zones[i]!;
      const numbers: [string, number, number][] = [
        ['boost', zone.boost, other.boostPages], ['reserved', zone.reserved, other.reservedHighatomicPages], ['free highatomic', zone.freeHighatomic, other.freeHighatomicPages],
        ['flags', zone.flags, other.flags], ['free', zone.counted, other.freePages], ['kept back', zone.keptBack, other.freeDiff],
        ...(['count', 'high', 'flags', 'allocFactor', 'freeCount', 'freeFactor'] as const satisfies readonly (keyof PcpState)[]).map((field): [string, number, number] => [`pcp ${field}`, zone.pcp[field], other.pcp?.[field] ?? 0]),
      ];
      const lists: [string, string, string][] = [
        ...zone.free.flatMap((types, order) => types.map((pfns, type): [string, string, string] => [`list ${order} ${type}`, pfns.join(), [...other.freeLists[order << 3 | type] ?? []].join()])),
        ...zone.pcp.lists.map((pfns, list): [string, string, string] => [`pcp list ${list}`, pfns.join(), [...other.pcp?.lists[list] ?? []].join()]),
        ['pageblocks', [...zone.blockTypes.values()].join(''), [...other.pageblockTypes].join('')],
      ];
      return other.managedPages === 0 ? [] : [...numbers, ...lists].filter(([, a, b]) => a !== b).map(([what, a, b]) => `${other.name} ${what}: ${a} here, ${b} there`);
    });
  }

  /** Zones for a request, highest first. */
  private zonelist(gfp: number): NaiveZone[] {
    return this.zones.filter(({ record }) => record.managedPages > 0 && record.index <= HIGHEST[gfp & 15]!).reverse();
  }

  private isListed(order: number): boolean {
    return order <= 3 || order === this.machine.hugeOrder;
  }

  /** get_page_from_freelist() */
  private walk(gfp: number, order: number, flags: number): number | undefined {
    for (const zone of this.zonelist(gfp)) {
      if (!this.mayUse(zone, gfp, order, flags)) continue;
      const pfn = this.takeFrom(zone, order, gfp >> 3 & 3, flags);
      if (pfn === undefined) continue;
      if ((flags & HIGHATOMIC_FLAG) !== 0) this.reserve(zone, pfn, order);
      return pfn;
    }
    return (flags & NOFRAGMENT) !== 0 ? this.walk(gfp, order, flags & ~NOFRAGMENT) : undefined;
  }

  private mayUse(zone: NaiveZone, gfp: number, order: number, flags: number): boolean {
    const at = (mark: number): boolean => this.passes(zone, gfp, order, zone.record.watermarks[mark]! + zone.boost, HIGHEST[gfp & 15]!, flags);
    if (this.machine.late && (zone.flags & ZoneFlag.BELOW_HIGH) === 0) {
      if (at(HIGH)) return true;
      zone.flags |= ZoneFlag.BELOW_HIGH;
    }
    return at(flags & MARK) || (flags & NO_WATERMARKS) !== 0;
  }

  /** zone_watermark_fast() */
  private passes(zone: NaiveZone, gfp: number, order: number, mark: number, highest: number, flags: number): boolean {
    const unusable = this.unusable(zone, order, flags);
    if (order === 0 && zone.counted - Math.min(zone.counted, unusable) > mark + zone.record.lowmemReserve[highest]!) return true;
    if (this.keeps(zone, order, mark, highest, flags, zone.counted)) return true;
    const urgent = this.machine.late ? (flags & MIN_RESERVE) !== 0 : (gfp & GFP.ATOMIC) !== 0;
    return order === 0 && urgent && zone.boost > 0 && (flags & MARK) === MIN && this.keeps(zone, 0, zone.record.watermarks[MIN]!, highest, flags, zone.counted);
  }

  private unusable(zone: NaiveZone, order: number, flags: number): number {
    const reserve = this.machine.late ? zone.freeHighatomic : zone.reserved;
    return (1 << order) - 1 + ((flags & RESERVES) === 0 ? reserve : 0);
  }

  /** __zone_watermark_ok() */
  private keeps(zone: NaiveZone, order: number, mark: number, highest: number, flags: number, free: number): boolean {
    let min = mark;
    if ((flags & MIN_RESERVE) !== 0) {
      min -= Math.floor(min / 2);
      if ((flags & NON_BLOCK) !== 0) min -= Math.floor(min / 4);
    }
    if ((flags & OOM) !== 0) min -= Math.floor(min / 2);
    if (free - this.unusable(zone, order, flags) <= min + zone.record.lowmemReserve[highest]!) return false;
    const types = (flags & (HIGHATOMIC_FLAG | OOM)) !== 0 ? [0, 1, 2, HIGHATOMIC] : [0, 1, 2];
    return order === 0 || zone.free.slice(order).some((lists) => types.some((type) => lists[type]!.length > 0));
  }

  /** rmqueue() */
  private takeFrom(zone: NaiveZone, order: number, type: number, flags: number): number | undefined {
    const pfn = (this.isListed(order) ? this.takeListed(zone, order, type, flags, 'noted') : undefined)
      ?? ((flags & HIGHATOMIC_FLAG) !== 0 ? zone.takeSmallest(order, HIGHATOMIC) : undefined)
      ?? take(zone, order, type, flags, { steals: false })
      ?? ((flags & (OOM | NON_BLOCK)) !== 0 ? zone.takeSmallest(order, HIGHATOMIC) : undefined);
    if (!this.machine.late || (flags & KSWAPD) !== 0) zone.flags &= ~ZoneFlag.BOOSTED_WATERMARK;
    return pfn;
  }

  private takeListed(zone: NaiveZone, order: number, type: number, flags: number, noted?: 'noted'): number | undefined {
    const { pcp } = zone;
    const list = pcp.lists[listOf(order, type)]!;
    if (noted !== undefined && this.machine.late) pcp.freeCount >>= 1;
    if (noted !== undefined && !this.machine.late) pcp.freeFactor >>= 1;
    if (list.length === 0) {
      const mode: Mode = { steals: false };
      for (let left = refillOf(zone, order); left > 0; left--) {
        const pfn = take(zone, order, type, flags, mode);
        if (pfn === undefined) break;
        list.push(pfn);
        pcp.count += 1 << order;
      }
    }
    const pfn = list.shift();
    if (pfn !== undefined) pcp.count -= 1 << order;
    return pfn;
  }

  /** __alloc_pages_slowpath() */
  private slowly(gfp: number, order: number, task: number): number | undefined {
    const waits = (gfp & GFP.DIRECT_RECLAIM) !== 0;
    if (waits && order > 0 && (gfp & GFP.IO) !== 0) throw new Error('compaction would be tried');
    let flags = MIN | (gfp & (GFP.HIGH | KSWAPD));
    if (!waits && (gfp & GFP.NOMEMALLOC) === 0) flags |= order > 0 && (gfp & GFP.HIGH) !== 0 ? NON_BLOCK | HIGHATOMIC_FLAG : NON_BLOCK;
    const pfn = this.walk(gfp, order, flags);
    if (pfn !== undefined) return pfn;
    const right = (gfp & GFP.NOMEMALLOC) !== 0 ? 0 : (gfp & GFP.MEMALLOC) !== 0 || (task & TaskFlag.MEMALLOC) !== 0 ? NO_WATERMARKS : (task & TaskFlag.OOM_VICTIM) !== 0 ? OOM : 0;
    if (right !== 0) flags = right | (flags & KSWAPD);
    for (let round = 1; ; round++) {
      const again = this.walk(gfp, order, flags);
      if (again !== undefined || !waits || (task & TaskFlag.MEMALLOC) !== 0) return again;
      if ((gfp & GFP.NORETRY) !== 0 || order > 3) return undefined;
      if (!this.shouldRetry(gfp, order, flags, round)) return this.walk(gfp, order, HIGH);
    }
  }

  /** should_reclaim_retry(): nothing can be reclaimed, and free pages count as if they could. */
  private shouldRetry(gfp: number, order: number, flags: number, round: number): boolean {
    const hopeful = (zone: NaiveZone): boolean => this.keeps(zone, order, zone.record.watermarks[MIN]! + zone.boost, HIGHEST[gfp & 15]!, flags, 2 * (zone.counted + zone.keptBack));
    return (round <= MAX_RECLAIM_RETRIES && this.zonelist(gfp).some(hopeful)) || this.unreserve(gfp);
  }

  private reserve(zone: NaiveZone, pfn: number, order: number): void {
    const { late, pageblockOrder } = this.machine;
    const pageblock = 1 << pageblockOrder;
    const percent = Math.floor(zone.record.managedPages / 100);
    const most = !late ? percent + pageblock : percent < pageblock ? 0 : Math.ceil(percent / pageblock) * pageblock;
    if (zone.reserved >= most || zone.blockType(pfn) >= HIGHATOMIC) return;
    if (late && order >= pageblockOrder) zone.setBlockType(pfn, HIGHATOMIC, order);
    else if (!this.retype(zone, pfn, HIGHATOMIC)) return;
    zone.reserved += late ? Math.max(pageblock, 1 << order) : pageblock;
  }

  /** Gives the first reserved pageblock with a free page to the request's type. */
  private unreserve(gfp: number): boolean {
    const { late, pageblockOrder } = this.machine;
    const type = gfp >> 3 & 3;
    for (const zone of this.zonelist(gfp)) {
      for (const [order, lists] of zone.free.entries()) {
        const pfn = lists[HIGHATOMIC]![0];
        if (pfn === undefined) continue;
        const whole = late && order >= pageblockOrder;
        if (zone.blockType(pfn) === HIGHATOMIC) zone.reserved -= Math.min(zone.reserved, whole ? 1 << order : 1 << pageblockOrder);
        if (whole) {
          zone.moveBlock(pfn, type);
          zone.setBlockType(pfn, type, order);
          return true;
        }
        const before = zone.free[order]![HIGHATOMIC]!.length;
        if (this.retype(zone, pfn, type) && zone.free[order]![HIGHATOMIC]!.length < before) return true;
      }
    }
    return false;
  }

  /** Gives a pageblock and what is free in it to another type; false when the zone has not all of it. 6.1 does what it can. */
  private retype(zone: NaiveZone, pfn: number, type: number): boolean {
    const block = zone.pageblock(pfn);
    if (this.machine.late && block === null) return false;
    const { start, end } = partInside(zone, pfn);
    zone.setBlockType(pfn, type);
    zone.moveFree(start, end, type);
    return true;
  }
}

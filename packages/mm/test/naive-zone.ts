import type { PcpState, ZoneRecord } from '../src/index.js';

/** A machine as the naive kernel has it: which kernel, and how large its blocks are. */
export interface Machine {
  /** 6.12; else 6.1. */
  readonly late: boolean;
  readonly maxOrder: number;
  readonly pageblockOrder: number;
  /** -1: per-CPU lists keep no huge blocks. */
  readonly hugeOrder: number;
  readonly boostFactor: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
export interface NaivePcp extends Mutable<Omit<PcpState, 'lists'>> { readonly lists: number[][] }

const HIGHATOMIC = 3;

/** A zone in arrays and maps, every list searched from its head: the kernel's steps with nothing between them and the reader. */
export class NaiveZone {
  readonly record: ZoneRecord;
  readonly machine: Machine;
  readonly end: number;
  /** Free frames by order and type, head first. */
  readonly free: number[][][];
  /** Order and type of each free block. */
  readonly listed = new Map<number, readonly [order: number, type: number]>();
  readonly blockTypes = new Map<number, number>();
  readonly movable = new Set<number>();
  /** Type that a page in use or on a per-CPU list was last given: 6.1 remembers it. */
  readonly lastType = new Map<number, number>();
  readonly pcp: NaivePcp;
  boost: number;
  reserved: number;
  freeHighatomic: number;
  flags: number;
  counted: number;
  keptBack: number;

  constructor(record: ZoneRecord, machine: Machine) {
    this.record = record;
    this.machine = machine;
    this.end = record.startPfn + record.spannedPages;
    ({ boostPages: this.boost, reservedHighatomicPages: this.reserved, freeHighatomicPages: this.freeHighatomic, flags: this.flags, freePages: this.counted, freeDiff: this.keptBack } = record);
    this.free = Array.from({ length: machine.maxOrder + 1 }, (_, order) => Array.from({ length: 8 }, (_type, type) => [...record.freeLists[order << 3 | type] ?? []]));
    this.free.forEach((types, order) => { types.forEach((pfns, type) => { for (const pfn of pfns) this.listed.set(pfn, [order, type]); }); });
    record.pageblockTypes.forEach((type, i) => this.blockTypes.set((record.pageblockStartPfn >> machine.pageblockOrder) + i, type));
    for (let i = 0; i < record.movable.length; i += 2) for (let pfn = record.movable[i]!; pfn <= record.movable[i + 1]!; pfn++) this.movable.add(pfn);
    this.pcp = { ...record.pcp!, lists: Array.from({ length: machine.hugeOrder < 0 ? 12 : 14 }, (_, i) => [...record.pcp?.lists[i] ?? []]) };
    if (!record.pcp) return;
    this.pcp.lists.forEach((pfns, list) => { for (const pfn of pfns) this.lastType.set(pfn, list < 12 ? list % 3 : list - 12); });
  }

  contains(pfn: number): boolean {
    return pfn >= this.record.startPfn && pfn < this.end;
  }

  blockType(pfn: number): number {
    return this.blockTypes.get(pfn >> this.machine.pageblockOrder)!;
  }

  setBlockType(pfn: number, type: number, order = 0): void {
    for (let at = pfn; at < pfn + (1 << order); at += 1 << this.machine.pageblockOrder) this.blockTypes.set(at >> this.machine.pageblockOrder, type);
  }

  /** Counts pages that became free; what one CPU keeps back is flushed when it passes the threshold. */
  account(pages: number, type: number): void {
    this.keptBack += pages;
    if (Math.abs(this.keptBack) > this.record.freeDiffThreshold) {
      this.counted += this.keptBack;
      this.keptBack = 0;
    }
    if (this.machine.late && type === HIGHATOMIC) this.freeHighatomic += pages;
  }

  insert(pfn: number, order: number, type: number, end: 'head' | 'tail'): void {
    const list = this.free[order]![type]!;
    if (end === 'head') list.unshift(pfn);
    else list.push(pfn);
    this.listed.set(pfn, [order, type]);
  }

  /** Takes a free block off its list; returns the list's type. */
  remove(pfn: number): number {
    const [order, type] = this.listed.get(pfn)!;
    const list = this.free[order]![type]!;
    list.splice(list.indexOf(pfn), 1);
    this.listed.delete(pfn);
    return type;
  }

  /** Keeps the first `2 ** order` pages of a free block and gives the upper halves to `type`. */
  cut(pfn: number, order: number, type: number): void {
    const [size] = this.listed.get(pfn)!;
    const from = this.remove(pfn);
    for (let high = size - 1; high >= order; high--) this.insert(pfn + (1 << high), high, type, 'head');
    // The amounts count one by one: what is kept back on the CPU depends on them.
    if (from !== type) this.account(-(1 << size), from);
    this.account((from === type ? 0 : 1 << size) - (1 << order), type);
    this.lastType.set(pfn, type);
  }

  hasFree(order: number): boolean {
    return this.free[order]!.some((list) => list.length > 0);
  }

  /** The first block of the smallest order that has one; undefined when the type has none. */
  takeSmallest(order: number, type: number): number | undefined {
    for (let from = order; from <= this.machine.maxOrder; from++) {
      const pfn = this.free[from]![type]![0];
      if (pfn === undefined) continue;
      this.cut(pfn, order, type);
      return pfn;
    }
    return undefined;
  }

  /** Frees a block and merges it with its free buddies. */
  release(first: number, size: number, type: number): void {
    const { late, maxOrder, pageblockOrder } = this.machine;
    this.account(1 << size, type);
    let pfn = first;
    let order = size;
    for (; order < maxOrder; order++) {
      const buddy = pfn ^ (1 << order);
      if (!this.contains(buddy) || this.listed.get(buddy)?.[0] !== order) break;
      const other = order < pageblockOrder ? type : this.blockType(buddy);
      if (other !== type && (other >= HIGHATOMIC || type >= HIGHATOMIC)) break;
      this.remove(buddy);
      if (late && other !== type) this.setBlockType(buddy, type, order);
      pfn &= buddy;
    }
    const larger = (pfn & ~(1 << order)) ^ (2 << order);
    const mergesSoon = order < maxOrder - 1 && this.contains(larger) && this.listed.get(larger)?.[0] === order + 1;
    this.insert(pfn, order, type, mergesSoon ? 'tail' : 'head');
  }

  /** The pageblock around a frame, if the zone has all of it. */
  pageblock(pfn: number): { readonly start: number; readonly free: number; readonly movable: number } | null {
    const size = 1 << this.machine.pageblockOrder;
    const start = pfn & -size;
    if (!this.contains(start) || !this.contains(start + size - 1)) return null;
    return { start, ...this.contentOf(start, start + size) };
  }

  contentOf(start: number, end: number): { readonly free: number; readonly movable: number } {
    let free = 0;
    let movable = 0;
    for (let pfn = start; pfn < end;) {
      const size = this.sizeAt(pfn);
      if (size > 0) free += size;
      else if (this.movable.has(pfn)) movable++;
      pfn += Math.max(size, 1);
    }
    return { free, movable };
  }

  /** Moves what is free in a range to the tails of another type's lists, lowest first; returns how much. */
  moveFree(start: number, end: number, type: number): number {
    let moved = 0;
    for (let pfn = start; pfn < end;) {
      const size = this.sizeAt(pfn);
      if (size > 0) this.moveBlock(pfn, type);
      moved += size;
      pfn += Math.max(size, 1);
    }
    return moved;
  }

  moveBlock(pfn: number, type: number): void {
    const [order] = this.listed.get(pfn)!;
    const from = this.remove(pfn);
    this.insert(pfn, order, type, 'tail');
    if (!this.machine.late) return;
    this.account(-(1 << order), from);
    this.account(1 << order, type);
  }

  /** Pages of the free block that begins here; 0 when none does. */
  private sizeAt(pfn: number): number {
    const block = this.listed.get(pfn);
    return block === undefined ? 0 : 1 << block[0];
  }
}

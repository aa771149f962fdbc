/** The per-CPU lists of a zone, as numbers and lists of frames. Fields that a profile does not have are 0. */
export interface PcpState {
  /** Pages on the lists. */
  readonly count: number;
  /** Pages from which a free gives some back to the zone. */
  readonly high: number;
  readonly highMin: number;
  readonly highMax: number;
  readonly batch: number;
  /** 1: the last free was of order 1 to 3. 2: high orders are given back only from a batch on. */
  readonly flags: number;
  /** Left shift of the next order-0 refill. */
  readonly allocFactor: number;
  /** Pages freed in a row. */
  readonly freeCount: number;
  /** Left shift of the next bulk free, where frees have no count. */
  readonly freeFactor: number;
  /** Frames by list number (`3 * order + migratetype`, then the largest order), head first. */
  readonly lists: readonly Int32Array[];
  /** The type that each frame of {@link lists} was freed with, where an era remembers it. Absent: its list's. */
  readonly keptTypes?: readonly (Uint8Array | undefined)[];
}

/** Stands for the type of a pageblock that has no memory. */
export const NO_PAGEBLOCK = 0xff;

/** A zone as plain data: what a recording states and what two states are compared by. */
export interface ZoneRecord {
  readonly index: number;
  readonly name: string;
  /** The node that it is on. @defaultValue 0 */
  readonly node?: number;
  readonly startPfn: number;
  /** Pages from the first to the last frame, holes included; 0 for a zone without memory. */
  readonly spannedPages: number;
  readonly presentPages: number;
  readonly managedPages: number;
  /** min, low, high, promo, without the boost. */
  readonly watermarks: readonly number[];
  readonly boostPages: number;
  readonly reservedHighatomicPages: number;
  readonly freeHighatomicPages: number;
  /** Bits of `ZoneFlag`. */
  readonly flags: number;
  /** The counter that fast checks read; it may lag by `freeDiff`. */
  readonly freePages: number;
  readonly lowmemReserve: readonly number[];
  /** Null where a zone has no memory. */
  readonly pcp: PcpState | null;
  /** Free pages that are counted on the CPU and not yet in `freePages`. */
  readonly freeDiff: number;
  /** Largest `freeDiff` that is kept back; 0 on one processor. */
  readonly freeDiffThreshold: number;
  /** Blocks of each order, all migratetypes together. */
  readonly freeBlocks: readonly number[];
  /** Free lists by `order << LIST_SHIFT | migratetype`, head first; an empty list may be absent. */
  readonly freeLists: readonly (Int32Array | undefined)[];
  /** Frame of the first pageblock in `pageblockTypes`. */
  readonly pageblockStartPfn: number;
  /** A migratetype each, or {@link NO_PAGEBLOCK} for a hole. */
  readonly pageblockTypes: Uint8Array;
  /** Pairs of first and last frame: pages in use that can be moved. */
  readonly movable: Int32Array;
}

/** An allocator's zones as plain data. */
export interface AllocatorState {
  readonly zones: readonly ZoneRecord[];
  /** Events counted so far, by the kernel's names; only those above zero. */
  readonly vmstat: Readonly<Record<string, number>>;
}

/** The numbers of a zone and its per-CPU lists, as they stand: a live view, to be read only. */
export interface ZoneNumbers {
  readonly freePages: number;
  readonly reservedHighatomicPages: number;
  readonly freeHighatomicPages: number;
  readonly boostPages: number;
  readonly flags: number;
  readonly pcp: Pick<PcpState, 'count' | 'high' | 'allocFactor' | 'freeCount' | 'freeFactor' | 'flags'> | null;
}

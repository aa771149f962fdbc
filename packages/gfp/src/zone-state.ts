/** Zone names in the kernel's index order. Source: include/linux/mmzone.h, enum zone_type, v6.12. */
export const ZONE_NAMES = ['DMA', 'DMA32', 'Normal', 'HighMem', 'Movable', 'Device'] as const;
export type ZoneName = (typeof ZONE_NAMES)[number];

/** Free blocks of one order. */
export interface FreeBlocks {
  readonly count: number;
  /** Letters of the migratetypes that hold at least one such block, in the kernel's order; '' when the layout has none. */
  readonly types: string;
  /** Blocks by migratetype number, where the producer knows them: a live allocator does, a log does not. */
  readonly byMigratetype?: readonly number[];
}

/**
 * A zone as it stood when a request was refused. Everything is in pages of the machine's page size; what the producer
 * could not know is null, never a guess. Watermarks include the boost, as the kernel prints them.
 */
export interface ZoneState {
  /** Null where the kernel prints no node (built without NUMA). */
  readonly node: number | null;
  /** A {@link ZoneName}, or whatever word the log has there. */
  readonly name: string;
  readonly freePages: number | null;
  readonly boostPages: number | null;
  readonly minPages: number | null;
  readonly lowPages: number | null;
  readonly highPages: number | null;
  readonly reservedHighatomicPages: number | null;
  readonly freeHighatomicPages: number | null;
  readonly freeCmaPages: number | null;
  readonly presentPages: number | null;
  readonly managedPages: number | null;
  /** Pages held by per-CPU lists; they are not in `freePages`. */
  readonly freePcpPages: number | null;
  /** Pages kept from a request whose highest zone has this index; [] when not printed. */
  readonly lowmemReserve: readonly number[];
  /** By order; [] when not printed. */
  readonly freeBlocks: readonly FreeBlocks[];
  /** The zone's other counters (active_anon, slab_unreclaimable, ...), in pages, by the kernel's own words. */
  readonly counters: Readonly<Record<string, number>>;
}

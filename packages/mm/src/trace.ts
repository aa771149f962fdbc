/**
 * Told of every choice as it is made, in the order of the kernel's tracepoints. Absent, it costs a null check; present,
 * it must not call back into the allocator, and not throw.
 */
export interface AllocatorTrace {
  /** A block left a free list (mm_page_alloc_zone_locked). `refill`: to a size and type that per-CPU lists keep. */
  zoneLocked?(pfn: number, order: number, migratetype: number, refill: boolean): void;
  /** A per-CPU list gave a block back (mm_page_pcpu_drain). */
  pcpuDrain?(pfn: number, order: number, migratetype: number): void;
  /** Another type's block was taken (mm_page_alloc_extfrag). `ownership`: its pageblock changed to the request's type. */
  extfrag?(pfn: number, order: number, fallbackOrder: number, migratetype: number, fallbackType: number, ownership: boolean): void;
  /** A request is served by a walk that no watermark held back: the kernel marks such a page as `pfmemalloc`. */
  servedBeyondMarks?(pfn: number): void;
  reclaimBegin?(order: number, gfp: number): void;
  reclaimEnd?(pages: number): void;
  /** Direct compaction is tried; priority 2 is the lightest, 0 the heaviest. */
  compact?(order: number, gfp: number, priority: number): void;
  wakeKswapd?(zone: number, order: number, gfp: number): void;
}

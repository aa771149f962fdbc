/**
 * The mobility of a page block, as a small integer that indexes free lists.
 *
 * The numbers are those of a 6.12 kernel with CMA and memory isolation. `RESERVE` exists only in reports of 2.6.24 to
 * 4.3 and stands last, so that the kernel's own numbers stay as they are.
 * Source: include/linux/mmzone.h, enum migratetype, v6.12.
 */
export const Migratetype = {
  UNMOVABLE: 0,
  MOVABLE: 1,
  RECLAIMABLE: 2,
  HIGHATOMIC: 3,
  CMA: 4,
  ISOLATE: 5,
  RESERVE: 6,
} as const;
export type Migratetype = (typeof Migratetype)[keyof typeof Migratetype];

/** Free-list counts are indexed `order << LIST_SHIFT | migratetype`. */
export const LIST_SHIFT = 3;

/** The letter that Mem-Info prints for each migratetype, by number. Source: mm/show_mem.c, show_migration_types(), v6.12. */
export const MIGRATETYPE_LETTERS = 'UMEHCIR';

/** The word that /proc/pagetypeinfo and our metrics print for each migratetype, by number. */
export const MIGRATETYPE_NAMES = ['Unmovable', 'Movable', 'Reclaimable', 'HighAtomic', 'CMA', 'Isolate', 'Reserve'] as const;

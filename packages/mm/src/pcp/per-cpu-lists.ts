import { Migratetype } from '@nopage/gfp';
import type { PcpTuning } from '../profiles/profile.js';
import { PageDeque } from './page-deque.js';

/** Orders 0 to this are cached. Source: include/linux/mmzone.h, PAGE_ALLOC_COSTLY_ORDER, v6.12. */
export const COSTLY_ORDER = 3;
const TYPES = 3;
const LOW_LISTS = TYPES * (COSTLY_ORDER + 1);

/** Bits of {@link PerCpuLists.flags}. Source: include/linux/mmzone.h, PCPF_*, v6.12. */
export const PcpFlag = { PREV_FREE_HIGH_ORDER: 1, FREE_HIGH_BATCH: 2 } as const;

/**
 * Blocks kept apart for quick reuse, by order and type. They are not free pages: no watermark sees them.
 *
 * Frees and requests use the head of a list; a refill goes to the tail in ascending order; pages go back to the zone
 * from the tail.
 */
export class PerCpuLists {
  /** Pages on all lists. */
  count = 0;
  high = 0;
  highMin = 0;
  highMax = 0;
  batch = 1;
  flags = 0;
  allocFactor = 0;
  freeCount = 0;
  freeFactor = 0;
  /** The order above {@link COSTLY_ORDER} that is cached, too; -1 for none. */
  readonly hugeOrder: number;
  readonly tuning: PcpTuning;
  readonly lists: readonly PageDeque[];
  /** Order of each list. */
  readonly orders: Int32Array;

  constructor(hugeOrder: number, tuning: PcpTuning) {
    this.hugeOrder = hugeOrder;
    this.tuning = tuning;
    const count = LOW_LISTS + (hugeOrder < 0 ? 0 : 2);
    this.lists = Array.from({ length: count }, () => new PageDeque());
    this.orders = Int32Array.from({ length: count }, (_, list) => (list < LOW_LISTS ? Math.floor(list / TYPES) : hugeOrder));
  }

  /** The number of the list for a cached order and a type below 3. Source: mm/page_alloc.c, order_to_pindex(), v6.12. */
  listOf(order: number, migratetype: number): number {
    if (order <= COSTLY_ORDER) return TYPES * order + migratetype;
    return migratetype === Migratetype.MOVABLE ? LOW_LISTS + 1 : LOW_LISTS;
  }

  /** The number of the list for a freed block, by the type of its pageblock. */
  listFor(order: number, blockType: number): number {
    return this.listOf(order, blockType < TYPES ? blockType : Migratetype.MOVABLE);
  }

  /** The type of a list's pages; null for the huge blocks that are not movable, unmovable and reclaimable in one. */
  typeOf(list: number): number | null {
    if (list < LOW_LISTS) return list % TYPES;
    return list === LOW_LISTS ? null : Migratetype.MOVABLE;
  }

  /** Does a list exist for this order? */
  keeps(order: number): boolean {
    return order <= COSTLY_ORDER || order === this.hugeOrder;
  }
}

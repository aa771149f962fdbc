import type { FailureEvent } from '@nopage/gfp';
import { unlistedHighmem } from './zone-classes.js';

/** The machine as the report shows it, in pages; null where the report does not say. */
export interface MachineMemory {
  /** Managed (or, in old layouts, present) pages of the zones in the report, and of high memory that it leaves out; without zones, the pages of RAM. */
  readonly managedPages: number | null;
  /** Pages of high memory that the report leaves out. */
  readonly unlistedHighPages: number;
  /** Pages there are at all in the zones of the report, those included that were reserved at boot; null where it has no zones. */
  readonly presentPages: number | null;
  readonly freePages: number | null;
  /** Free pages of the whole machine that are in none of the zones printed: since 6.1 zones above the request's are left out. */
  readonly freeElsewherePages: number | null;
  /** Page cache that reclaim could turn into free memory. */
  readonly filePages: number | null;
  /** Page cache that has to be written out before it can be freed, or is being written. */
  readonly unwrittenPages: number | null;
  readonly anonPages: number | null;
  readonly unreclaimableSlabPages: number | null;
  /** Kernel objects that can be freed, as a rule inodes and dentries. */
  readonly reclaimableSlabPages: number | null;
  /** All kernel objects, where the layout does not tell those that can be freed (up to 2.6.31). */
  readonly slabPages: number | null;
  /** With the tables of programs' addresses. */
  readonly pageTablePages: number | null;
  readonly swapTotalPages: number | null;
  readonly swapFreePages: number | null;
  /** Sum of the unboosted min marks of the zones that vm.min_free_kbytes divides up. */
  readonly minFreePages: number | null;
  /** Managed pages of those zones. */
  readonly lowmemPages: number | null;
}

/** How much of the swap is left: a fiftieth or less is as good as nothing. Null where the report does not say. */
export function swapLeft({ swapTotalPages: total, swapFreePages: free }: Pick<MachineMemory, 'swapTotalPages' | 'swapFreePages'>): 'no swap' | 'full' | 'some' | null {
  if (total === null) return null;
  if (total === 0) return 'no swap';
  return free === null ? null : free < total / 50 ? 'full' : 'some';
}

type Numbers = Readonly<Record<string, number>>;

function first(from: Numbers, ...names: readonly string[]): number | null {
  for (const name of names) {
    const value = from[name];
    if (value !== undefined) return value;
  }
  return null;
}

function plus(a: number | null, b: number | null): number | null {
  return a === null && b === null ? null : (a ?? 0) + (b ?? 0);
}

function sumOf<T>(items: readonly T[], of: (item: T) => number | null): number | null {
  let sum: number | null = null;
  for (const item of items) sum = plus(sum, of(item));
  return sum;
}

/** What the report says of the whole machine: its summary where there is one, otherwise its zones added up. */
export function machineMemoryOf(event: FailureEvent): MachineMemory {
  const { memory, zones } = event;
  const lowmem = zones.filter((zone) => zone.name !== 'HighMem' && zone.name !== 'Movable' && zone.name !== 'Device');
  const counted = (name: string): number | null =>
    memory[name] ?? sumOf(zones, (zone) => zone.counters[name] ?? null) ?? sumOf(event.nodes ?? [], (node) => node.counters[name] ?? null);
  const pagesOf = (zone: (typeof zones)[number]): number | null => zone.managedPages ?? zone.presentPages;
  const freePages = sumOf(zones, (zone) => zone.freePages) ?? first(memory, 'free', 'free_pages');
  const file = plus(counted('active_file'), counted('inactive_file')), anon = plus(counted('active_anon'), counted('inactive_anon'));
  const unlistedHighPages = unlistedHighmem(event);
  // A zone line that is cut in a number makes the zone smaller than what is in it; zones may be left out, too.
  const believable = (pages: number | null, held: number | null): number | null => (pages !== null && pages < (held ?? 0) ? null : pages);
  return {
    managedPages: believable(plus(sumOf(zones, pagesOf), unlistedHighPages || null), sumOf([freePages, file, anon], (pages) => pages)) ?? first(memory, 'ram', 'ram_2_6'),
    unlistedHighPages,
    presentPages: sumOf(zones, (zone) => zone.presentPages),
    freePages,
    freeElsewherePages: memory['free'] === undefined || zones.length === 0 || freePages === null ? null : Math.max(memory['free'] - freePages, 0),
    filePages: file ?? first(memory, 'pagecache'),
    unwrittenPages: plus(counted('dirty'), counted('writeback')),
    anonPages: anon,
    unreclaimableSlabPages: counted('slab_unreclaimable'),
    reclaimableSlabPages: counted('slab_reclaimable'),
    pageTablePages: counted('pagetables'),
    slabPages: first(memory, 'slab', 'slab_2_6', 'slab_pages_2_6'),
    swapTotalPages: first(memory, 'total_swap', 'total_swap_2_6'),
    swapFreePages: first(memory, 'free_swap', 'free_swap_2_6'),
    minFreePages: sumOf(lowmem, (zone) => (zone.minPages === null ? null : zone.minPages - (zone.boostPages ?? 0))),
    lowmemPages: believable(sumOf(lowmem, pagesOf), freePages),
  };
}

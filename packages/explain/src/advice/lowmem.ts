import type { Advice } from '../explanation.js';
import type { Facts } from '../facts.js';
import { sizeText } from '../words.js';

/** From this share on what no line accounts for is more than the kernel's own tables. */
const MOST_HIDDEN = 0.7;
const LISTS = ['active', 'inactive', 'active_anon', 'inactive_anon', 'active_file', 'inactive_file', 'unevictable', 'kernel_stack'];

/**
 * Pages of low memory that are neither free nor with programs, the page cache, slab caches or page tables: with drivers
 * or the kernel itself, whose table of pages alone takes a hundredth of all memory. Null where the report can not tell.
 */
function unaccounted({ zones, memory }: Pick<Facts, 'zones' | 'memory'>): { readonly pages: number; readonly ofPages: number } | null {
  const low = zones.filter(({ state }) => state.name !== 'HighMem' && state.name !== 'Movable').map(({ state }) => state);
  const slab = memory.slabPages ?? (memory.unreclaimableSlabPages === null ? null : memory.unreclaimableSlabPages + (memory.reclaimableSlabPages ?? 0));
  if (slab === null || low.some(({ freePages, presentPages, counters }) => freePages === null || presentPages === null || !LISTS.some((name) => name in counters))) return null;
  const ofPages = low.reduce((sum, { managedPages, presentPages }) => sum + (managedPages ?? presentPages ?? 0), 0);
  const known = low.reduce((sum, { freePages, counters }) => sum + (freePages ?? 0) + LISTS.reduce((pages, name) => pages + (counters[name] ?? 0), 0), slab + (memory.pageTablePages ?? 0));
  return { pages: Math.max(0, ofPages - known), ofPages };
}

/** Memory above the reach of a 32-bit kernel lies idle while what it can use is short or cut up. */
export function lowmemAdvice({ zones, memory, pageBytes, permits }: Pick<Facts, 'zones' | 'memory' | 'pageBytes' | 'permits'>): Advice[] {
  const high = zones.find((zone) => zone.state.name === 'HighMem');
  const ofUse = permits?.highestZone === 'HighMem' || permits?.highestZone === 'Movable';
  const isIdle = high === undefined ? memory.unlistedHighPages > 0 : (high.state.freePages ?? 0) > 2 * (high.state.minPages ?? 0);
  if (!isIdle || ofUse) return [];
  const hidden = unaccounted({ zones, memory });
  return [
    ...(hidden === null || hidden.pages < hidden.ofPages * MOST_HIDDEN ? [] : [{
      id: 'find-hidden', for: 'operator' as const, text: `Find what holds low memory: of ${sizeText(hidden.ofPages * pageBytes)} ${sizeText(hidden.pages * pageBytes)} are neither free nor with programs, cache, slab or page tables. They are with drivers or the kernel: most likely a leak, unless a driver wants as much.`,
      command: 'grep -E "LowTotal|LowFree|Slab|PageTables|Vmalloc" /proc/meminfo', verify: 'LowFree in /proc/meminfo falls with one kind of work only, and comes back when its driver is unloaded',
    }]),
    { id: 'kernel-64-bit', for: 'operator', text: 'Run a 64-bit kernel (32-bit programs go on working): then there is no low memory to run out.', cost: 'a new kernel' },
    { id: 'less-lowmem', for: 'operator', text: 'Until then, see what fills low memory: slab caches (inodes, dentries) and page tables as a rule.', command: 'grep -E "LowFree|Slab|PageTables" /proc/meminfo; slabtop -o -s c | head', verify: 'LowFree in /proc/meminfo stays up' },
  ];
}

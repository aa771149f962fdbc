import type { Advice } from '../explanation.js';
import type { Facts } from '../facts.js';

/** Memory above the reach of a 32-bit kernel lies idle while what it can use is short or cut up. */
export function lowmemAdvice({ zones }: Pick<Facts, 'zones'>): Advice[] {
  const high = zones.find((zone) => zone.state.name === 'HighMem' && !zone.eligible);
  if (high === undefined || (high.state.freePages ?? 0) <= 2 * (high.state.minPages ?? 0)) return [];
  return [
    { id: 'kernel-64-bit', for: 'operator', text: 'Run a 64-bit kernel (32-bit programs go on working): then there is no low memory to run out.', cost: 'a new kernel' },
    { id: 'less-lowmem', for: 'operator', text: 'Until then, see what fills low memory: slab caches (inodes, dentries) and page tables as a rule.', command: 'grep -E "LowFree|Slab|PageTables" /proc/meminfo; slabtop -o -s c | head', verify: 'LowFree in /proc/meminfo stays up' },
  ];
}

import type { ZoneSetupRules } from './setup-rules.js';

/** The pages that a zone may hold back for atomic blocks: no block is added once this many are (4.4 and later). */
export function highatomicCap(managedPages: number, pageblockPages: number, rules: Pick<ZoneSetupRules, 'highatomicCap'>): number {
  const percent = Math.floor(managedPages / 100);
  if (rules.highatomicCap === 'plus-block') return percent + pageblockPages;
  if (rules.highatomicCap === 'aligned-or-none' && percent < pageblockPages) return 0;
  return Math.ceil(percent / pageblockPages) * pageblockPages;
}

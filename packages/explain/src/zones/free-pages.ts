import type { ZoneState } from '@nopage/gfp';
import type { ZoneMath } from './zone-math.js';

/** Free pages of a zone: as printed, else what its blocks add up to; null where the report has neither. */
export function freePagesOf({ freePages, freeBlocks }: Pick<ZoneState, 'freePages' | 'freeBlocks'>): number | null {
  return freePages ?? (freeBlocks.length === 0 ? null : freeBlocks.reduce((sum, { count }, order) => sum + count * 2 ** order, 0));
}

/** Is what is held back of a zone's free pages enough to matter? So small a part decides nothing: the zone was at its mark without it, too. */
export function isLargePart(heldPages: number, state: Pick<ZoneState, 'freePages' | 'freeBlocks'>): boolean {
  return heldPages * 10 >= (freePagesOf(state) ?? 0);
}

/** Free pages of all these zones, as far as they are printed. */
export function freePagesIn(zones: readonly Pick<ZoneMath, 'state'>[]): number {
  return zones.reduce((sum, { state }) => sum + (state.freePages ?? 0), 0);
}

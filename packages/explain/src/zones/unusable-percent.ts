import type { ZoneMath } from './zone-math.js';

/** Share of the free memory, in percent, that lies in blocks too small for the order. Source: mm/vmstat.c, unusable_free_index(), v6.12 */
export function unusablePercent(zone: ZoneMath, order: number): number | null {
  const { freeBlocks } = zone.state;
  if (freeBlocks.length === 0) return null;
  let free = 0;
  let suitable = 0;
  freeBlocks.forEach((blocks, o) => {
    free += blocks.count * 2 ** o;
    if (o >= order) suitable += blocks.count * 2 ** o;
  });
  return free === 0 ? null : Math.floor(((free - suitable) * 1000) / free) / 10;
}

import type { FailureEvent, ZoneState } from '@nopage/gfp';

/**
 * The zones of a report, each with as many free pages of CMA as it must hold: where a zone's line is cut off before
 * `free_cma`, the summary still tells of all zones together, and no other one may have the room for them.
 */
export function withFreeCma({ zones, memory }: FailureEvent): readonly ZoneState[] {
  const { free_cma: total, free } = memory;
  if (total === undefined || free === undefined) return zones;
  const told = sumOf(zones, ({ freeCmaPages }) => freeCmaPages ?? 0);
  // Zones above the request's, and other nodes', are left out of some reports.
  const elsewhere = Math.max(0, free - sumOf(zones, ({ freePages }) => freePages ?? 0));
  const mayHold = ({ freeCmaPages, freeBlocks }: ZoneState): boolean => freeCmaPages === null && (freeBlocks.some(({ types }) => types.includes('C')) || freeBlocks.every(({ types }) => types === ''));
  return zones.map((zone) => {
    if (!mayHold(zone) || zone.freePages === null) return zone;
    const others = sumOf(zones.filter((other) => other !== zone && mayHold(other)), ({ freePages }) => freePages ?? 0);
    const held = Math.min(zone.freePages, total - told - elsewhere - others);
    return held > 0 ? { ...zone, freeCmaPages: held } : zone;
  });
}

function sumOf(zones: readonly ZoneState[], of: (zone: ZoneState) => number): number {
  return zones.reduce((sum, zone) => sum + of(zone), 0);
}

import { STATE } from '@nopage/buddy';
import { LIST_SHIFT, Migratetype } from '@nopage/gfp';
import type { Memory } from '../memory.js';
import type { Zone } from '../zones/zone.js';

/** Every broken invariant of the zones, as text. */
export function checkMemory(memory: Memory): string[] {
  return memory.zones.filter((zone) => zone.managedPages > 0).flatMap((zone) => checkZone(memory, zone).map((what) => `zone ${zone.name}: ${what}`));
}

function checkZone(memory: Memory, zone: Zone): string[] {
  const { buddy } = zone;
  const broken = buddy.check();
  if (zone.exactFreePages() !== buddy.freePages) broken.push(`counts ${zone.exactFreePages()} free pages, its lists hold ${buddy.freePages}`);
  if (Math.abs(zone.freeDiff) > zone.freeDiffThreshold) broken.push(`keeps ${zone.freeDiff} pages back, more than ${zone.freeDiffThreshold}`);
  if (zone.plentyPages !== zone.plentyNow()) broken.push(`takes ${zone.plentyPages} free pages for plenty where it should be ${zone.plentyNow()}`);
  if (zone.counts !== buddy.counts) broken.push('reads the counts of another arena');
  let highatomic = 0;
  for (let order = 0; order <= zone.maxOrder; order++) highatomic += zone.counts[(order << LIST_SHIFT) | Migratetype.HIGHATOMIC]! * 2 ** order;
  if (memory.profile.countsFreeHighatomic && zone.freeHighatomicPages !== highatomic) broken.push(`counts ${zone.freeHighatomicPages} free highatomic pages, its lists hold ${highatomic}`);
  return [...broken, ...checkCached(zone)];
}

function checkCached(zone: Zone): string[] {
  const { pcp, buddy } = zone;
  if (pcp === null) return [];
  const broken: string[] = [];
  let pages = 0;
  pcp.lists.forEach((list, number) => {
    const order = pcp.orders[number]!;
    pages += list.length << order;
    for (const pfn of list.toArray()) {
      const state = buddy.state[pfn - buddy.basePfn];
      if (state !== (STATE.CACHED | order)) broken.push(`frame ${pfn} is on per-CPU list ${number} and its state is ${state ?? -1}`);
    }
  });
  if (pages !== pcp.count) broken.push(`per-CPU lists count ${pcp.count} pages and hold ${pages}`);
  let cached = 0;
  buddy.walk((_pfn, count, use) => { if (use === 'cached') cached += count; });
  if (cached !== pages) broken.push(`${cached} pages are marked as cached, per-CPU lists hold ${pages}`);
  return broken;
}

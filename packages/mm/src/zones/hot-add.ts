import { given, type Buddy } from '@nopage/buddy';
import { LIST_SHIFT } from '@nopage/gfp';
import { MmError } from '../errors.js';
import type { Memory } from '../memory.js';
import type { Resolved } from '../options.js';
import type { Profile } from '../profiles/profile.js';
import { buildArena, releaseRange } from './build-zones.js';
import { MovablePages } from './movable-pages.js';
import { setupZones } from './zone-watermarks.js';
import type { Zone } from './zone.js';
import { buildZonelists } from './zonelist.js';

/**
 * Appends free frames to a zone. Its arena is laid out anew, list by list, so this is for growing now and then.
 *
 * @throws {MmError} `BAD_ZONES`, `PAGES_RANGE`; `MisuseError` `ARENA_SIZE`. Nothing has changed then.
 */
export function addZoneMemory(memory: Memory, zoneName: string, pages: number, node: number, { sysctls }: Resolved): void {
  if (!Number.isInteger(pages) || pages < 1) throw new MmError('PAGES_RANGE', `memory is added in whole pages, not ${given(pages)}`, { pages });
  const zone = memory.zones.find((one) => one.name === zoneName && one.node === node);
  if (zone === undefined) throw new MmError('BAD_ZONES', `there is no zone ${JSON.stringify(zoneName)} on node ${given(node)}`, { pages, node });
  const from = zone.endPfn;
  const to = from + pages;
  const next = memory.zones.find((other) => other !== zone && other.endPfn > other.startPfn && other.startPfn >= from && other.startPfn < to);
  if (next !== undefined) throw new MmError('BAD_ZONES', `${pages} pages behind zone ${zoneName} reach into zone ${next.name}, which begins at frame ${next.startPfn}`, { pages });
  const buddy = grown(memory.profile, zone, to);
  const movable = zone.movable === null ? null : regrown(zone.movable, buddy);
  zone.buddy = buddy;
  zone.counts = buddy.counts;
  zone.movable = movable;
  zone.endPfn = to;
  zone.presentPages += pages;
  zone.managedPages += pages;
  releaseRange(zone, from, to);
  buildZonelists(memory);
  setupZones(memory, sysctls);
}

/** The zone's arena with reserved frames up to `to`. */
function grown(profile: Profile, zone: Zone, to: number): Buddy {
  const { buddy } = zone;
  const larger = buildArena(profile, { startPfn: zone.startPfn, endPfn: to }, buddy);
  const held = zone.endPfn - buddy.basePfn;
  larger.blockTypes.set(buddy.blockTypes.subarray(0, Math.ceil(held / zone.pageblockPages)));
  const lists = [];
  for (let order = 0; order <= buddy.maxOrder; order++) {
    for (let migratetype = 0; migratetype < 1 << LIST_SHIFT; migratetype++) lists.push({ order, migratetype, pfns: buddy.list(order, migratetype) });
  }
  larger.rebuild(lists);
  larger.state.set(buddy.state.subarray(0, held));
  return larger;
}

function regrown(movable: MovablePages, { basePfn, span }: Buddy): MovablePages {
  const larger = new MovablePages(basePfn, span);
  const ranges = movable.ranges();
  for (let i = 0; i < ranges.length; i += 2) larger.set(ranges[i]!, ranges[i + 1]! - ranges[i]! + 1);
  return larger;
}

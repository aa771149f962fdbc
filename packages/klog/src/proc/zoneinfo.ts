import { MIGRATETYPE_LETTERS, type FreeBlocks, type ZoneState } from '@nopage/gfp';
import { namedZone, ZONE_FIELDS } from '../mem-info/zone-fields.js';
import { parseBuddyinfo } from './buddyinfo.js';
import { COUNT_LIMIT, parsePagetypeinfo } from './pagetypeinfo.js';

/** Texts of one moment (or as near as it goes): saved copies, or what `/proc` says now. */
export interface ProcTexts {
  readonly zoneinfo: string;
  readonly buddyinfo?: string | undefined;
  /** Readable by root only since 5.5; without it a zone's free blocks have no mobility. */
  readonly pagetypeinfo?: string | undefined;
}

// What belongs to a CPU's lists, not to the zone, although it stands under the same words.
const PAGESETS = /^[ \t]+pagesets\b/;

/**
 * The zones of `/proc/zoneinfo`, in its order, zones without a page included. Free blocks are not in it; see
 * {@link zonesOf}. A file that is cut gives the zones up to the cut.
 */
export function parseZoneinfo(text: string): ZoneState[] {
  const zones: ZoneState[] = [];
  let fields: Record<string, number> = {}, counters: Record<string, number> = {};
  let reserve: number[] = [], head: { node: number; name: string } | null = null;
  let inPagesets = false, inNode = false, pcpPages: number | null = null;
  const finish = (): void => {
    if (head !== null) zones.push({ ...namedZone(head.node, head.name), ...fields, freePcpPages: pcpPages, lowmemReserve: reserve, counters });
    fields = {};
    counters = {};
    reserve = [];
    pcpPages = null;
    inPagesets = inNode = false;
  };
  for (const line of text.split('\n')) {
    const zone = /^Node[ \t]+(\d+), zone[ \t]+(\w+)/.exec(line);
    if (zone !== null) {
      finish();
      head = { node: Number(zone[1]), name: zone[2] ?? '' };
    } else if (/^[ \t]+per-node stats/.test(line)) {
      inNode = true;
    } else if (PAGESETS.test(line)) {
      inPagesets = true;
    } else if (/^[ \t]+(?:node_unreclaimable|start_pfn|all_unreclaimable):/.test(line)) {
      inPagesets = false;
    } else if (inPagesets) {
      const count = /^[ \t]+count:[ \t]+(\d+)/.exec(line);
      if (count !== null) pcpPages = (pcpPages ?? 0) + Number(count[1]);
    } else {
      const protection = /^[ \t]+protection: \(([-\d, ]*)\)/.exec(line);
      const value = /^[ \t]+(?:pages )?([a-z]\w*)(:?)[ \t]+(-?\d+)\s*$/.exec(line);
      if (protection !== null) reserve = [...(protection[1] ?? '').matchAll(/-?\d+/g)].map((m) => Number(m[0]));
      if (/^[ \t]+pages free/.test(line)) inNode = false;
      if (value === null || inNode) continue;
      const word = (value[1] ?? '').replace(/^nr_(?:zone_)?/, ''), field = ZONE_FIELDS.get(word);
      if (field !== undefined) fields[field] = Number(value[3]);
      else if (value[2] === '') counters[word] = Number(value[3]);
    }
  }
  finish();
  return zones;
}

/** Zones with their free blocks: what `check` and `frag` work on. Zones without a managed page are left out. */
export function zonesOf(texts: ProcTexts): ZoneState[] {
  const buddy = texts.buddyinfo === undefined ? [] : parseBuddyinfo(texts.buddyinfo);
  const types = texts.pagetypeinfo === undefined ? [] : parsePagetypeinfo(texts.pagetypeinfo).zones;
  const same = (zone: ZoneState) => (other: { node: number; name: string }): boolean => other.node === zone.node && other.name === zone.name;
  return parseZoneinfo(texts.zoneinfo).filter(({ managedPages, presentPages }) => (managedPages ?? presentPages ?? 0) > 0).map((zone) => {
    const counts = buddy.find(same(zone))?.counts;
    const listed = types.find(same(zone));
    const rows = listed?.counts;
    const orders = counts?.length ?? rows?.length ?? 0;
    const freeBlocks = Array.from({ length: orders }, (_, order): FreeBlocks => {
      const row = rows?.[order];
      const total = counts?.[order] ?? row?.reduce((sum, count) => sum + count, 0) ?? 0;
      if (row === undefined) return { count: total, types: '' };
      const byMigratetype = listed?.capped === true && counts !== undefined ? uncapped(row, total) : row;
      return { count: total, types: Array.from(MIGRATETYPE_LETTERS).filter((_letter, at) => (row[at] ?? 0) > 0).join(''), byMigratetype };
    });
    return { ...zone, freeBlocks };
  });
}

/** Free blocks by mobility where the kernel stopped counting one of them: it has what is left of all. */
function uncapped(row: readonly number[], total: number): readonly number[] {
  const stopped = row.filter((count) => count >= COUNT_LIMIT).length;
  const left = total - row.reduce((sum, count) => sum + count, 0);
  return stopped === 1 && left > 0 ? row.map((count) => (count >= COUNT_LIMIT ? count + left : count)) : row;
}

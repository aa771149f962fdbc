import type { HugepagePool, MemorySummary, NodeState, ZoneState } from '@nopage/gfp';
import { isWholeBuddy, pageBytesOfBuddy } from './buddy-line.js';
import { uncut, type MemInfoRecord } from './record.js';
import { readSummary, readTail, wholeSummary } from './totals.js';
import type { MutableZone } from './zone-fields.js';
import { readBuddy, readNode, readReserve, readZone } from './zones.js';

/** A block as values. */
export interface MemInfo {
  readonly zones: readonly ZoneState[];
  readonly nodes: readonly NodeState[];
  readonly hugepages: readonly HugepagePool[];
  readonly memory: MemorySummary;
  readonly layout: Readonly<Record<string, string | readonly string[]>>;
  /** Bytes of a page as the block shows them; null where it doesn't. */
  readonly pageBytes: number | null;
  /** Does the block end where every block of its time ends? */
  readonly complete: boolean;
}

/**
 * The values of a block's lines. What isn't there is null, or not in `memory`.
 *
 * @param title - The word that the block is headed by, where it has one.
 * @param fallbackPageBytes - Used for kB numbers when the block itself doesn't show the size of a page.
 * @param column - Length that the log's lines are cut at: a number that one ends with is not known.
 */
export function readMemInfo(records: readonly MemInfoRecord[], title: string | null, fallbackPageBytes: number | null, column: number | null): MemInfo {
  const pageBytes = pageBytesIn(records);
  const pageKb = (pageBytes ?? fallbackPageBytes ?? 4096) / 1024;
  const zones: MutableZone[] = [];
  const nodes: NodeState[] = [];
  const hugepages: HugepagePool[] = [];
  const memory: Record<string, number> = {};
  const perCpu: string[] = [], allocations: string[] = [];
  let thp = '', current = -1;
  for (const record of records) {
    switch (record.part) {
      case 'summary':
        readSummary(wholeSummary(uncut(record, column)), pageKb, memory);
        break;
      case 'tail':
        readTail(record.text, pageKb, memory);
        break;
      case 'node':
        nodes.push(readNode(record, pageKb));
        if (record.text.includes('shmem_thp: ')) thp = 'blank';
        break;
      case 'zone':
        zones.push(readZone(record, pageKb));
        current = zones.length - 1;
        break;
      case 'reserve':
        readReserve(record, zones[current], column);
        break;
      case 'buddy':
        readBuddy(record, zones);
        break;
      case 'hugepages':
        readHugepages(record.text, hugepages);
        break;
      case 'per-cpu':
        perCpu.push(record.text);
        break;
      case 'allocations':
        allocations.push(...record.text.split('\n'));
        break;
    }
  }
  const layout = {
    ...(title === null ? {} : { title }),
    ...(thp === '' ? {} : { thp }),
    ...(perCpu.length === 0 ? {} : { perCpu }),
    ...(allocations.length === 0 ? {} : { allocations }),
    ...(records.some(({ part, text }) => part === 'buddy' && text.endsWith('empty')) ? { empty: 'told' } : {}),
  };
  return { zones, nodes, hugepages, memory, layout, pageBytes, complete: isComplete(records, zones, memory) };
}

/** By the first line of free blocks that tells. */
function pageBytesIn(records: readonly MemInfoRecord[]): number | null {
  for (const { part, text } of records) {
    const pageBytes = part === 'buddy' ? pageBytesOfBuddy(text) : null;
    if (pageBytes !== null) return pageBytes;
  }
  return null;
}

function isComplete(records: readonly MemInfoRecord[], zones: readonly ZoneState[], memory: MemorySummary): boolean {
  const counted = 'active_anon' in memory || 'active' in memory;
  const totalled = 'ram' in memory || 'ram_2_6' in memory;
  const isWhole = (zone: ZoneState): boolean => zone.freePages !== null && zone.minPages !== null && zone.presentPages !== null && zone.lowmemReserve.length > 0;
  return counted && totalled && zones.length > 0 && zones.every(isWhole)
    && records.every(({ part, text }) => part !== 'buddy' || isWholeBuddy(text));
}

function readHugepages(text: string, pools: HugepagePool[]): void {
  const value = (word: string): number => Number(new RegExp(`${word}=[ \\t]?(\\d+)`).exec(text)?.[1] ?? Number.NaN);
  const node = Number(/^Node (\d+)/.exec(text)?.[1]);
  const pool = { node, total: value('hugepages_total'), free: value('hugepages_free'), surplus: value('hugepages_surp'), pageBytes: value('hugepages_size') * 1024 };
  if (Object.values(pool).every((each) => !Number.isNaN(each))) pools.push(pool);
}

import type { FreeBlocks, HugepagePool, MemorySummary, NodeState, ZoneState } from '@nopage/gfp';
import { SUMMARY_WORDS, TAIL_COUNTS, type MemInfoLine } from './mem-info-lines.js';

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

/** A line of a block, joined from whatever pieces it came in. */
export interface MemInfoRecord {
  part: MemInfoLine['part'];
  node: number | null;
  name: string;
  text: string;
  /** Where in the text a physical line of some width ends that nothing goes on from. */
  ends: { at: number; width: number }[];
}

type Mutable<T> = { -readonly [Field in keyof T]: T[Field] };
type Zone = Mutable<ZoneState>;
/** The fields that hold a number. */
type Amount = { [Field in keyof Zone]: Zone[Field] extends number | null ? Field : never }[keyof Zone];

// Bounded, because a search tries them from every place of a line that may be made of letters or digits alone.
const PAIR = /(?<![\w\ufffd])([A-Za-z_]{1,40}(?:\((?:anon|file)\))?):[ \t]?(-?\d{1,20})([kK]B)?(?![\w\ufffd])/g;
const ITEM = /(\d{1,20})[ \t]?[*_][ \t]?(\d{1,20})kB(?:[ \t]{0,8}\(([A-Z]{1,8})\))?(?![ \t]{0,8}\()/g;
const FIRST_ITEM = new RegExp(ITEM.source);
/** A buddy line ends in its sum, with or without the sign that mailers take for one of theirs. */
const SUM = /(?:=|[ \t)])[ \t]*\d+kB$/;
/** What a line of the summary ends in, in one layout or another: a line that ends in another number may be cut within it. */
const SUMMARY_ENDS = /(?:isolated_(?:anon|file)|inactive_anon|unstable|writeback|slab_unreclaimable|bounce|pagetables|kernel_misc_reclaimable|free_cma):[ \t]?\d+$/;

// A zone's own fields; every other pair of its line goes to `counters`.
const ZONE_FIELDS: ReadonlyMap<string, Amount> = new Map([
  ['free', 'freePages'], ['boost', 'boostPages'], ['min', 'minPages'], ['low', 'lowPages'], ['high', 'highPages'],
  ['reserved_highatomic', 'reservedHighatomicPages'], ['free_highatomic', 'freeHighatomicPages'], ['free_cma', 'freeCmaPages'],
  ['present', 'presentPages'], ['managed', 'managedPages'], ['free_pcp', 'freePcpPages'],
]);

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
  const zones: Zone[] = [];
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

function isComplete(records: readonly MemInfoRecord[], zones: readonly Zone[], memory: MemorySummary): boolean {
  const counted = 'active_anon' in memory || 'active' in memory;
  const totalled = 'ram' in memory || 'ram_2_6' in memory;
  const isWhole = (zone: Zone): boolean => zone.freePages !== null && zone.minPages !== null && zone.presentPages !== null && zone.lowmemReserve.length > 0;
  return counted && totalled && zones.length > 0 && zones.every(isWhole)
    && records.every(({ part, text }) => part !== 'buddy' || SUM.test(text) || text.endsWith('empty'));
}

/** The first item of a buddy line has order 0, so its size is a page's. */
function pageBytesIn(records: readonly MemInfoRecord[]): number | null {
  for (const { part, text } of records) {
    if (part !== 'buddy') continue;
    const first = FIRST_ITEM.exec(text);
    const kb = Number(first?.[2]);
    if (first !== null && kb >= 4 && kb <= 1024 && (kb & (kb - 1)) === 0) return kb * 1024;
  }
  return null;
}

/** The text without the numbers that stand at the column where lines are cut. */
function uncut({ text, ends }: MemInfoRecord, column: number | null): string {
  let rest = text;
  for (const { at, width } of ends.toReversed()) if (width === column) rest = `${rest.slice(0, at).replace(/\d+$/, '')}${rest.slice(at)}`;
  return rest;
}

/** Without a last number that may be cut within it. */
export function wholeSummary(text: string): string {
  return SUMMARY_ENDS.test(text) || !/\d$/.test(text) ? text : text.replace(/[^ \t]*$/, '').trimEnd();
}

function readSummary(text: string, pageKb: number, memory: Record<string, number>): void {
  const free = /Free pages:[ \t]+(\d+)kB \((\d+)kB HighMem\)/.exec(text);
  if (free !== null) {
    memory['free_pages'] = Number(free[1]) / pageKb;
    memory['free_highmem'] = Number(free[2]) / pageKb;
  }
  for (const { word, value, unit } of pairsIn(text)) {
    const name = word.toLowerCase();
    if (!unit && SUMMARY_WORDS.has(name)) memory[name] ??= value;
  }
}

function readTail(text: string, pageKb: number, memory: Record<string, number>): void {
  const count = /^(-?\d+) (.+)$/.exec(text);
  if (count !== null) {
    const key = TAIL_COUNTS.find(({ words }) => words === count[2])?.key;
    if (key !== undefined) memory[key] ??= Number(count[1]);
    return;
  }
  const swap = /^(Free|Total) swap[ \t]*([=:])[ \t]*(-?\d+)kB/.exec(text);
  if (swap !== null) {
    memory[`${swap[1] === 'Free' ? 'free_swap' : 'total_swap'}${swap[2] === ':' ? '_2_6' : ''}`] ??= Number(swap[3]) / pageKb;
    return;
  }
  const cache = /^Swap cache( stats)?: add (\d+), delete (\d+), find (\d+)\/(\d+)(?:, race (\d+)\+(\d+))?/.exec(text);
  ['swap_add', 'swap_delete', 'swap_find', 'swap_find_total', 'swap_race', 'swap_race_full'].forEach((key, at) => {
    const value = cache?.[at + 2];
    if (value !== undefined) memory[key] ??= Number(value);
  });
}

interface Pair { readonly word: string; readonly value: number; readonly unit: boolean }

/** What `word:number` and `word:numberkB` a line has. */
function pairsIn(text: string): Pair[] {
  const pairs: Pair[] = [];
  PAIR.lastIndex = 0;
  for (let found = PAIR.exec(text); found !== null; found = PAIR.exec(text)) pairs.push({ word: found[1] ?? '', value: Number(found[2]), unit: found[3] !== undefined });
  return pairs;
}

/** Pages by word. A number whose unit is gone is damaged: only `pages_scanned` has none. */
function addPages(text: string, pageKb: number, add: (word: string, pages: number) => void): void {
  for (const { word, value, unit } of pairsIn(text)) if (unit || word === 'pages_scanned') add(word, unit ? value / pageKb : value);
}

function readNode(record: MemInfoRecord, pageKb: number): NodeState {
  const counters: Record<string, number> = {};
  addPages(record.text, pageKb, (word, pages) => (counters[word] ??= pages));
  const given = /all_unreclaimable\?[ \t]*(yes|no)/.exec(record.text);
  return { node: record.node ?? 0, allUnreclaimable: given === null ? null : given[1] === 'yes', counters };
}

function readZone(record: MemInfoRecord, pageKb: number): Zone {
  const zone = emptyZone(record.node, record.name);
  const counters: Record<string, number> = {};
  zone.counters = counters;
  addPages(record.text, pageKb, (word, pages) => {
    const field = ZONE_FIELDS.get(word);
    if (field === undefined) counters[word] ??= pages;
    else zone[field] ??= pages;
  });
  const given = /all_unreclaimable\?[ \t]*(yes|no)/.exec(record.text);
  if (given !== null) counters['all_unreclaimable'] = given[1] === 'yes' ? 1 : 0;
  return zone;
}

function emptyZone(node: number | null, name: string): Zone {
  return {
    node, name, freePages: null, boostPages: null, minPages: null, lowPages: null, highPages: null, reservedHighatomicPages: null,
    freeHighatomicPages: null, freeCmaPages: null, presentPages: null, managedPages: null, freePcpPages: null, lowmemReserve: [], freeBlocks: [], counters: {},
  };
}

function readReserve({ text, ends }: MemInfoRecord, zone: Zone | undefined, column: number | null): void {
  // A second one is that of a zone whose line is missing.
  if (zone?.lowmemReserve.length !== 0 || ends.some(({ width }) => width === column)) return;
  zone.lowmemReserve = text.slice(text.indexOf(':') + 1).match(/-?\d+/g)?.map(Number) ?? [];
}

function readBuddy(record: MemInfoRecord, zones: Zone[]): void {
  const items: FreeBlocks[] = [];
  let size = 0;
  ITEM.lastIndex = 0;
  for (let found = ITEM.exec(record.text); found !== null; found = ITEM.exec(record.text)) {
    // Each size is twice the one before: behind a damaged item, the orders of the others would be wrong.
    if (items.length > 0 && Number(found[2]) !== size * 2) break;
    size = Number(found[2]);
    items.push({ count: Number(found[1]), types: found[3] ?? '' });
  }
  // The letters of the last item may be what a cut has taken.
  const freeBlocks = SUM.test(record.text) ? items : items.slice(0, -1);
  let zone = zones.find((each) => each.name === record.name && each.node === record.node && each.freeBlocks.length === 0);
  if (zone === undefined && freeBlocks.length === 0) return;
  if (zone === undefined) zones.push((zone = emptyZone(record.node, record.name)));
  zone.freeBlocks = freeBlocks;
}

function readHugepages(text: string, pools: HugepagePool[]): void {
  const value = (word: string): number => Number(new RegExp(`${word}=[ \\t]?(\\d+)`).exec(text)?.[1] ?? Number.NaN);
  const node = Number(/^Node (\d+)/.exec(text)?.[1]);
  const pool = { node, total: value('hugepages_total'), free: value('hugepages_free'), surplus: value('hugepages_surp'), pageBytes: value('hugepages_size') * 1024 };
  if (Object.values(pool).every((each) => !Number.isNaN(each))) pools.push(pool);
}

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

type Mutable<T> = { -readonly [Field in keyof T]: T[Field] };
type Zone = Mutable<ZoneState>;
/** The fields that hold a number. */
type Amount = { [Field in keyof Zone]: Zone[Field] extends number | null ? Field : never }[keyof Zone];

interface RecordOf {
  part: MemInfoLine['part'];
  node: number | null;
  name: string;
  text: string;
  /** Where in the text a physical line of some width ends that nothing goes on from. */
  ends: { at: number; width: number }[];
}

// Bounded, because a search tries them from every place of a line that may be made of letters or digits alone.
const PAIR = /(?<![\w\ufffd])([A-Za-z_]{1,40}(?:\((?:anon|file)\))?):[ \t]?(-?\d{1,20})([kK]B)?(?![\w\ufffd])/g;
const ITEM = /(\d{1,20})[ \t]?[*_][ \t]?(\d{1,20})kB(?:[ \t]{0,8}\(([A-Z]{1,8})\))?(?![ \t]{0,8}\()/g;
const FIRST_ITEM = new RegExp(ITEM.source);
/** A buddy line ends in its sum, with or without the sign that mailers take for one of theirs. */
const SUM = /(?:=|[ \t)])[ \t]*\d+kB$/;
/** What a line of the summary ends in, in one layout or another: a line that ends in another number may be cut within it. */
const SUMMARY_ENDS = /(?:isolated_(?:anon|file)|inactive_anon|unstable|writeback|slab_unreclaimable|bounce|pagetables|kernel_misc_reclaimable|free_cma):[ \t]?\d+$/;
const ENDS_WHOLE = /(?:[kK]B|\byes|\bno|[?)=,])$/;

// A zone's own fields; every other pair of its line goes to `counters`.
const ZONE_FIELDS: ReadonlyMap<string, Amount> = new Map([
  ['free', 'freePages'], ['boost', 'boostPages'], ['min', 'minPages'], ['low', 'lowPages'], ['high', 'highPages'],
  ['reserved_highatomic', 'reservedHighatomicPages'], ['free_highatomic', 'freeHighatomicPages'], ['free_cma', 'freeCmaPages'],
  ['present', 'presentPages'], ['managed', 'managedPages'], ['free_pcp', 'freePcpPages'],
]);

/** Collects the lines of one block, in whatever pieces they come. */
export class MemInfoBuilder {
  readonly #records: RecordOf[] = [];
  #title: string | null = null;
  #tailSeen = false;
  #pieces = 0;

  /** Whether nothing but a title has come. */
  get empty(): boolean {
    return this.#records.length === 0;
  }

  get titled(): boolean {
    return this.#title !== null;
  }

  /** Whether the totals of RAM have begun: what comes after them is not of this block. */
  get tailSeen(): boolean {
    return this.#tailSeen;
  }

  /** Zones, or at least the summary: enough to be worth an event of its own. */
  get substantial(): boolean {
    return this.#records.some(({ part }) => part === 'zone' || part === 'buddy' || part === 'summary');
  }

  /** Has the machine-wide summary begun? */
  get counted(): boolean {
    return this.#records.some(({ part, text }) => part === 'summary' && /\bactive(?:_anon)?:/i.test(text));
  }

  /** Has a line of this part come that no second one can follow within one block? */
  has(part: MemInfoLine['part'], node: number | null = null, name = ''): boolean {
    return this.#records.some((record) => record.part === part && (part === 'summary' || (record.node === node && record.name === name)));
  }

  /** @param bare - Nothing stood before it: it may be the rest of the line before. */
  add(line: MemInfoLine, text: string, bare = false, width = 0): void {
    if (line.part === 'title') {
      this.#title ??= line.word;
      return;
    }
    if (line.part === 'fragment') {
      this.#fragment(text);
      return;
    }
    if (line.part === 'tail' && /pages (?:RAM|of RAM)/.test(text)) this.#tailSeen = true;
    const last = this.#records.at(-1);
    if (line.part === 'summary' && last?.part === 'summary') {
      const before = bare ? last.text : wholeSummary(last.text);
      if (bare || before !== last.text) last.ends.pop();
      last.text = `${before}${bare ? glue(last, text) : ' '}${text}`;
      last.ends.push({ at: last.text.length, width });
      return;
    }
    const node = 'node' in line ? line.node : null;
    const name = 'name' in line ? line.name : '';
    // A mailer that breaks lines at underscores leaves a blank there when they are joined again.
    if (this.#records.length < 4096) this.#records.push({ part: line.part, node, name, text: text.includes('_ ') ? text.replace(/_ (?=[a-z])/g, '_') : text, ends: [{ at: text.length, width }] });
  }

  /**
   * Takes a line that no part begins with as the rest of the one before, as mailers and terminals break them.
   *
   * @param bare - Nothing stood before it. Behind a prefix only the numbers of a reserve come alone, as 4.9 printed them.
   * @returns false when it can't be that.
   */
  continue(text: string, bare: boolean): boolean {
    const last = this.#records.at(-1);
    if (!bare && last?.part !== 'reserve') return false;
    if (last === undefined || ++this.#pieces > 4096 || last.text.length > 16_384) return false;
    if (!canContinue(last, text)) return false;
    last.text += `${glue(last, text)}${text}`;
    last.ends.pop();
    if (last.part === 'tail' && last.text.includes(' pages RAM')) this.#tailSeen = true;
    return true;
  }

  #fragment(text: string): void {
    for (let at = this.#records.length - 1; at >= 0; at--) {
      const record = this.#records[at];
      if (record?.part !== 'buddy' && record?.part !== 'fragment') continue;
      if (/= \d+kB$/.test(record.text)) break;
      record.text += `${glue(record, text)}${text}`;
      return;
    }
    if (this.#records.length < 4096) this.#records.push({ part: 'fragment', node: null, name: '', text, ends: [] });
  }

  /**
   * @param fallbackPageBytes - Used for kB numbers when the block itself doesn't show the size of a page.
   * @param column - Length that the log's lines are cut at: a number that one ends with is not known.
   */
  build(fallbackPageBytes: number | null, column: number | null = null): MemInfo {
    const pageBytes = this.#pageBytes();
    const pageKb = (pageBytes ?? fallbackPageBytes ?? 4096) / 1024;
    const zones: Zone[] = [];
    const nodes: NodeState[] = [];
    const hugepages: HugepagePool[] = [];
    const memory: Record<string, number> = {};
    const perCpu: string[] = [], allocations: string[] = [];
    let thp = '', current = -1;
    for (const record of this.#records) {
      if (record.part === 'summary') readSummary(wholeSummary(uncut(record, column)), pageKb, memory);
      else if (record.part === 'tail') readTail(record.text, pageKb, memory);
      else if (record.part === 'node') {
        nodes.push(readNode(record, pageKb));
        if (record.text.includes('shmem_thp: ')) thp = 'blank';
      } else if (record.part === 'zone') {
        zones.push(readZone(record, pageKb));
        current = zones.length - 1;
      } else if (record.part === 'reserve') {
        const zone = zones[current];
        const isCut = record.ends.some(({ width }) => width === column);
        // A second one is that of a zone whose line is missing.
        if (zone?.lowmemReserve.length === 0 && !isCut) zone.lowmemReserve = record.text.slice(record.text.indexOf(':') + 1).match(/-?\d+/g)?.map(Number) ?? [];
      } else if (record.part === 'buddy') readBuddy(record, zones);
      else if (record.part === 'hugepages') readHugepages(record.text, hugepages);
      else if (record.part === 'per-cpu') perCpu.push(record.text);
      else if (record.part === 'allocations') allocations.push(...record.text.split('\n'));
    }
    const layout = {
      ...(this.#title === null ? {} : { title: this.#title }),
      ...(thp === '' ? {} : { thp }),
      ...(perCpu.length === 0 ? {} : { perCpu }),
      ...(allocations.length === 0 ? {} : { allocations }),
      ...(this.#records.some(({ part, text }) => part === 'buddy' && text.endsWith('empty')) ? { empty: 'told' } : {}),
    };
    const whole = ('active_anon' in memory || 'active' in memory) && ('ram' in memory || 'ram_2_6' in memory);
    return { zones, nodes, hugepages, memory, layout, pageBytes, complete: whole && zones.length > 0 && this.#records.every(({ part, text }) => part !== 'buddy' || SUM.test(text) || text.endsWith('empty')) && zones.every((zone) => zone.freePages !== null && zone.minPages !== null && zone.presentPages !== null && zone.lowmemReserve.length > 0) };
  }

  /** The first item of a buddy line has order 0, so its size is a page's. */
  #pageBytes(): number | null {
    for (const { part, text } of this.#records) {
      if (part !== 'buddy') continue;
      const first = FIRST_ITEM.exec(text);
      const kb = Number(first?.[2]);
      if (first !== null && kb >= 4 && kb <= 1024 && (kb & (kb - 1)) === 0) return kb * 1024;
    }
    return null;
  }
}

function canContinue(last: RecordOf, text: string): boolean {
  if (last.part === 'per-cpu' || last.part === 'allocations') return /^\d+(?:, btch|$)|^btch:|^usd:|^\d+ usd:/.test(text);
  if (last.part === 'reserve') return /^\d+(?:[ \t]\d+)*$/.test(text);
  if (last.part === 'buddy') return !/= \d+kB$/.test(last.text) && /^(?:[\d*]*k?B?|\([A-Z]*\)?|[A-Z]*\)|=)(?:[ \t]|$)/.test(text);
  if (last.part === 'hugepages') return /^hugepages_|^\w*=\d/.test(text);
  if (last.part === 'tail') return /swap/i.test(last.text) && /^(?:=|\d[\d,/+ ]*(?:kB)?$|delete|find|race|\d+, )/.test(text);
  if (last.part === 'zone' || last.part === 'node') return !/all_unreclaimable\? (?:yes|no)$/.test(last.text) && /^[\w()?]*(?::|$|[ \t]|\?)/.test(text) && (/[:?]|\d*[kK]B/.test(text) || text.length < 4);
  return /^[a-z_]*:[ \t]?\d+(?![\dkK])/.test(text) || /^\d+(?:[ \t]|$)/.test(text);
}

/** What stood at a break: a blank that the mailer ate, or nothing where the line was cut at a column. */
function glue(last: RecordOf, text: string): string {
  if (last.part === 'buddy' || last.part === 'fragment') return /(?:\*|\d|k|\([A-Z]*)$/.test(last.text) && !last.text.endsWith('kB') && /^[\d*kBA-Z)]/.test(text) ? '' : ' ';
  if (last.part === 'zone' || last.part === 'node') return ENDS_WHOLE.test(last.text) || text.startsWith('(') || (/\d$/.test(last.text) && /^(?![kK]B)[A-Za-z]/.test(text)) ? ' ' : '';
  // A number goes on in a number, and the beginning of a word in its end.
  if (last.part === 'summary' && (/\d$/.test(last.text) ? /^\d/.test(text) : SUMMARY_WORDS.has(`${/[a-z_]*$/.exec(last.text)?.[0] ?? ''}${/^[a-z_]*/.exec(text)?.[0] ?? ''}`))) return '';
  return ' ';
}

/** The text without the numbers that stand at the column where lines are cut. */
function uncut({ text, ends }: RecordOf, column: number | null): string {
  let rest = text;
  for (const { at, width } of ends.toReversed()) if (width === column) rest = `${rest.slice(0, at).replace(/\d+$/, '')}${rest.slice(at)}`;
  return rest;
}

function wholeSummary(text: string): string {
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

function readNode(record: RecordOf, pageKb: number): NodeState {
  const counters: Record<string, number> = {};
  addPages(record.text, pageKb, (word, pages) => (counters[word] ??= pages));
  const given = /all_unreclaimable\?[ \t]*(yes|no)/.exec(record.text);
  return { node: record.node ?? 0, allUnreclaimable: given === null ? null : given[1] === 'yes', counters };
}

function readZone(record: RecordOf, pageKb: number): Zone {
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

function readBuddy(record: RecordOf, zones: Zone[]): void {
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

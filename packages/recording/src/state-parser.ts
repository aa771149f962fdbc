import { LIST_SHIFT } from '@nopage/gfp';
import { NO_PAGEBLOCK, type AllocatorState, type PcpState, type ZoneRecord } from '@nopage/mm';
import { RecordingError } from './errors.js';
import type { LineCursor } from './line-cursor.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
interface OpenPcp extends Mutable<Omit<PcpState, 'lists' | 'keptTypes'>> { cpu: string | undefined; lists: (Int32Array | undefined)[]; keptTypes: (Uint8Array | undefined)[] }
interface OpenZone extends Mutable<Omit<ZoneRecord, 'pcp' | 'freeLists' | 'freeBlocks'>> {
  pcp: OpenPcp | null;
  freeLists: (Int32Array | undefined)[];
  freeBlocks: number[];
}

/** A state as it was recorded. */
export interface RecordedState extends AllocatorState {
  readonly label: string;
  /** Index of the operation that comes next. */
  readonly nextOperation: number;
  readonly minFreeKbytes: number;
  readonly totalReservePages: number;
  /** First line of the state in its file. */
  readonly line: number;
}

const HYPHEN = 0x2d;
const HOLE = HYPHEN;
/** Six kinds on 64 nodes. */
const MAX_ZONES = 384;
const MAX_LISTS = 64;

/** Puts a state together from its lines, `STATE` to `END`. */
export class StateParser {
  private readonly label: string;
  private readonly line: number;
  private readonly fields: ReadonlyMap<string, string>;
  private readonly zones: OpenZone[] = [];
  private vmstat: Record<string, number> = {};

  /** @param cursor - Behind `STATE `. */
  constructor(cursor: LineCursor) {
    this.line = cursor.line;
    this.label = cursor.word();
    this.fields = readFields(cursor);
    this.field(this.fields, 'op', cursor);
  }

  /** Takes a line between `STATE` and `END`. */
  add(cursor: LineCursor): void {
    const tag = cursor.word();
    cursor.skipSpaces();
    switch (tag) {
      case 'ZONE': this.addZone(cursor); return;
      case 'PCP': this.addPcp(cursor); return;
      case 'PZ': this.addDiff(cursor); return;
      case 'PL': this.addPcpList(cursor); return;
      case 'PT': this.addPcpTypes(cursor); return;
      case 'FA': this.addFreeArea(cursor); return;
      case 'FL': this.addFreeList(cursor); return;
      case 'PB': this.addPageblocks(cursor); return;
      case 'LRU': this.addMovable(cursor); return;
      case 'VM': this.vmstat = Object.fromEntries([...readFields(cursor)].map(([name, value]) => [name, Number(value)])); return;
      default:
        cursor.fail('a line of a state, or its END, expected');
    }
  }

  /** The whole state; lists that contradict each other are found when it is restored. */
  finish(): RecordedState {
    if (this.zones.length === 0) throw new RecordingError('BAD_STATE', this.line, `state ${this.label} has no zone`);
    return {
      label: this.label,
      line: this.line,
      nextOperation: Number(this.fields.get('op')),
      minFreeKbytes: Number(this.fields.get('min_free_kbytes') ?? 0),
      totalReservePages: Number(this.fields.get('totalreserve') ?? 0),
      zones: this.zones.map((zone) => ({ ...zone, pcp: zone.pcp && pcpOf(zone.pcp) })),
      vmstat: this.vmstat,
    };
  }

  private addZone(cursor: LineCursor): void {
    const index = cursor.decimal();
    cursor.skipSpaces();
    const name = cursor.word();
    if (index !== this.zones.length || index >= MAX_ZONES) cursor.fail(`zone ${this.zones.length} expected`);
    const fields = readFields(cursor);
    const number = (key: string): number => this.field(fields, key, cursor);
    const optional = (key: string): number => (fields.has(key) ? number(key) : 0);
    const watermarks = this.numbers(fields, 'wmark', cursor);
    if (watermarks.length !== 4) cursor.fail('four watermarks expected');
    const start = parseInt(fields.get('start') ?? '', 16);
    if (!Number.isSafeInteger(start)) cursor.fail('start= expected');
    this.zones.push({
      index, name, ...(fields.has('node') && { node: number('node') }), startPfn: start,
      spannedPages: number('spanned'), presentPages: number('present'), managedPages: number('managed'),
      watermarks, boostPages: optional('boost'),
      reservedHighatomicPages: optional('resvhigh'), freeHighatomicPages: optional('freehigh'),
      flags: parseInt(fields.get('flags') ?? '0', 16), freePages: optional('free'),
      lowmemReserve: this.numbers(fields, 'lowmem', cursor),
      pcp: null, freeDiff: 0, freeDiffThreshold: 0, freeBlocks: [], freeLists: [],
      pageblockStartPfn: 0, pageblockTypes: new Uint8Array(0), movable: new Int32Array(0),
    });
  }

  private addPcp(cursor: LineCursor): void {
    const zone = this.zone(cursor);
    const fields = readFields(cursor);
    if (zone.pcp) cursor.fail('per-CPU lists of one CPU only');
    const optional = (key: string): number => (fields.has(key) ? this.field(fields, key, cursor) : 0);
    zone.pcp = {
      cpu: fields.get('cpu'),
      count: this.field(fields, 'count', cursor), high: this.field(fields, 'high', cursor),
      highMin: optional('high_min'), highMax: optional('high_max'), batch: this.field(fields, 'batch', cursor),
      flags: parseInt(fields.get('flags') ?? '0', 16), allocFactor: optional('alloc_factor'),
      freeCount: optional('free_count'), freeFactor: optional('free_factor'), lists: [], keptTypes: [],
    };
  }

  private addDiff(cursor: LineCursor): void {
    const zone = this.zone(cursor);
    const fields = readFields(cursor);
    zone.freeDiff = this.field(fields, 'diff', cursor);
    zone.freeDiffThreshold = this.field(fields, 'threshold', cursor);
  }

  private addPcpList(cursor: LineCursor): void {
    const { pcp, list } = this.pcpList(cursor);
    if (pcp.lists[list]) cursor.fail('one list of each number expected');
    pcp.lists[list] = cursor.frames();
  }

  /** The types that a list's frames were freed with: only what is recorded here says so. */
  private addPcpTypes(cursor: LineCursor): void {
    const { pcp, list } = this.pcpList(cursor);
    pcp.keptTypes[list] = this.types(cursor);
  }

  private pcpList(cursor: LineCursor): { readonly pcp: OpenPcp; readonly list: number } {
    const { pcp } = this.zone(cursor);
    const cpu = cursor.word();
    cursor.skipSpaces();
    const list = cursor.decimal();
    cursor.skipSpaces();
    if (pcp?.cpu !== cpu) return cursor.fail('PCP of this CPU before its lists expected');
    if (list < 0 || list >= MAX_LISTS) cursor.fail(`a list below ${MAX_LISTS} expected`);
    return { pcp, list };
  }

  private addFreeArea(cursor: LineCursor): void {
    const zone = this.zone(cursor);
    const order = cursor.decimal();
    cursor.skipSpaces();
    if (order !== zone.freeBlocks.length || order > 15) cursor.fail('the orders one by one expected');
    if (!cursor.acceptName('nr_free=')) cursor.fail('nr_free= expected');
    zone.freeBlocks.push(cursor.decimal());
    cursor.expectEnd();
  }

  private addFreeList(cursor: LineCursor): void {
    const zone = this.zone(cursor);
    const order = cursor.decimal();
    cursor.skipSpaces();
    const migratetype = cursor.decimal();
    cursor.skipSpaces();
    if (order !== zone.freeBlocks.length - 1 || migratetype < 0 || migratetype >= 1 << LIST_SHIFT) cursor.fail('a list of the order just announced expected');
    const list = (order << LIST_SHIFT) | migratetype;
    if (zone.freeLists[list]) cursor.fail('each list once expected');
    zone.freeLists[list] = cursor.frames();
  }

  private addPageblocks(cursor: LineCursor): void {
    const zone = this.zone(cursor);
    if (zone.pageblockTypes.length > 0) cursor.fail('the pageblocks of a zone once expected');
    zone.pageblockStartPfn = cursor.hex();
    cursor.skipSpaces();
    zone.pageblockTypes = this.types(cursor);
  }

  private addMovable(cursor: LineCursor): void {
    const zone = this.zone(cursor);
    const ranges: number[] = [];
    let last = -1;
    cursor.skipSpaces();
    while (cursor.at < cursor.end) {
      const from = cursor.hex();
      cursor.expect(HYPHEN);
      const to = cursor.hex();
      if (from <= last || to < from) cursor.fail('ascending ranges expected');
      ranges.push(from, to);
      last = to;
      cursor.skipSpaces();
    }
    zone.movable = Int32Array.from(ranges);
  }

  /** A digit each, to the end of the line. */
  private types(cursor: LineCursor): Uint8Array {
    const types = new Uint8Array(cursor.end - cursor.at);
    for (let i = 0; i < types.length; i++) {
      const byte = cursor.bytes[cursor.at + i]!;
      if (byte !== HOLE && (byte < 0x30 || byte > 0x37)) cursor.fail('a digit or - for each type expected');
      types[i] = byte === HOLE ? NO_PAGEBLOCK : byte - 0x30;
    }
    return types;
  }

  private zone(cursor: LineCursor): OpenZone {
    const index = cursor.decimal();
    cursor.skipSpaces();
    const zone = this.zones[index];
    if (!zone) return cursor.fail(`zone ${index} has not been named`);
    return zone;
  }

  private field(fields: ReadonlyMap<string, string>, key: string, cursor: LineCursor): number {
    const value = Number(fields.get(key));
    if (!fields.has(key) || !Number.isSafeInteger(value)) cursor.fail(`${key}= expected`);
    return value;
  }

  private numbers(fields: ReadonlyMap<string, string>, key: string, cursor: LineCursor): number[] {
    const values = (fields.get(key) ?? '').split(',').map(Number);
    if (!values.every(Number.isSafeInteger)) cursor.fail(`${key}= with numbers expected`);
    return values;
  }
}

function pcpOf({ cpu: _cpu, lists, ...numbers }: OpenPcp): PcpState {
  return { ...numbers, lists: Array.from(lists, (list) => list ?? new Int32Array(0)) };
}

/** `name=value` words to the end of the line; words without `=` are flags with an empty value. */
export function readFields(cursor: LineCursor): Map<string, string> {
  const fields = new Map<string, string>();
  for (const word of cursor.rest().split(' ')) {
    if (word === '') continue;
    const equals = word.indexOf('=');
    if (equals < 0) fields.set(word, '');
    else fields.set(word.slice(0, equals), word.slice(equals + 1));
  }
  return fields;
}

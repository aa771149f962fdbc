import { LIST_SHIFT, MIGRATETYPE_NAMES } from '@nopage/gfp';
import { NO_PAGEBLOCK, type AllocatorState, type PcpState, type ZoneRecord } from '@nopage/mm';

/** One thing in which two states differ. */
export interface Difference {
  readonly zone: string;
  /** `free pages`, `free list of order 3 Movable`, `pageblock at 1e00`, ... */
  readonly what: string;
  readonly expected: string;
  readonly got: string;
}

const ZONE_NUMBERS: readonly (readonly [keyof ZoneRecord, string])[] = [
  ['startPfn', 'first frame'], ['spannedPages', 'spanned pages'], ['presentPages', 'present pages'], ['managedPages', 'managed pages'],
  ['boostPages', 'watermark boost'], ['reservedHighatomicPages', 'reserved highatomic pages'],
  ['freeHighatomicPages', 'free highatomic pages'], ['flags', 'zone flags'], ['freePages', 'free pages'],
  ['freeDiff', 'free pages kept back'], ['freeDiffThreshold', 'threshold of free pages kept back'],
];
const PCP_NUMBERS: readonly (readonly [keyof PcpState, string])[] = [
  ['count', 'count'], ['high', 'high'], ['highMin', 'high_min'], ['highMax', 'high_max'], ['batch', 'batch'],
  ['flags', 'flags'], ['allocFactor', 'alloc_factor'], ['freeCount', 'free_count'], ['freeFactor', 'free_factor'],
];

/** Differences listed at most: the first ones tell what went wrong. */
const MOST = 50;

/**
 * What differs between two states, zone by zone: numbers first, then lists, each at the first place where they part.
 * Counted events are {@link compareCounters}' part; movable frames, which recordings state as given, are no part of it.
 */
export function compareStates(expected: AllocatorState, got: AllocatorState): Difference[] {
  const differences: Difference[] = [];
  if (expected.zones.length !== got.zones.length) {
    differences.push({ zone: '', what: 'zones', expected: String(expected.zones.length), got: String(got.zones.length) });
  }
  expected.zones.forEach((zone, i) => {
    const other = got.zones[i];
    if (other !== undefined) compareZones(zone, other, differences);
  });
  return differences.slice(0, MOST);
}

/**
 * What differs between the counts of pages taken and given back in a recorded state and in an allocator. A state that
 * names no counter says nothing, and what reclaim counts depends on what there was to reclaim: neither is compared.
 *
 * @param got - Every counter that is kept, zeros included: `PageAllocator.vmstat()`.
 */
export function compareCounters(expected: Readonly<Record<string, number>>, got: Readonly<Record<string, number>>): Difference[] {
  if (Object.keys(expected).length === 0) return [];
  const differ = Object.entries(got).filter(([name, value]) => /^pgalloc_|^pgfree$/.test(name) && value !== (expected[name] ?? 0));
  return differ.map(([name, value]) => ({ zone: '', what: `counter ${name}`, expected: String(expected[name] ?? 0), got: String(value) }));
}

/** Do two states have no difference? As {@link compareStates}, without words for it. */
export function sameStates(expected: AllocatorState, got: AllocatorState): boolean {
  return compareStates(expected, got).length === 0;
}

/** The differences as a person reads them, a line each. */
export function formatDifferences(differences: readonly Difference[]): string[] {
  return differences.map(({ zone, what, expected, got }) => `${zone === '' ? '' : `${zone}: `}${what}: expected ${expected}, got ${got}`);
}

function compareZones(expected: ZoneRecord, got: ZoneRecord, differences: Difference[]): void {
  const zone = expected.name;
  const differ = (what: string, a: unknown, b: unknown): void => {
    if (a !== b) differences.push({ zone, what, expected: String(a), got: String(b) });
  };
  differ('name', expected.name, got.name);
  differ('node', expected.node ?? 0, got.node ?? 0);
  for (const [field, what] of ZONE_NUMBERS) differ(what, expected[field], got[field]);
  differ('watermarks', expected.watermarks.join(','), got.watermarks.join(','));
  differ('lowmem_reserve', expected.lowmemReserve.join(','), got.lowmemReserve.join(','));
  comparePcp(zone, expected.pcp, got.pcp, differences);
  differ('orders', expected.freeBlocks.length, got.freeBlocks.length);
  for (let order = 0; order < Math.max(expected.freeBlocks.length, got.freeBlocks.length); order++) {
    differ(`free blocks of order ${order}`, expected.freeBlocks[order] ?? 0, got.freeBlocks[order] ?? 0);
  }
  for (let list = 0; list < Math.max(expected.freeLists.length, got.freeLists.length); list++) {
    const type = MIGRATETYPE_NAMES[list & ((1 << LIST_SHIFT) - 1)] ?? 'unknown type';
    compareFrames(zone, `free list of order ${list >> LIST_SHIFT} ${type}`, expected.freeLists[list], got.freeLists[list], differences);
  }
  comparePageblocks(zone, expected, got, differences);
}

function comparePcp(zone: string, expected: PcpState | null, got: PcpState | null, differences: Difference[]): void {
  if (expected === null || got === null) {
    if (expected !== got) differences.push({ zone, what: 'per-CPU lists', expected: expected === null ? 'none' : 'there', got: got === null ? 'none' : 'there' });
    return;
  }
  for (const [field, what] of PCP_NUMBERS) {
    if (expected[field] !== got[field]) differences.push({ zone, what: `pcp ${what}`, expected: String(expected[field]), got: String(got[field]) });
  }
  for (let list = 0; list < Math.max(expected.lists.length, got.lists.length); list++) {
    compareFrames(zone, `per-CPU list ${list}`, expected.lists[list], got.lists[list], differences);
    const types = expected.keptTypes?.[list]?.join('');
    const others = got.keptTypes?.[list]?.join('');
    if (types !== undefined && types !== others) differences.push({ zone, what: `types kept with per-CPU list ${list}`, expected: types, got: others ?? 'none' });
  }
}

const NO_FRAMES = new Int32Array(0);

function compareFrames(zone: string, what: string, expected: Int32Array = NO_FRAMES, got: Int32Array = NO_FRAMES, differences: Difference[]): void {
  const shared = Math.min(expected.length, got.length);
  let at = 0;
  while (at < shared && expected[at] === got[at]) at++;
  if (at === shared && expected.length === got.length) return;
  differences.push({ zone, what: `${what}, from place ${at}`, expected: framesFrom(expected, at), got: framesFrom(got, at) });
}

/** A few frames of a list from one place on, in hexadecimal as recordings have them. */
function framesFrom(frames: Int32Array, at: number): string {
  const shown = Array.from(frames.subarray(at, at + 6), (pfn) => pfn.toString(16));
  const left = frames.length - at - shown.length;
  return `[${shown.join(' ')}${left > 0 ? ` and ${left} more` : ''}] of ${frames.length}`;
}

function comparePageblocks(zone: string, expected: ZoneRecord, got: ZoneRecord, differences: Difference[]): void {
  if (expected.pageblockTypes.length > 0 && expected.pageblockStartPfn !== got.pageblockStartPfn) {
    differences.push({ zone, what: 'first pageblock', expected: expected.pageblockStartPfn.toString(16), got: got.pageblockStartPfn.toString(16) });
  }
  const blocks = Math.max(expected.pageblockTypes.length, got.pageblockTypes.length);
  for (let i = 0; i < blocks; i++) {
    const a = expected.pageblockTypes[i];
    const b = got.pageblockTypes[i];
    if (a === b) continue;
    differences.push({ zone, what: `type of pageblock ${i}`, expected: typeName(a), got: typeName(b) });
  }
}

function typeName(type: number | undefined): string {
  return type === undefined ? 'none' : type === NO_PAGEBLOCK ? 'hole' : MIGRATETYPE_NAMES[type] ?? String(type);
}

import { SUMMARY_WORDS } from './layout.js';

/** What a line of the Mem-Info block is. */
export type MemInfoLine =
  | { readonly part: 'title'; readonly word: string }
  | { readonly part: 'summary' }
  | { readonly part: 'node'; readonly node: number }
  | { readonly part: 'zone'; readonly node: number | null; readonly name: string }
  | { readonly part: 'reserve' }
  | { readonly part: 'buddy'; readonly node: number | null; readonly name: string; readonly empty: boolean }
  | { readonly part: 'fragment' }
  | { readonly part: 'hugepages' }
  | { readonly part: 'per-cpu' }
  | { readonly part: 'tail' }
  | { readonly part: 'allocations' };

const TITLE = /^Mem-[Ii]nfo:$/;
const SUMMARY = new RegExp(`^(?:${[...SUMMARY_WORDS, 'Active', 'Active_anon', 'Active_file'].join('|')}):[ \\t]?\\d+(?!\\d*[kK]B)(?:[ \\t]|$)`);
const FREE_PAGES = /^Free pages:[ \t]+\d+kB/;
const NODE = /^Node (\d+)[ \t]+active_anon:[ \t]?\d/;
const ZONE = /^(?:Node (\d+)[, \t]+)?([A-Z][A-Za-z0-9]{1,15}) free:[ \t]?\d/;
const RESERVE = /^(?:lowmem_reserve|protections)\[\]:/;
const BUDDY = /^(?:Node (\d+)[, \t]+)?([A-Z][A-Za-z0-9]{1,15}):[ \t]*(?:(\d+[*_]\d+kB|\d+ ?\* ?\d+kB)|(empty)$|= 0kB|$)/;
const FRAGMENT = /^(?:\d+\*\d+kB(?:[ \t]|$)|\([UMEHCIR]{1,7}\)(?:[ \t]|$)|= \d+kB$)/;
const HUGEPAGES = /^Node (\d+) hugepages_total=/;
const PER_CPU = /^(?:(?:Node \d+ )?[A-Z]\w+ per-cpu:|CPU[ \t]+\d+:[ \t]+(?:Hot:[ \t]+)?hi:|cpu \d+ (?:hot|cold):)/;
const ALLOCATIONS = /^Memory allocations(?: \(profiling is currently turned (?:on|off)\))?:$/;
const ZONE_WORDS = new Set(['DMA', 'DMA32', 'Normal', 'HighMem', 'Movable', 'Device', 'HighMem1', 'Moveable']);

/** Words of the tail of a block and the name under which their number is kept in `memory`, in printing order. */
export const TAIL_COUNTS: readonly { readonly words: string; readonly key: string }[] = [
  { words: 'total pagecache pages', key: 'pagecache' },
  { words: 'pages in swap cache', key: 'swapcache' },
  { words: 'pages of RAM', key: 'ram_2_6' },
  { words: 'free pages', key: 'free_2_6' },
  { words: 'pages of HIGHMEM', key: 'highmem_2_6' },
  { words: 'reserved pages', key: 'reserved_2_6' },
  { words: 'slab pages', key: 'slab_2_6' },
  { words: 'pages RAM', key: 'ram' },
  { words: 'pages HighMem/MovableOnly', key: 'highmem_movable' },
  { words: 'pages HighMem', key: 'highmem' },
  { words: 'pages reserved', key: 'reserved' },
  { words: 'pages cma reserved', key: 'cma_reserved' },
  { words: 'pages hwpoisoned', key: 'hwpoisoned' },
  { words: 'pages shared', key: 'shared' },
  { words: 'pages non-shared', key: 'non_shared' },
  { words: 'pages swap cached', key: 'swap_cached_2_6' },
  { words: 'pages dirty', key: 'dirty_2_6' },
  { words: 'pages writeback', key: 'writeback_2_6' },
  { words: 'pages mapped', key: 'mapped_2_6' },
  { words: 'pages slab', key: 'slab_pages_2_6' },
  { words: 'pages pagetables', key: 'pagetables_2_6' },
  { words: 'pages in pagetable cache', key: 'pagetable_cache' },
];

const TAIL = new RegExp(`^-?\\d+ (?:${TAIL_COUNTS.map(({ words }) => words).join('|')})$`);
const SWAP = /^(?:Free swap[ \t]*[=:]|Total swap[ \t]*=|Swap cache(?: stats)?:)[ \t]/;

/** Recognises a line of the block by its own words; null for every other line. */
export function memInfoLine(text: string): MemInfoLine | null {
  const code = text.charCodeAt(0);
  if (code >= 48 && code <= 57) return TAIL.test(text) ? { part: 'tail' } : FRAGMENT.test(text) ? { part: 'fragment' } : null;
  if (code === 40 || code === 61) return FRAGMENT.test(text) ? { part: 'fragment' } : null;
  if (code === 45) return TAIL.test(text) ? { part: 'tail' } : null;
  if (code === 77) {
    if (TITLE.test(text)) return { part: 'title', word: text };
    if (ALLOCATIONS.test(text)) return { part: 'allocations' };
  }
  if (!text.includes(':') && !text.includes('=')) return null;
  const isCapital = code >= 65 && code <= 90;
  if (!isCapital || code === 65) {
    if (SUMMARY.test(text)) return { part: 'summary' };
    if (RESERVE.test(text)) return { part: 'reserve' };
  } else if (code === 70 || code === 83 || code === 84) {
    if (FREE_PAGES.test(text)) return { part: 'summary' };
    if (SWAP.test(text)) return { part: 'tail' };
  }
  if (PER_CPU.test(text)) return { part: 'per-cpu' };
  return isCapital ? placed(text) : null;
}

function placed(text: string): MemInfoLine | null {
  const node = NODE.exec(text);
  if (node !== null) return { part: 'node', node: Number(node[1]) };
  if (HUGEPAGES.test(text)) return { part: 'hugepages' };
  const zone = ZONE.exec(text);
  if (zone !== null) return { part: 'zone', node: zone[1] === undefined ? null : Number(zone[1]), name: zone[2] ?? '' };
  const buddy = BUDDY.exec(text);
  if (buddy === null) return null;
  const name = buddy[2] ?? '';
  const known = ZONE_WORDS.has(name);
  if (buddy[3] === undefined && !known) return null;
  return { part: 'buddy', node: buddy[1] === undefined ? null : Number(buddy[1]), name, empty: buddy[4] !== undefined };
}

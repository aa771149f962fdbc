import type { FailureEvent, NodeState, ZoneState } from '@nopage/gfp';
import { NODE_LAYOUT, printedBy, summaryOfRelease, summaryOfWords, ZONE_LAYOUT, type LayoutField } from '../mem-info/layout.js';
import { TAIL_COUNTS } from '../mem-info/mem-info-line.js';
import { ZONE_FIELDS } from '../mem-info/zone-fields.js';

const WITHOUT_BLOCK: ReadonlySet<string> = new Set(['fault-injection', 'order-too-large', 'slub-failure', 'cma-failure', 'suppressed']);

interface Page { readonly kb: number; readonly code: number; readonly live: boolean }

/**
 * The Mem-Info block of an event, line by line, as the kernel of a release lays it out.
 *
 * An event out of a log prints what the log had, no more. A live event prints every line of its kernel's layout; what
 * our allocator doesn't model (LRU lists, slab, swap) stands there as the zeros that a kernel without them prints.
 */
export function memInfoText(event: FailureEvent, code: number): string[] {
  if (WITHOUT_BLOCK.has(event.kind) || (event.zones.length === 0 && Object.keys(event.memory).length === 0)) return [];
  const live = event.source === null;
  const page: Page = { kb: (event.pageBytes ?? 4096) / 1024, code, live };
  const layout = event.layout ?? {};
  const title = layout['title'];
  const zones = live ? [...event.zones] : event.zones;
  const lines = [typeof title === 'string' ? title : code < 2_006_027 ? 'Mem-info:' : 'Mem-Info:'];
  lines.push(...listOf(layout['perCpu']));
  lines.push(...summary(event, page));
  for (const node of live ? liveNodes(event, code) : (event.nodes ?? [])) lines.push(nodeLine(node, page, layout['thp'] === 'blank' || (live && code < 6_006_000)));
  for (const zone of zones) {
    if (zone.freePages === null) continue;
    lines.push(zoneLine(zone, page));
    if (zone.lowmemReserve.length > 0) lines.push(`lowmem_reserve[]: ${zone.lowmemReserve.join(' ')}`);
  }
  for (const zone of zones) {
    if (zone.freeBlocks.length > 0) lines.push(buddyLine(zone, page));
    else if (layout['empty'] === 'told') lines.push(`${place(zone)}: empty`);
  }
  for (const pool of event.hugepages ?? []) lines.push(`Node ${pool.node} hugepages_total=${pool.total} hugepages_free=${pool.free} hugepages_surp=${pool.surplus} hugepages_size=${pool.pageBytes / 1024}kB`);
  lines.push(...tail(event, page));
  lines.push(...listOf(layout['allocations']).map((line) => (line.startsWith('Memory') ? line : line.padStart(line.length + 12 - sizeWidth(line)))));
  return lines;
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined || typeof value === 'string' ? [] : value;
}

/** Width of the size in front of an allocation's line: one or, up to 6.12, two words, printed as `%12s`. */
function sizeWidth(line: string): number {
  return /^[\d.]+ ?[kMGTP]?i?B?/.exec(line)?.[0].trimEnd().length ?? 12;
}

function place({ node, name }: ZoneState): string {
  return node === null ? name : `Node ${node} ${name}`;
}

function summary(event: FailureEvent, page: Page): string[] {
  const words = page.live ? liveSummary(event) : event.memory;
  const lines: string[] = [];
  if ('free_pages' in words) lines.push(`Free pages: ${String((words['free_pages'] ?? 0) * page.kb).padStart(11)}kB (${(words['free_highmem'] ?? 0) * page.kb}kB HighMem)`);
  for (const [at, fields] of (page.live ? summaryOfRelease(page.code) : summaryOfWords(words)).entries()) {
    const shown = page.live ? fields : fields.filter(({ word }) => word in words);
    const pairs = shown.map(({ word }, place) => `${at === 0 && place === 0 ? firstWord(word, words, page) : word}:${words[word] ?? 0}`);
    if (pairs.length > 0) lines.push(`${lines.length > 0 && at > 0 ? ' ' : ''}${pairs.join(' ')}`);
  }
  return lines;
}

/** The summary's first word is capitalised up to 2.6.31. */
function firstWord(word: string, words: Readonly<Record<string, number>>, page: Page): string {
  const capital = word === 'active' || (word === 'active_anon' && (page.live ? page.code < 2_006_032 : !('isolated_anon' in words)));
  return capital ? `A${word.slice(1)}` : word;
}

function liveSummary(event: FailureEvent): Record<string, number> {
  const sum = (of: (zone: ZoneState) => number | null): number => event.zones.reduce((total, zone) => total + (of(zone) ?? 0), 0);
  return { ...event.memory, free: sum((zone) => zone.freePages), free_pcp: sum((zone) => zone.freePcpPages), free_cma: sum((zone) => zone.freeCmaPages) };
}

function liveNodes(event: FailureEvent, code: number): readonly NodeState[] {
  if (code < 4_008_000) return [];
  if (event.nodes !== undefined && event.nodes.length > 0) return event.nodes;
  const numbers = [...new Set(event.zones.map(({ node }) => node ?? 0))].sort((a, b) => a - b);
  return numbers.map((node) => ({ node, allUnreclaimable: false, counters: {} }));
}

/** Fields in the kernel's order; a vendor's own stand behind the field that they stood behind in the log. */
function ordered(layout: readonly LayoutField[], values: Readonly<Record<string, number>>, page: Page): LayoutField[] {
  const known = layout.filter((each) => each.word in values || (page.live && printedBy(page.code, each)));
  const words = new Set(layout.map(({ word }) => word));
  let before: string | null = null;
  for (const word of Object.keys(values)) {
    if (!words.has(word)) known.splice(known.findIndex((each) => each.word === before) + 1, 0, { word, since: 0, until: Infinity, unit: 'kB' });
    before = word;
  }
  return known;
}

function pair({ word, unit }: LayoutField, pages: number, page: Page, blank: boolean): string {
  if (word === 'all_unreclaimable') return `all_unreclaimable? ${pages === 1 ? 'yes' : 'no'}`;
  return `${word}:${blank ? ' ' : ''}${unit === 'none' ? pages : `${pages * page.kb}${unit}`}`;
}

function nodeLine(node: NodeState, page: Page, thpBlank: boolean): string {
  const values: Record<string, number> = { ...node.counters };
  if (node.allUnreclaimable !== null) values['all_unreclaimable'] = node.allUnreclaimable ? 1 : 0;
  if ('Balloon' in node.counters) {
    delete values['Balloon'];
    values['Balloon'] = node.counters['Balloon'] ?? 0;
  }
  const text = ordered(NODE_LAYOUT, values, page).map((each) => pair(each, values[each.word] ?? 0, page, thpBlank && /_(?:thp|pmdmapped)$/.test(each.word)));
  return `Node ${node.node} ${text.join(' ')}`;
}

function zoneLine(zone: ZoneState, page: Page): string {
  const values: Record<string, number> = {};
  for (const [word, field] of ZONE_FIELDS) if (zone[field] !== null) values[word] = zone[field];
  // A live zone knows some numbers that kernels of its time don't print.
  const layout = page.live ? ZONE_LAYOUT.filter((each) => printedBy(page.code, each)) : ZONE_LAYOUT;
  const fields = page.live ? layout : ordered(layout, { ...values, ...zone.counters }, page);
  return `${place(zone)} ${fields.map((each) => pair(each, values[each.word] ?? zone.counters[each.word] ?? 0, page, false)).join(' ')}`;
}

function buddyLine(zone: ZoneState, page: Page): string {
  let sum = 0;
  const items = zone.freeBlocks.map(({ count, types }, order) => {
    const kb = page.kb * 2 ** order;
    sum += count * kb;
    const letters = types === '' || (page.live && page.code < 3_008_000) ? '' : `(${types}) `;
    return `${count}*${kb}kB ${letters}`;
  });
  return `${place(zone)}: ${items.join('')}= ${sum}kB`;
}

function tail(event: FailureEvent, page: Page): string[] {
  const memory = page.live ? liveTail(event, page.code) : event.memory;
  const lines: string[] = [];
  for (const { words, key } of TAIL_COUNTS) {
    if (key in memory) lines.push(`${memory[key] ?? 0} ${words}`);
    if (key === 'swapcache') lines.push(...swapLines(memory, page));
  }
  return lines;
}

function swapLines(memory: Readonly<Record<string, number>>, page: Page): string[] {
  const lines: string[] = [];
  const stats = `add ${memory['swap_add'] ?? 0}, delete ${memory['swap_delete'] ?? 0}, find ${memory['swap_find'] ?? 0}/${memory['swap_find_total'] ?? 0}`;
  if ('swap_race' in memory) lines.push(`Swap cache: ${stats}, race ${memory['swap_race'] ?? 0}+${memory['swap_race_full'] ?? 0}`);
  else if ('swap_add' in memory) lines.push(`Swap cache stats: ${stats}`);
  if ('free_swap' in memory) lines.push(`Free swap  = ${(memory['free_swap'] ?? 0) * page.kb}kB`);
  if ('total_swap' in memory) lines.push(`Total swap = ${(memory['total_swap'] ?? 0) * page.kb}kB`);
  if ('free_swap_2_6' in memory) lines.push(`Free swap:${String((memory['free_swap_2_6'] ?? 0) * page.kb).padStart(14)}kB`);
  return lines;
}

function liveTail(event: FailureEvent, code: number): Record<string, number> {
  const present = event.zones.reduce((sum, zone) => sum + (zone.presentPages ?? zone.managedPages ?? 0), 0);
  const managed = event.zones.reduce((sum, zone) => sum + (zone.managedPages ?? zone.presentPages ?? 0), 0);
  const high = event.zones.filter(({ name }) => name === 'HighMem' || name === 'Movable').reduce((sum, zone) => sum + (zone.presentPages ?? zone.managedPages ?? 0), 0);
  const swap = code < 6_001_000 ? { swap_add: 0, swap_delete: 0, swap_find: 0, swap_find_total: 0 } : {};
  const defaults = { pagecache: 0, swapcache: 0, ...swap, free_swap: 0, total_swap: 0, ram: present, ...(code >= 3_013_000 ? { highmem_movable: high } : {}), reserved: present - managed };
  return { ...defaults, ...event.memory };
}

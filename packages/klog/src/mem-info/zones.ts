import type { NodeState } from '@nopage/gfp';
import { blocksIn } from './buddy-line.js';
import type { MemInfoRecord } from './record.js';
import { pairsIn } from './word-pairs.js';
import { namedZone, ZONE_FIELDS, type MutableZone } from './zone-fields.js';

/** Pages by word. A number whose unit is gone is damaged: only `pages_scanned` has none. */
function addPages(text: string, pageKb: number, add: (word: string, pages: number) => void): void {
  for (const { word, value, unit } of pairsIn(text)) if (unit || word === 'pages_scanned') add(word, unit ? value / pageKb : value);
}

function isGivenUp(text: string): boolean | null {
  const answer = /all_unreclaimable\?[ \t]*(yes|no)/.exec(text)?.[1];
  return answer === undefined ? null : answer === 'yes';
}

/** The values of a node's line. */
export function readNode(record: MemInfoRecord, pageKb: number): NodeState {
  const counters: Record<string, number> = {};
  addPages(record.text, pageKb, (word, pages) => (counters[word] ??= pages));
  return { node: record.node ?? 0, allUnreclaimable: isGivenUp(record.text), counters };
}

/** The values of a zone's line. */
export function readZone(record: MemInfoRecord, pageKb: number): MutableZone {
  const zone = namedZone(record.node, record.name);
  const counters: Record<string, number> = {};
  zone.counters = counters;
  addPages(record.text, pageKb, (word, pages) => {
    const field = ZONE_FIELDS.get(word);
    if (field === undefined) counters[word] ??= pages;
    else zone[field] ??= pages;
  });
  const givenUp = isGivenUp(record.text);
  if (givenUp !== null) counters['all_unreclaimable'] = givenUp ? 1 : 0;
  return zone;
}

/** Gives a zone its reserves, as far as they are certain. */
export function readReserve({ text, ends }: MemInfoRecord, zone: MutableZone | undefined, column: number | null): void {
  // A second one is that of a zone whose line is missing.
  if (zone?.lowmemReserve.length !== 0 || ends.some(({ width }) => width === column)) return;
  zone.lowmemReserve = text.slice(text.indexOf(':') + 1).match(/-?\d+/g)?.map(Number) ?? [];
}

/** Gives a zone its free blocks: the one of that name which has none, or a new one where its own line is missing. */
export function readBuddy(record: MemInfoRecord, zones: MutableZone[]): void {
  const freeBlocks = blocksIn(record.text);
  let zone = zones.find((each) => each.name === record.name && each.node === record.node && each.freeBlocks.length === 0);
  if (zone === undefined && freeBlocks.length === 0) return;
  if (zone === undefined) zones.push((zone = namedZone(record.node, record.name)));
  zone.freeBlocks = freeBlocks;
}

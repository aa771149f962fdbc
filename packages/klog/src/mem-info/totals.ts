import { LAST_SUMMARY_WORDS, SUMMARY_WORDS } from './layout.js';
import { TAIL_COUNTS } from './mem-info-line.js';
import { pairsIn } from './word-pairs.js';

const SUMMARY_END = new RegExp(`(?:${[...LAST_SUMMARY_WORDS].join('|')}):[ \\t]?\\d+$`);

/** A line of the summary without the number that it ends with, where no kernel ends it there: that one may be cut within. */
export function wholeSummary(text: string): string {
  return SUMMARY_END.test(text) || !/\d$/.test(text) ? text : text.replace(/[^ \t]*$/, '').trimEnd();
}

/** Adds what a line of the machine-wide summary has to `memory`, in pages. */
export function readSummary(text: string, pageKb: number, memory: Record<string, number>): void {
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

/** Adds what a line behind the free blocks has to `memory`, in pages. */
export function readTail(text: string, pageKb: number, memory: Record<string, number>): void {
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

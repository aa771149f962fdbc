import { parseHeadline } from '../headline/parse-headline.js';
import { memInfoLine } from '../mem-info/mem-info-line.js';
import { parseCpuLine } from '../stack/cpu-line.js';
import type { HeadLine } from './head-lines.js';

/** So many steps back in time, and hardly one forward, are no chance; fewer tell only together with a report that stands on its head. */
const ENOUGH_STEPS = 3;
const STAMP = /\[[ \t]*(\d{1,8}\.\d{3,6})[\]s@]/;
const TIME_OF_DAY = /^\D{0,24}(\d\d):(\d\d):(\d\d(?:[.,]\d+)?)/;

/**
 * Does the log that begins with these lines have its newest one first (`journalctl -r`, the pages of many log servers)?
 * Its times go back line by line, and its headlines stand behind what they head.
 */
export function isNewestFirst(lines: readonly HeadLine[]): boolean {
  const last: Record<Clock['of'], number> = { boot: Number.NaN, day: Number.NaN };
  let back = 0, forward = 0, onHead = 0, before = '';
  for (const { whole, text, at } of lines) {
    const clock = clockOf(whole, at);
    if (clock !== null) {
      if (clock.ms < last[clock.of]) back++;
      if (clock.ms > last[clock.of]) forward++;
      last[clock.of] = clock.ms;
    }
    if (forward * 10 > lines.length || follows(before, text)) return false;
    if (follows(text, before)) onHead++;
    before = text;
  }
  return forward * 10 <= back && (back >= ENOUGH_STEPS || (onHead > 0 && back + onHead > 1));
}

/** What a line says of when it was printed: since the machine's start, or by the time of day. */
interface Clock { readonly of: 'boot' | 'day'; readonly ms: number }

/** The kernel's own stamp tells lines of one second apart. */
function clockOf(line: string, at: number | null): Clock | null {
  const stamp = STAMP.exec(line)?.[1];
  if (stamp !== undefined) return { of: 'boot', ms: Number(stamp) * 1000 };
  if (at !== null) return { of: 'day', ms: at };
  const found = TIME_OF_DAY.exec(line);
  return found === null ? null : { of: 'day', ms: (Number(found[1]) * 60 + Number(found[2])) * 60_000 + Number(found[3]?.replace(',', '.')) * 1000 };
}

/** Two lines that stand in this order in every report. */
function follows(first: string, second: string): boolean {
  if (first.startsWith('Mem-')) return memInfoLine(first)?.part === 'title' && memInfoLine(second)?.part === 'summary';
  const kind = parseCpuLine(second) === null ? undefined : parseHeadline(first)?.kind;
  return kind === 'page-allocation-failure' || kind === 'oom-kill' || kind === 'allocation-stall' || kind === 'vmalloc-failure';
}

import type { BuddyZone } from '@nopage/klog';
import type { Context } from '../command.js';
import { ExitCode } from '../exit-code.js';
import { readFreeBlocks } from '../input/proc.js';
import { draw, print } from '../io.js';
import { barOf, unusableShares } from '../terminal/order-bars.js';
import type { Paint } from '../terminal/paint.js';
import { systemTimers, type Timers } from '../watch/timers.js';

const LABEL_COLUMNS = 28;
const DEFAULT_COLUMNS = 80;
const MIN_HISTORY = 10;
/** The head, which takes two rows in 80 columns, the row below it, and where the cursor rests. */
const HEAD_ROWS = 4;
const HOME = '\u001b[H';
const CLEAR_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';
const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';

/** A zone's shares by order, at one moment. */
interface Sample {
  readonly name: string;
  readonly freePages: number;
  readonly shares: readonly number[];
}

export interface WatchFragmentationOptions {
  readonly proc: string | null;
  readonly intervalMs: number;
  readonly json: boolean;
}

/**
 * Draws, for every zone and order, how much of the free memory could not serve that order, over time, until interrupted.
 * On a terminal a picture that is drawn over; elsewhere a line for each zone and sample.
 */
export async function watchFragmentation({ io, paint }: Context, options: WatchFragmentationOptions, timers: Timers = systemTimers): Promise<ExitCode> {
  const picture = io.stdout.isTTY === true && !options.json;
  const history: Sample[][] = [];
  const begin = io.now();
  // Read once before the screen is taken, so that trouble is said where it stays.
  let zones = readFreeBlocks(options.proc).zones;
  if (picture) await draw(io, ENTER);
  try {
    while (!io.interrupted.aborted) {
      const samples = zones.map(sampleOf);
      const width = Math.max(MIN_HISTORY, (io.stdout.columns ?? DEFAULT_COLUMNS) - LABEL_COLUMNS);
      history.push(samples);
      if (history.length > width) history.splice(0, history.length - width);
      const seconds = Math.round(io.now() - begin) / 1000;
      if (picture) await draw(io, pictureOf(history, options.intervalMs / 1000, io.stdout.rows ?? Infinity, paint));
      else await print(io, samples.map((sample) => (options.json ? jsonLine(sample, seconds) : textLine(sample, seconds))).join(''));
      await elapsed(timers, options.intervalMs, io.interrupted);
      zones = readFreeBlocks(options.proc).zones;
    }
  } finally {
    if (picture) await draw(io, LEAVE);
  }
  return ExitCode.INTERRUPTED;
}

function sampleOf({ node, name, counts }: BuddyZone): Sample {
  return { name: `${node}/${name}`, freePages: counts.reduce((sum, count, order) => sum + count * 2 ** order, 0), shares: unusableShares(counts) };
}

/** The whole screen: a block for each zone, the largest order on top, the newest sample on the right. */
function pictureOf(history: readonly (readonly Sample[])[], intervalSeconds: number, rows: number, paint: Paint): string {
  const blocks = (history.at(-1) ?? []).map(({ name, freePages, shares }, at) => [
    `${paint.bold(name)}  ${paint.dim(`${freePages} pages free`)}`,
    ...shares.map((share, order) => {
      const label = `  order ${String(order).padStart(2)}  ${String(Math.round(share * 100)).padStart(3)} %`;
      return `${label.padEnd(LABEL_COLUMNS - 2)}${history.map((samples) => barOf(samples[at]?.shares[order] ?? 0, paint)).join('')}`;
    }).reverse(),
    '',
  ]);
  const shown = lastThatFit(blocks, rows - HEAD_ROWS);
  const above = blocks.length - shown.length;
  const head = `share of free memory that can not serve an order; a column each ${intervalSeconds} s, the newest on the right; Ctrl-C ends`;
  const lines = [paint.dim(head), above === 0 ? '' : paint.dim(`${above} more in a taller terminal`), ...shown.flat()];
  return `${HOME}${lines.map((line) => `${line}${CLEAR_LINE}\n`).join('')}${CLEAR_BELOW}`;
}

/** The last of the zones are the ones that most requests use; one is shown in any case. */
function lastThatFit(blocks: readonly (readonly string[])[], rows: number): readonly (readonly string[])[] {
  const [, ...rest] = blocks;
  return rest.length === 0 || blocks.flat().length <= rows ? blocks : lastThatFit(rest, rows);
}

const textLine = ({ name, freePages, shares }: Sample, seconds: number): string =>
  `${seconds.toFixed(1).padStart(8)} ${name} free ${freePages} unusable ${shares.map((share) => share.toFixed(3)).join(' ')}\n`;

const jsonLine = ({ name, freePages, shares }: Sample, seconds: number): string => `${JSON.stringify({ v: 1, seconds, zone: name, freePages, unusable: shares })}\n`;

function elapsed(timers: Timers, ms: number, interrupted: AbortSignal): Promise<void> {
  if (interrupted.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      timers.clearTimeout(timer);
      interrupted.removeEventListener('abort', done);
      resolve();
    };
    const timer = timers.setTimeout(done, ms);
    interrupted.addEventListener('abort', done);
  });
}

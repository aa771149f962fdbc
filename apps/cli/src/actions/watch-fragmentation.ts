import type { BuddyZone } from '@nopage/klog';
import { usageError } from '../cli-error.js';
import type { Context } from '../command.js';
import { ExitCode } from '../exit-code.js';
import { readFreeBlocks } from '../input/proc.js';
import { print } from '../io.js';
import { barOf, unusableShares } from '../terminal/order-bars.js';
import type { Paint } from '../terminal/paint.js';
import { systemTimers, type Timers } from '../watch/timers.js';

const LABEL_COLUMNS = 28;
const DEFAULT_COLUMNS = 80;
const MIN_HISTORY = 10;
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
  readonly interval: string;
  readonly json: boolean;
}

/**
 * Draws, for every zone and order, how much of the free memory could not serve that order, over time, until interrupted.
 * On a terminal a picture that is drawn over; elsewhere a line for each zone and sample.
 */
export async function watchFragmentation({ io, paint }: Context, options: WatchFragmentationOptions, timers: Timers = systemTimers): Promise<ExitCode> {
  const intervalMs = Number(options.interval) * 1000;
  if (!(intervalMs >= 100 && intervalMs <= 86_400_000)) throw usageError(`--interval takes seconds, 0.1 to 86400, not '${options.interval}'`);
  const picture = io.stdout.isTTY === true && !options.json;
  const history: Sample[][] = [];
  const begin = io.now();
  // Read once before the screen is taken, so that trouble is said where it stays.
  let zones = readFreeBlocks(options.proc).zones;
  if (picture) await print(io, ENTER);
  try {
    while (!io.interrupted.aborted) {
      const samples = zones.map(sampleOf);
      const width = Math.max(MIN_HISTORY, (io.stdout.columns ?? DEFAULT_COLUMNS) - LABEL_COLUMNS);
      history.push(samples);
      if (history.length > width) history.splice(0, history.length - width);
      const seconds = Math.round(io.now() - begin) / 1000;
      if (picture) await print(io, pictureOf(history, Number(options.interval), paint));
      else await print(io, samples.map((sample) => (options.json ? jsonLine(sample, seconds) : textLine(sample, seconds))).join(''));
      await elapsed(timers, intervalMs, io.interrupted);
      zones = readFreeBlocks(options.proc).zones;
    }
  } finally {
    if (picture) await print(io, LEAVE);
  }
  return ExitCode.INTERRUPTED;
}

function sampleOf({ node, name, counts }: BuddyZone): Sample {
  return { name: `${node}/${name}`, freePages: counts.reduce((sum, count, order) => sum + count * 2 ** order, 0), shares: unusableShares(counts) };
}

/** The whole screen: a block for each zone, the largest order on top, the newest sample on the right. */
function pictureOf(history: readonly (readonly Sample[])[], intervalSeconds: number, paint: Paint): string {
  const latest = history.at(-1) ?? [];
  const lines = [paint.dim(`share of free memory that can not serve an order; a column each ${intervalSeconds} s, the newest on the right; Ctrl-C ends`), ''];
  for (const [at, { name, freePages, shares }] of latest.entries()) {
    lines.push(`${paint.bold(name)}  ${paint.dim(`${freePages} pages free`)}`);
    for (let order = shares.length - 1; order >= 0; order--) {
      const label = `  order ${String(order).padStart(2)}  ${String(Math.round((shares[order] ?? 0) * 100)).padStart(3)} %`;
      lines.push(`${label.padEnd(LABEL_COLUMNS - 2)}${history.map((samples) => barOf(samples[at]?.shares[order] ?? 0, paint)).join('')}`);
    }
    lines.push('');
  }
  return `${HOME}${lines.map((line) => `${line}${CLEAR_LINE}\n`).join('')}${CLEAR_BELOW}`;
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

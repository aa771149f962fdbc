import { unusableIndex } from '@nopage/gfp';
import type { Paint } from './paint.js';

const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** How far a share (0 to 1) fills a character; blank where all of the free memory serves. */
export function barOf(share: number, paint: Paint): string {
  if (share <= 0) return ' ';
  const bar = BARS[Math.min(BARS.length - 1, Math.floor(share * BARS.length))] ?? '█';
  return share >= 0.9 ? paint.red(bar) : share >= 0.5 ? paint.yellow(bar) : paint.green(bar);
}

/** Share of a zone's free memory that can't serve each order, 0 to 1; 1 where nothing is free. */
export function unusableShares(counts: readonly number[]): number[] {
  return counts.map((_, order) => unusableIndex(counts, order) / 1000);
}

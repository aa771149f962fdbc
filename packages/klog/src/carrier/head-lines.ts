import { textOf } from '../platform.js';
import { PrefixStripper, type Stripped } from './prefix-stripper.js';
import { unwrapped } from './record.js';
import { mend } from './repair.js';

/** So much of a log's beginning tells how its lines are laid out. */
const LOOKED_AT_BYTES = 32_768;
/** Dates that name no year are compared with one another only. */
const ANY_YEAR = 2000;

/** A line of a log's beginning. */
export interface HeadLine extends Pick<Stripped, 'text' | 'at' | 'bare'> {
  /** With its prefix. */
  readonly whole: string;
  /** Of the line as it came; 0 where it says itself that it goes on. */
  readonly length: number;
}

/** The lines of a log's beginning, blank ones left out; the last may be cut. */
export function headLines(beginning: Uint8Array): readonly HeadLine[] {
  const stripper = new PrefixStripper({ year: ANY_YEAR });
  const lines = textOf(beginning.subarray(0, LOOKED_AT_BYTES)).split(/\r*\n/).map((physical) => {
    const { lines: [whole = ''], soft } = mend(unwrapped(physical));
    const { text, at, bare } = stripper.strip(whole);
    return { text, at, bare, whole, length: soft ? 0 : physical.length };
  });
  return lines.filter(({ text }) => text !== '');
}

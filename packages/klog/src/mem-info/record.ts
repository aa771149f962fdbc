import type { MemInfoLine } from './mem-info-line.js';

/** A line of a block, joined from whatever pieces it came in. */
export interface MemInfoRecord {
  part: MemInfoLine['part'];
  node: number | null;
  name: string;
  text: string;
  /** Where in the text a physical line of some width ends that nothing goes on from. */
  ends: { at: number; width: number }[];
}

/** The text without the numbers that stand at the column where lines are cut. */
export function uncut({ text, ends }: MemInfoRecord, column: number | null): string {
  let rest = text;
  for (const { at, width } of ends.toReversed()) if (width === column) rest = `${rest.slice(0, at).replace(/\d+$/, '')}${rest.slice(at)}`;
  return rest;
}

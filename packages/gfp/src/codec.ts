import type { Era } from './era.js';
import { GfpError } from './errors.js';

/** A text of names turned into a word. */
export interface ParsedFlags {
  /** Every bit that is named or given as a number. */
  readonly mask: number;
  /** Words that the era does not have, as written. */
  readonly unknown: readonly string[];
}

/**
 * The names of a word, in the order in which that era's kernel prints them. Bits without a name come last, together, as
 * a hexadecimal number. Joined with `|` the names are the kernel's text.
 *
 * Up to 4.5 the failure message has no names: there, the largest word of a whole request is named first and single bits
 * after it.
 *
 * @param mask - 0 to 0xffffffff.
 * @returns [] for 0.
 */
// lib/vsprintf.c, format_flags(), v6.12
export function decode(mask: number, era: Era): string[] {
  const { names, masks } = era.printed;
  const found: string[] = [];
  let rest = mask >>> 0;
  let at = 0;
  for (; at < era.bases; at++) {
    const word = masks[at] ?? 0;
    if ((rest & word) >>> 0 !== word) continue;
    found.push(names[at] ?? '');
    rest = (rest & ~word) >>> 0;
    break;
  }
  for (at = era.bases; at < masks.length && rest !== 0; at++) {
    const word = masks[at] ?? 0;
    if ((rest & word) >>> 0 !== word) continue;
    found.push(names[at] ?? '');
    rest = (rest & ~word) >>> 0;
  }
  if (rest !== 0) found.push(hexOf(rest));
  return found;
}

/** The text between the brackets of `mode:%#x(%pGg)`: names joined with `|`, '' for 0. */
export function format(mask: number, era: Era): string {
  return decode(mask, era).join('|');
}

/** The kernel's `%#x`, which prints 0 as `0x0`. */
export function hexOf(mask: number): string {
  return `0x${(mask >>> 0).toString(16)}`;
}

/**
 * The word that a text of names means. Accepts what {@link format} makes, blanks around names, a number among them, and
 * names of single bits that the era's printer does not use. Never throws; see `unknown`. Up to 4.5 `GFP_WAIT` stands for
 * `__GFP_WAIT`, as in the trace events of the time.
 */
export function parse(text: string, era: Era): ParsedFlags {
  let mask = 0;
  const unknown: string[] = [];
  for (const part of text.split('|')) {
    const word = part.trim();
    if (word === '') continue;
    const bits = wordOf(word, era);
    if (bits === undefined) unknown.push(word);
    else mask |= bits;
  }
  return { mask: mask >>> 0, unknown };
}

/**
 * As {@link parse}, for callers that can't go on with half a word.
 *
 * @throws {GfpError} `UNKNOWN_NAME`, with the names.
 */
export function maskOf(text: string, era: Era): number {
  const { mask, unknown } = parse(text, era);
  if (unknown.length > 0) throw new GfpError('UNKNOWN_NAME', null, `Linux ${era.id} has no ${unknown.join(', ')}`);
  return mask;
}

/** The bits of a word that the era, as built without options, has no name for; 0 when there are none. */
export function unknownBits(mask: number, era: Era): number {
  return (mask & ~era.known) >>> 0;
}

/**
 * The word itself, if the era has a name for every bit of it.
 *
 * @throws {GfpError} `NOT_A_MASK` for anything but an integer from 0 to 0xffffffff, `UNKNOWN_BITS` with the bits.
 */
export function checkedMask(mask: number, era: Era): number {
  if (!Number.isInteger(mask) || mask < 0 || mask > 0xffffffff) throw new GfpError('NOT_A_MASK', mask, `${String(mask)} is no flag word`);
  const rest = unknownBits(mask, era);
  if (rest !== 0) throw new GfpError('UNKNOWN_BITS', mask, `Linux ${era.id} has no flag ${hexOf(rest)} (in ${hexOf(mask)})`);
  return mask;
}

function wordOf(word: string, era: Era): number | undefined {
  if (Object.hasOwn(era.bits, word)) return era.bits[word];
  if (Object.hasOwn(era.compounds, word)) return era.compounds[word];
  if (/^0x[0-9a-f]{1,8}$/i.test(word)) return Number(word);
  // Up to 4.5 trace events print single bits without the underscores.
  return era.printsNames || !word.startsWith('GFP_') || !Object.hasOwn(era.bits, `__${word}`) ? undefined : era.bits[`__${word}`];
}

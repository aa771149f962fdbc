import { FaultError } from './errors.js';
import type { StackEntry } from './stack.js';

const HIGHEST = 0xffff_ffff_ffff_ffffn;

/** A region of code: does this frame lie in it? */
export type Region = (entry: StackEntry) => boolean;

/** An address as the data form has it: `0x…`, unsigned 64 bits. -1 is the highest. */
export function addressOf(name: string, value: number | bigint): string {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new FaultError('OUT_OF_RANGE', { attribute: name, given: value, range: 'an address as a safe integer, a bigint or 0x… text' });
  }
  return `0x${BigInt.asUintN(64, BigInt(value)).toString(16)}`;
}

/**
 * The region between `start` and `end` (see `FaultAttributes.requireStart` for what they may be); null when the two say
 * "no region", which for the kernel is 0 to ULONG_MAX (require) or 0 to 0 (reject).
 *
 * @throws {FaultError} `BAD_REGION` when the two don't go together, a pattern does not compile, or an end has no start.
 */
export function codeRegion(which: 'require' | 'reject', start: string | null, end: string | null): Region | null {
  if (start === null && end === null) return null;
  if (isAddress(start) || isAddress(end)) return addressRegion(which, start, end);
  if (start === null) throw bad(which, end, 'a start to go with the end');
  if (end === null) return namedRegion(which, start);
  return lineRegion(which, start, end);
}

function addressRegion(which: 'require' | 'reject', start: string | null, end: string | null): Region | null {
  if ((start !== null && !isAddress(start)) || (end !== null && !isAddress(end))) throw bad(which, `${start ?? ''}..${end ?? ''}`, 'two addresses');
  const from = start === null ? 0n : BigInt.asUintN(64, BigInt(start));
  const to = end === null ? (which === 'require' ? HIGHEST : 0n) : BigInt.asUintN(64, BigInt(end));
  if (from === 0n && to === (which === 'require' ? HIGHEST : 0n)) return null;
  return (entry) => typeof entry === 'bigint' && entry >= from && entry < to;
}

function namedRegion(which: string, text: string): Region {
  const pattern = /^\/(.+)\/([a-z]*)$/s.exec(text);
  if (pattern) {
    const regex = compiled(which, pattern[1] ?? '', pattern[2] ?? '');
    return (entry) => typeof entry !== 'bigint' && regex.test(`${entry.name} ${entry.file}:${entry.line}`);
  }
  if (/[/\\]|\.[cm]?[jt]sx?$|^(node|file|https?):/.test(text)) return (entry) => typeof entry !== 'bigint' && isTail(entry.file, text);
  return (entry) => typeof entry !== 'bigint' && (entry.name === text || entry.name.endsWith(`.${text}`));
}

function lineRegion(which: string, start: string, end: string): Region {
  const from = /^(.+):(\d+)$/.exec(start);
  const to = /^(.+):(\d+)$/.exec(end);
  if (from?.[1] === undefined || to?.[1] !== from[1]) throw bad(which, `${start}..${end}`, 'file:line to file:line of one file, or two addresses');
  const [file, first, last] = [from[1], Number(from[2]), Number(to[2])];
  return (entry) => typeof entry !== 'bigint' && isTail(entry.file, file) && entry.line >= first && entry.line < last;
}

function compiled(which: string, source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags.replace(/[gy]/g, ''));
  } catch (error) {
    throw bad(which, `/${source}/${flags}`, `a pattern that compiles (${error instanceof Error ? error.message : String(error)})`);
  }
}

function isAddress(text: string | null): boolean {
  return text !== null && /^0x[0-9a-f]{1,16}$/i.test(text);
}

/** Is `tail` the file, or the end of its path from a slash on? */
function isTail(file: string, tail: string): boolean {
  const [path, end] = [file.replaceAll('\\', '/'), tail.replaceAll('\\', '/').replace(/^\.\//, '')];
  return path === end || path.endsWith(end.startsWith('/') ? end : `/${end}`);
}

function bad(which: string, given: unknown, range: string): FaultError {
  return new FaultError('BAD_REGION', { attribute: `${which}Start/${which}End`, given, range });
}

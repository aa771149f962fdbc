import type { FailureEvent } from '@nopage/gfp';
import { likelyReading } from './kernel/likely-reading.js';

/** Pods within containers within sessions make paths of several hundred characters. */
export const LONGEST_PATH = 1024;

/** Text out of a log as it may be shown: no control characters, not longer than a line, or than what it can be. */
export function cleanText(text: string, longest = 200): string {
  // eslint-disable-next-line no-control-regex -- these are what must go
  return text.slice(0, longest).replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '?');
}

/** A path out of a log as it may stand in a command that people paste; null when a shell would read more into it. */
export function pastePath(path: string | null): string | null {
  return path !== null && path.length < LONGEST_PATH && /^\/[\w./@:+-]*$/.test(path) ? path : null;
}

/** `4 KiB`, `16 MiB`, `2.1 GiB`: bytes as people say them. */
export function sizeText(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = Number.isInteger(value) || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${units[unit] ?? ''}`;
}

/** A number of bytes in full, as far as a double holds it: what is within 1024 of 2^64 has become 2^64. */
export function bytesInFull(bytes: number): string {
  return bytes >= 2 ** 64 ? 'almost 2^64' : String(BigInt(Math.round(bytes)));
}

/** `1 page`, `12 pages`. */
export function pagesText(pages: number): string {
  return `${pages} page${pages === 1 ? '' : 's'}`;
}

/** `Node 1 Normal` as the kernel prints it, `Normal` where it prints no node. */
export function zoneText(zone: { readonly node: number | null; readonly name: string }): string {
  return zone.node === null ? zone.name : `Node ${zone.node} ${zone.name}`;
}

/** The mask by its names; by its number when they are not known; null when neither is. */
export function maskText(event: FailureEvent): string | null {
  const { mode } = event;
  if (mode === null) return null;
  if (mode.names !== null && mode.names.length > 0) return cleanText(mode.names.join('|'));
  if (mode.mask === null) return mode.names === null ? null : 'no flags';
  if (mode.mask === 0) return 'no flags';
  const likely = likelyReading(mode);
  return `0x${mode.mask.toString(16)}${likely === null ? '' : ` (${likely.names.join('|')}, most likely)`}`;
}

/** `3 h`, `12 min`, `40 s`. */
export function spanText(ms: number): string {
  if (ms >= 48 * 3_600_000) return `${Math.round(ms / 86_400_000)} days`;
  if (ms >= 2 * 3_600_000) return `${Math.round(ms / 3_600_000)} h`;
  if (ms >= 120_000) return `${Math.round(ms / 60_000)} min`;
  return `${Math.round(ms / 1000)} s`;
}

/** The first letter made small, unless the word is a name or an abbreviation. */
export function lowerFirst(text: string): string {
  return /^[A-Z][a-z']* /.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

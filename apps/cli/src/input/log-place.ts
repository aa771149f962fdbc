import { createHash } from 'node:crypto';
import { readSync, type BigIntStats } from 'node:fs';

/** So much of a file's beginning tells it from others: a log's first lines have its dates. */
export const HEAD_BYTES = 256;
/** A shorter beginning could be that of another log, too. */
const TELLING_BYTES = 64;

/** Where reading stands in a file that grows: enough to find it again after a restart, under whichever name. */
export interface LogPlace {
  /** See {@link identity}. */
  readonly file: string;
  readonly offset: number;
  /** The file's beginning: how many bytes of it were known, at most {@link HEAD_BYTES}, and their digest. */
  readonly head: string;
}

/** The place `offset` bytes into the file of which these are the first bytes. */
export function placeIn(file: string, beginning: Uint8Array, offset: number): LogPlace {
  return { file, offset, head: headOf(beginning, beginning.length) };
}

/** Is it a place in the file of which these are the first bytes, and which may be another one by now (compressed, or copied)? */
export function isPlaceIn({ file, head }: LogPlace, { id, beginning }: { readonly id: string; readonly beginning: Uint8Array }): boolean {
  const known = Number.parseInt(head, 10);
  return head === headOf(beginning, known) && (file === id || known >= TELLING_BYTES);
}

/** A file under whichever name. Inodes are used again, so it is the inode and when it was made. */
export function identity({ ino, birthtimeNs }: BigIntStats): string {
  return `${ino}-${birthtimeNs}`;
}

/** The first bytes of an open file. */
export function beginningOf(fd: number): Buffer {
  const bytes = Buffer.alloc(HEAD_BYTES);
  return bytes.subarray(0, readSync(fd, bytes, 0, HEAD_BYTES, 0));
}

const headOf = (beginning: Uint8Array, length: number): string => `${Math.min(length, beginning.length)}:${createHash('sha256').update(beginning.subarray(0, length)).digest('hex').slice(0, 16)}`;

import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { HEAD_BYTES, identity } from './log-place.js';

/** A log that was put aside: `kern.log.1`, `kern.log.2.gz`, `kern.log-20260102`, `kern-20260102.log`. */
export interface RotatedFile {
  /** See {@link identity}. */
  readonly id: string;
  /** When it was last written to, as a log. */
  readonly writtenAtNs: bigint;
  readonly beginning: Uint8Array;
  /** What stands in it from `offset` on, decompressed. When it is damaged, it ends there. */
  bytesFrom(offset: number): AsyncIterable<Uint8Array>;
}

interface OpenFile {
  readonly name: string;
  readonly fd: number;
  readonly gzipped: boolean;
  readonly id: string;
  readonly writtenAtNs: bigint;
}

const CHUNK_BYTES = 1 << 16;
const COUNTED = String.raw`[.-]\d[\dT_:-]*`;
/** More are never kept apart: the newest are looked at. */
const MOST = 32;
const LOOKS = 5;

/**
 * Calls `use` with the logs that `file` was before, the oldest first. They stay what they are meanwhile, under whichever
 * name: a rotation may be going on.
 */
export async function* withRotatedFiles<T, R>(file: string, use: (files: readonly RotatedFile[]) => AsyncGenerator<T, R>): AsyncGenerator<T, R> {
  let open = openAll(file);
  try {
    // Names that are being passed on can hide a file from one look.
    for (let looks = 1; looks < LOOKS; looks += 1) {
      const again = openAll(file);
      const same = idsOf(again) === idsOf(open);
      closeAll(open);
      open = again;
      if (same) break;
    }
    const files: RotatedFile[] = [];
    for (const one of open) files.push({ id: one.id, writtenAtNs: one.writtenAtNs, beginning: await firstBytes(one), bytesFrom: (offset) => bytesFrom(one, offset) });
    return yield* use(files);
  } finally {
    closeAll(open);
  }
}

function openAll(file: string): OpenFile[] {
  const folder = dirname(file);
  const open: OpenFile[] = [];
  for (const name of rotatedNames(folder, basename(file))) {
    try {
      const fd = openSync(join(folder, name), 'r');
      const stat = fstatSync(fd, { bigint: true });
      if (stat.isFile()) open.push({ name, fd, gzipped: name.endsWith('.gz'), id: identity(stat), writtenAtNs: stat.mtimeNs });
      else closeSync(fd);
    } catch {
      // It has gone, or is not ours to read.
    }
  }
  open.sort(byAge);
  closeAll(open.splice(0, Math.max(0, open.length - MOST)));
  return open;
}

/** The oldest first. Files may be written within one tick of the file system's clock: then their names tell. */
function byAge(a: OpenFile, b: OpenFile): number {
  if (a.writtenAtNs !== b.writtenAtNs) return a.writtenAtNs < b.writtenAtNs ? -1 : 1;
  const [turnA, turnB] = [turnOf(a.name), turnOf(b.name)];
  return turnA !== null && turnB !== null ? turnB - turnA : a.name < b.name ? -1 : 1;
}

/** `kern.log.2` was put aside before `kern.log.1`; null for a name with a date. */
function turnOf(name: string): number | null {
  const found = /[.-](\d{1,3})(?:\.[a-z]+)*$/i.exec(name);
  return found === null ? null : Number(found[1]);
}

const idsOf = (files: readonly OpenFile[]): string => files.map(({ id }) => id).sort().join();

function closeAll(files: readonly OpenFile[]): void {
  for (const { fd } of files) closeSync(fd);
}

function rotatedNames(folder: string, name: string): string[] {
  const extension = extname(name);
  const stem = name.slice(0, name.length - extension.length);
  const pattern = new RegExp(`^(?:${escaped(name)}${COUNTED}|${escaped(stem)}${COUNTED}${escaped(extension)})(?:\\.gz)?$`);
  try {
    const all = new Set(readdirSync(folder));
    // While one is being compressed, it is there twice.
    return Array.from(all).filter((other) => other !== name && pattern.test(other) && !(other.endsWith('.gz') && all.has(other.slice(0, -3))));
  } catch {
    return [];
  }
}

async function* bytesFrom({ fd, gzipped }: OpenFile, offset: number): AsyncGenerator<Uint8Array> {
  if (!gzipped) {
    yield* chunksOf(fd, offset);
    return;
  }
  let skip = offset;
  const stream = Readable.from(chunksOf(fd, 0)).pipe(createGunzip());
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      const rest = chunk.subarray(Math.min(skip, chunk.length));
      skip -= chunk.length - rest.length;
      if (rest.length > 0) yield rest;
    }
  } catch {
    return;
  } finally {
    stream.destroy();
  }
}

function* chunksOf(fd: number, from: number): Generator<Uint8Array> {
  for (let offset = from; ; ) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const length = readSync(fd, chunk, 0, CHUNK_BYTES, offset);
    if (length === 0) return;
    offset += length;
    yield chunk.subarray(0, length);
  }
}

async function firstBytes(file: OpenFile): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bytesFrom(file, 0)) {
    parts.push(chunk);
    length += chunk.length;
    if (length >= HEAD_BYTES) break;
  }
  return Buffer.concat(parts).subarray(0, HEAD_BYTES);
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

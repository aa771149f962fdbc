import { appendFileSync, copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fileSource } from '../src/watch/file-source.js';
import { JournalEntries } from '../src/watch/journal-entries.js';
import { journalSource } from '../src/watch/journal-source.js';
import { kmsgSource, type KmsgDevice } from '../src/watch/kmsg-source.js';
import type { Arrival, Place, Source } from '../src/watch/source.js';
import { withPauses } from '../src/watch/with-pauses.js';
import { HandTimers } from './watch-source.js';

interface Copied { readonly text: string; readonly place: Place | null; readonly begins: Place | null; readonly lost: number }

async function read(source: Source, enough: (arrivals: readonly Copied[]) => boolean): Promise<Copied[]> {
  const stop = new AbortController();
  const arrivals: Copied[] = [];
  for await (const { bytes, place, begins, lost } of source.arrivals(stop.signal)) {
    arrivals.push({ text: Buffer.from(bytes).toString(), place, begins, lost });
    if (enough(arrivals)) stop.abort();
  }
  return arrivals;
}

const errno = (code: string): Error => Object.assign(new Error(code), { code });

/** A device that answers from a list: text is a record, a code is thrown. */
function device(answers: readonly string[], boot = 'b1'): KmsgDevice & { closed: boolean } {
  let at = 0;
  return {
    boot, closed: false,
    read(into) {
      const answer = answers[at++] ?? 'EAGAIN';
      if (/^E[A-Z]+$/.test(answer)) throw errno(answer);
      return into.write(answer, 'latin1');
    },
    wait: () => Promise.resolve(),
    close() {
      this.closed = true;
    },
  };
}

describe('/dev/kmsg', () => {
  it('gives records as lines, without their dictionaries, and where they end', async () => {
    const kmsg = device(['4,10,1000,-;first\n SUBSYSTEM=pci\n', '4,11,2000,-;second\n']);
    const [arrival] = await read(kmsgSource(null, () => kmsg), (all) => all.length === 1);
    expect(arrival).toEqual({ text: '4,10,1000,-;first\n4,11,2000,-;second\n', place: { boot: 'b1', seq: 11 }, begins: { boot: 'b1', seq: 9 }, lost: 0 });
    expect(kmsg.closed).toBe(true);
  });

  it('counts what was overwritten by the gap in the numbers', async () => {
    const kmsg = device(['4,10,1,-;a\n', 'EPIPE', '4,25,2,-;b\n']);
    const arrivals = await read(kmsgSource(null, () => kmsg), (all) => all.length === 2);
    expect(arrivals).toMatchObject([{ text: '4,10,1,-;a\n', lost: 0, place: { seq: 10 }, begins: { seq: 9 } }, { text: '4,25,2,-;b\n', lost: 14, place: { seq: 25 }, begins: null }]);
  });

  it('goes on behind a place of the same boot, and counts what was overwritten since', async () => {
    const again = await read(kmsgSource({ boot: 'b1', seq: 10 }, () => device(['4,9,1,-;a\n', '4,10,1,-;b\n', '4,11,1,-;c\n'])), (all) => all.length === 1);
    expect(again).toMatchObject([{ text: '4,11,1,-;c\n', begins: null, lost: 0 }]);
    const late = await read(kmsgSource({ boot: 'b1', seq: 10 }, () => device(['4,14,1,-;d\n'])), (all) => all.length === 1);
    expect(late).toMatchObject([{ text: '4,14,1,-;d\n', lost: 3 }]);
  });

  it('after another boot begins at the beginning', async () => {
    const arrivals = await read(kmsgSource({ boot: 'b0', seq: 5000 }, () => device(['4,0,1,-;a\n'])), (all) => all.length === 1);
    expect(arrivals).toMatchObject([{ text: '4,0,1,-;a\n', lost: 0, place: { boot: 'b1', seq: 0 }, begins: { boot: 'b1', seq: -1 } }]);
  });

  it('undoes escapes, but none that would act on a terminal', async () => {
    const arrivals = await read(kmsgSource(null, () => device(['4,1,1,-;a \\x5c b \\x1b[31m\n'])), (all) => all.length === 1);
    expect(arrivals[0]?.text).toBe('4,1,1,-;a \\ b \\x1b[31m\n');
  });

  it('another error of the device is a sentence', async () => {
    await expect(read(kmsgSource(null, () => device(['EIO'])), () => false)).rejects.toThrow('/dev/kmsg: EIO');
  });
});

describe('a file', () => {
  const io = { stdin: Object.assign(Readable.from([]), { isTTY: false }), stdout: new PassThrough(), stderr: new PassThrough(), env: {}, interrupted: new AbortController().signal, now: () => 0 };
  const folder = (): string => mkdtempSync(join(tmpdir(), 'watch-'));
  const textOf = (arrivals: readonly Copied[]): string => arrivals.map(({ text }) => text).join('');

  it('is read from its beginning, and again from a place in it', async () => {
    const file = join(folder(), 'kern.log');
    writeFileSync(file, 'one\n');
    const first = await read(fileSource(io, file, null), (all) => textOf(all) === 'one\n');
    appendFileSync(file, 'two\n');
    const second = await read(fileSource(io, file, first.at(-1)?.place ?? null), (all) => all.length > 0);
    expect(textOf(second)).toBe('two\n');
  });

  it('that was rotated in the meantime is read to its end under its new name first', async () => {
    const file = join(folder(), 'kern.log');
    writeFileSync(file, 'one\n');
    const first = await read(fileSource(io, file, null), (all) => all.length > 0);
    appendFileSync(file, 'two\n');
    renameSync(file, `${file}.1`);
    writeFileSync(file, 'three\n');
    const second = await read(fileSource(io, file, first.at(-1)?.place ?? null), (all) => textOf(all).includes('three'));
    expect(textOf(second)).toBe('two\nthree\n');
  });

  const line = (n: number): string => `Nov 23 10:00:${String(n).padStart(2, '0')} host kernel: line ${n} with some words behind it to tell it by\n`;
  const lines = (from: number, to: number): string => Array.from({ length: to - from }, (_, n) => line(from + n)).join('');
  /** Reads up to line 3, lets things happen, and tells what another run reads until line `last`. */
  async function afterwards(happens: (file: string) => void, last: number, before = 3): Promise<string> {
    const file = join(folder(), 'kern.log');
    writeFileSync(file, lines(0, before));
    const first = await read(fileSource(io, file, null), (all) => textOf(all) === lines(0, before));
    happens(file);
    return textOf(await read(fileSource(io, file, first.at(-1)?.place ?? null), (all) => textOf(all).includes(`line ${last} `)));
  }

  it('that was rotated several times in the meantime is read in order, compressed or not', async () => {
    const text = await afterwards((file) => {
      appendFileSync(file, lines(3, 5));
      const times = statSync(file);
      writeFileSync(`${file}.3.gz`, gzipSync(readFileSync(file)));
      utimesSync(`${file}.3.gz`, times.atimeMs / 1000, times.mtimeMs / 1000 - 30);
      rmSync(file);
      writeFileSync(`${file}.2`, lines(5, 7));
      utimesSync(`${file}.2`, 1, times.mtimeMs / 1000 - 20);
      writeFileSync(`${file}.1`, lines(7, 9));
      utimesSync(`${file}.1`, 1, times.mtimeMs / 1000 - 10);
      writeFileSync(`${file}.bak`, 'not a log of before\n');
      writeFileSync(file, lines(9, 10));
    }, 9);
    expect(text).toBe(lines(3, 10));
  });

  it('that was copied and emptied in the meantime is read to the copy’s end first, also when it has grown beyond the place', async () => {
    const text = await afterwards((file) => {
      appendFileSync(file, lines(3, 5));
      copyFileSync(file, `${file}.1`);
      truncateSync(file, 0);
      appendFileSync(file, lines(5, 20));
    }, 19);
    expect(text).toBe(lines(3, 20));
  });

  it('that was put aside by date is found', async () => {
    const text = await afterwards((file) => {
      appendFileSync(file, lines(3, 4));
      renameSync(file, file.replace('.log', '-20261123.log'));
      writeFileSync(file, lines(4, 5));
    }, 4);
    expect(text).toBe(lines(3, 5));
  });

  it('that was deleted and made anew is read from its beginning, which is said', async () => {
    const file = join(folder(), 'kern.log');
    writeFileSync(file, lines(0, 3));
    const first = await read(fileSource(io, file, null), (all) => textOf(all) === lines(0, 3));
    rmSync(file);
    writeFileSync(file, lines(50, 60));
    const stderr = new PassThrough();
    const [again] = await read(fileSource({ ...io, stderr }, file, first.at(-1)?.place ?? null), (all) => all.length > 0);
    expect(String(stderr.read())).toBe(`nopage: ${file} is not the file that was read before, and that one is not beside it; what came in between is lost\n`);
    expect(again).toMatchObject({ text: lines(50, 60), begins: { offset: 0 } });
  });

  it.each<[string, (file: string) => void, string]>([
    ['renamed', (file) => { renameSync(file, `${file}.1`); appendFileSync(`${file}.1`, lines(3, 4)); writeFileSync(file, lines(4, 6)); }, lines(0, 6)],
    ['copied and emptied', (file) => { appendFileSync(file, lines(3, 4)); copyFileSync(file, `${file}.1`); truncateSync(file, 0); appendFileSync(file, lines(4, 6)); }, lines(0, 6)],
    ['emptied', (file) => { truncateSync(file, 0); appendFileSync(file, lines(4, 6)); }, lines(0, 3) + lines(4, 6)],
    ['deleted and made anew', (file) => { rmSync(file); writeFileSync(file, lines(4, 6)); }, lines(0, 3) + lines(4, 6)],
    ['gone for a while', (file) => { renameSync(file, `${file}.1`); setTimeout(() => writeFileSync(file, lines(4, 6)), 300); }, lines(0, 3) + lines(4, 6)],
    ['put into another folder, and written to until its writer is told', (file) => {
      const aside = join(folder(), 'kern.log.1');
      renameSync(file, aside);
      writeFileSync(file, '');
      setTimeout(() => { appendFileSync(aside, lines(3, 4)); appendFileSync(file, lines(4, 6)); }, 700);
    }, lines(0, 6)],
    ['rotated twice at once', (file) => {
      renameSync(file, `${file}.2`);
      writeFileSync(`${file}.1`, lines(3, 4));
      utimesSync(`${file}.1`, 1, statSync(`${file}.2`).mtimeMs / 1000 + 1);
      writeFileSync(file, lines(4, 6));
    }, lines(0, 6)],
  ])('that is %s while it is read loses no line', async (_what, happens, expected) => {
    const file = join(folder(), 'kern.log');
    writeFileSync(file, lines(0, 3));
    let happened = false;
    const all = await read(fileSource(io, file, null), (arrivals) => {
      const text = textOf(arrivals);
      if (!happened && text === lines(0, 3)) {
        happened = true;
        happens(file);
      }
      return text.includes('line 5 ');
    });
    expect(textOf(all)).toBe(expected);
  });

  it('that is a folder, or is not there, is a sentence before anything is watched', () => {
    expect(() => fileSource(io, tmpdir(), null)).toThrow('is a directory');
    expect(() => fileSource(io, '/nowhere/kern.log', null)).toThrow('/nowhere/kern.log: no such file');
    expect(() => fileSource(io, '/dev/null', null)).toThrow('/dev/null: is a pipe or a device, which can be followed as standard input only');
  });
});

describe('the journal', () => {
  const entry = (cursor: string, us: number, message: string): string => `__CURSOR=${cursor}\n__MONOTONIC_TIMESTAMP=${us + 5}\n_SOURCE_MONOTONIC_TIMESTAMP=${us}\n_TRANSPORT=kernel\nMESSAGE=${message}\n\n`;
  const binary = (message: string): Buffer => {
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(Buffer.byteLength(message)));
    return Buffer.concat([Buffer.from('__CURSOR=b\nMESSAGE\n'), length, Buffer.from(`${message}\n\n`)]);
  };

  it('comes entry by entry, however it is cut', () => {
    const bytes = Buffer.concat([Buffer.from(entry('a', 1_500_000, 'hello')), binary('two\nlines'), Buffer.from(entry('c', 2_000_000, 'end=1'))]);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const entries = new JournalEntries();
      expect([...entries.push(bytes.subarray(0, cut)), ...entries.push(bytes.subarray(cut))]).toEqual([
        { cursor: 'a', bootUs: 1_500_000, message: 'hello' },
        { cursor: 'b', bootUs: null, message: 'two\nlines' },
        { cursor: 'c', bootUs: 2_000_000, message: 'end=1' },
      ]);
    }
  });

  it('is asked for the kernel of this boot, or for what is behind a place', async () => {
    const asked: (readonly string[])[] = [];
    const start = (args: readonly string[]) => {
      asked.push(args);
      return { stdout: Readable.from([Buffer.from(entry('x', 3_000_000, 'hello'))]), ended: Promise.resolve({ code: 0, said: '' }), kill: () => undefined };
    };
    expect(await read(journalSource(null, start, 'b1'), () => true)).toEqual([{ text: '[    3.000000] hello\n', place: { cursor: 'x' }, begins: { boot: 'b1' }, lost: 0 }]);
    await read(journalSource({ cursor: 'a; rm' }, start, 'b2'), (all) => all.length === 2);
    expect(asked[0]).toEqual(expect.arrayContaining(['--dmesg', '--follow']));
    // The end of an earlier boot is behind the place, too, and is not shown to who follows.
    expect(asked[1]).toEqual(expect.arrayContaining(['--after-cursor=a; rm', '_TRANSPORT=kernel']));
    expect(asked[1]).not.toContain('--follow');
    expect(asked[2]).toEqual(expect.arrayContaining(['--after-cursor=x', '_TRANSPORT=kernel', '--follow']));
    expect(await read(journalSource({ boot: 'b1' }, start, 'b1'), () => true)).toMatchObject([{ begins: null }]);
    expect(await read(journalSource({ boot: 'b1' }, start, 'b2'), () => true)).toMatchObject([{ begins: { boot: 'b2' } }]);
  });

  it('that ends is a sentence with what journalctl said', async () => {
    const start = () => ({ stdout: Readable.from([]), ended: Promise.resolve({ code: 1, said: 'No journal files were found.' }), kill: () => undefined });
    await expect(read(journalSource(null, start), () => false)).rejects.toThrow('journalctl ended with 1: No journal files were found.');
  });
});

describe('withPauses', () => {
  async function* slow(gates: readonly Promise<void>[]): AsyncGenerator<number> {
    for (const [at, gate] of gates.entries()) {
      await gate;
      yield at;
    }
  }

  it('tells a pause once, after something has arrived', async () => {
    const timers = new HandTimers();
    let open = (): void => undefined;
    const second = new Promise<void>((resolve) => (open = resolve));
    const seen: (number | null)[] = [];
    const items = withPauses(slow([Promise.resolve(), second]), 1000, timers, new AbortController().signal);
    seen.push((await items.next()).value as number | null);
    const pause = items.next();
    await Promise.resolve();
    expect(timers.armed).toBe(1);
    timers.fire();
    seen.push((await pause).value as number | null);
    expect(timers.armed).toBe(0);
    open();
    seen.push((await items.next()).value as number | null);
    expect(seen).toEqual([0, null, 1]);
    expect((await items.next()).done).toBe(true);
    expect(timers.armed).toBe(0);
  });

  it('ends when aborted although its source never answers', async () => {
    const stop = new AbortController();
    const items = withPauses(slow([new Promise(() => undefined)]), 1000, new HandTimers(), stop.signal);
    const next = items.next();
    stop.abort();
    expect((await next).done).toBe(true);
  });

  it('passes on what its source throws', async () => {
    async function* bad(): AsyncGenerator<Arrival> {
      yield await Promise.reject(new Error('gone'));
    }
    await expect(withPauses(bad(), 1000, new HandTimers(), new AbortController().signal).next()).rejects.toThrow('gone');
  });
});

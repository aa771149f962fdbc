import { readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PageAllocator } from '@nopage/mm';
import { readTrace, Recorder, RecordingError, replay, TraceReader, type RecordingErrorCode } from '../src/index.js';

const packed = readFileSync(new URL('fixtures/a02-tiny50-64M.txt.gz', import.meta.url));
const text = gunzipSync(packed).toString('latin1');

async function failure(bytes: Uint8Array | string): Promise<RecordingError> {
  const error: unknown = await replay([typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes]).then((report) => report, (reason: unknown) => reason);
  expect(error).toBeInstanceOf(RecordingError);
  return error as RecordingError;
}

const cases: [string, RecordingErrorCode, string, RegExp][] = [
  ['an empty file', 'TRUNCATED', '', /empty/],
  ['a file cut between lines', 'TRUNCATED', text.slice(0, text.indexOf('A 33 ')), /ends without EOF/],
  ['a file cut inside a state', 'TRUNCATED', text.slice(0, text.indexOf('FL 1 5 2')), /ends inside the block that line \d+ begins/],
  ['a file cut inside a line', 'TRUNCATED', text.slice(0, text.indexOf('A 33 ') + 7), /ends inside a line/],
  ['a line cut', 'CORRUPT', text.replace('A 33 1 0 820 z2219:0:0:1 = 2219', 'A 33 1 0 82'), /line \d+: the result is missing/],
  ['an operation that is none', 'CORRUPT', text.replace('A 33 1 ', 'Q 33 1 '), /a line of the format expected/],
  ['operations in another order', 'REORDERED', text.replace('A 33 1 0 820 z2219:0:0:1 = 2219\nF 34 1 2219 0', 'F 34 1 2219 0').replace('A 36 0', 'A 33 1 0 820 z2219:0:0:1 = 2219\nA 36 0').replace('F 34 1 2219 0\n', ''), /operation 33 comes after operation 35/],
  ['a state in another place', 'REORDERED', text.replace('STATE final op=51', 'STATE final op=50'), /stands before operation 50/],
  ['a release that no profile reproduces', 'UNKNOWN_PROFILE', text.replace('release=6.12.117', 'release=5.4.273'), /no profile reproduces the kernel "5\.4\.273/],
  ['no word of the kernel', 'UNKNOWN_PROFILE', text.replace(/^FACTS .*\n/m, ''), /line \d+: no profile reproduces the kernel ""/],
  ['no state at all', 'NO_STATE', text.replace('S rec 1', 'S rec 0'), /no state to start from/],
  ['a list that comes back to itself', 'BAD_STATE', text.replace('FL 1 0 0 6 : 22a2 2219 22a6', 'FL 1 0 0 6 : 22a2 2219 22a2'), /zone DMA32/],
  ['blocks that overlap', 'BAD_STATE', text.replace('FL 1 1 0 6 : 221a', 'FL 1 1 0 6 : 22a6'), /zone DMA32/],
  ['a list in a pageblock of another type', 'BAD_STATE', text.replace('PB 1 1000 1111', 'PB 1 1000 1112'), /zone DMA32.*in a pageblock of type 2/],
  ['a list that is shorter than it says', 'CORRUPT', text.replace('FL 1 0 0 6 : 22a2 ', 'FL 1 0 0 6 : '), /hexadecimal number/],
  ['a list of a thousand million frames', 'CORRUPT', text.replace('FL 1 0 0 6 :', 'FL 1 0 0 1000000000 :'), /on a shorter line/],
  ['counts that do not add up', 'BAD_STATE', text.replace('FA 1 0 nr_free=18', 'FA 1 0 nr_free=17'), /17 blocks of order 0/],
  ['free pages that do not add up', 'BAD_STATE', text.replace('free=7598', 'free=7597'), /7597 pages are free, but the lists hold 7598/],
  ['per-CPU lists that do not add up', 'BAD_STATE', text.replace('count=0 high=933', 'count=1 high=933'), /count 1 pages and hold 0/],
  ['zones that lie in one another', 'BAD_STATE', text.replace('ZONE 0 DMA start=1 spanned=4095 present=3998', 'ZONE 0 DMA start=1 spanned=8191 present=3998').replace('PB 0 0 11111111', 'PB 0 0 1111111111111111').replace('PB 0 0 01111111', 'PB 0 0 0111111111111111'), /inside zone DMA/],
  ['orders that are left out', 'BAD_STATE', text.replace(/^FA 1 10 .*\n(FL 1 10 .*\n)*/m, ''), /orders of free blocks/],
  ['pageblocks from another frame on', 'BAD_STATE', text.replace('PB 1 1000', 'PB 1 1200'), /first pageblock begins/],
  ['pageblocks said twice', 'CORRUPT', text.replace(/^PB 1 1000 \d+$/m, '$&\n$&'), /once expected/],
  ['a pageblock too few', 'BAD_STATE', text.replace(/^(PB 1 1000 \d+)\d$/m, '$1'), /23 pageblocks have a type where there are 24/],
  ['a pageblock too many', 'BAD_STATE', text.replace(/^(PB 1 1000 \d+)$/m, '$11'), /25 pageblocks have a type where there are 24/],
  ['a zone far longer than its pageblocks', 'BAD_STATE', text.replace('spanned=12288', 'spanned=268435455'), /24 pageblocks have a type where there are 524288/],
  ['a per-CPU list of another CPU', 'CORRUPT', text.replace(/^PL 1 0 /m, 'PL 1 3 '), /PCP of this CPU/],
  ['an operation before its state', 'REORDERED', text.replace('STATE final op=51', 'STATE final op=52'), /comes after a state before operation 52/],
  ['a zone larger than any machine', 'BAD_STATE', text.replace('spanned=12288 present=12288', 'spanned=999999999 present=12288'), /spanned pages can't be/],
  ['a flag word that does not end where it should', 'CORRUPT', text.replace(/^(A \d+ \d+ \d+ cc)0 /m, '$1!0 '), /' ' expected/],
  ['a result with something behind it', 'CORRUPT', text.replace(/^(A .* = \w+)$/m, '$1K'), /' ' expected/],
  ['a count of blocks with something behind it', 'CORRUPT', text.replace('FA 1 0 nr_free=18', 'FA 1 0 nr_free=18.5'), /' ' expected/],
  ['two counts of blocks', 'CORRUPT', text.replace('FA 1 0 nr_free=18', 'FA 1 0 nr_free=18 18'), /end of the line expected/],
  ['a frame freed that is free', 'CORRUPT', text.replace('F 51 0 2219 0', 'F 51 0 22a6 0'), /operation 51 can't be/],
  ['a frame outside every zone', 'CORRUPT', text.replace('F 51 0 2219 0', 'F 51 0 7fffffff 0'), /operation 51 can't be.*no zone/],
  ['more pages at once than any array has', 'CORRUPT', text.replace('F 51 0 2219 0', 'L 51 0 999999999 820 = 0:'), /operation 51 can't be: it wants 999999999 pages/],
  ['a line that is told without the one before it', 'CORRUPT', text.replace('A 33 1 0 820', 'A 33 1 0 x'), /expected near "A 33 1 0 x/],
  ['an order beyond all', 'CORRUPT', text.replace('max_page_order=10', 'max_page_order=99'), /max_page_order=99/],
];

describe('a recording that cannot be is refused with line and reason', () => {
  it.each(cases)('%s: %s', async (_what, code, bytes, message) => {
    const error = await failure(bytes);
    expect(error.message).toMatch(message);
    expect(error.code).toBe(code);
    expect(bytes === '' ? 1 : error.line).toBeGreaterThan(0);
  });

  it('compressed bytes cut short', async () => {
    expect(await failure(packed.subarray(0, packed.length / 2))).toMatchObject({ code: 'TRUNCATED', line: expect.any(Number) as number, reason: expect.stringContaining('end too early') as string });
    expect((await failure(packed.subarray(0, packed.length / 2))).line).toBeGreaterThan(0);
  });

  it('compressed bytes damaged', async () => {
    const damaged = Uint8Array.from(packed);
    damaged.fill(0x55, 600, 640);
    expect(['GZIP', 'TRUNCATED', 'CORRUPT', 'BAD_STATE']).toContain((await failure(damaged)).code);
  });

  it('a line without end', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      const chunk = new Uint8Array(1 << 20).fill(0x41);
      for (;;) yield await Promise.resolve(chunk);
    }
    await expect(replay(endless())).rejects.toMatchObject({ code: 'LINE_TOO_LONG', line: 1 });
  });

  it('noise', async () => {
    expect((await failure(Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) & 0xff))).code).toBe('CORRUPT');
  });
});

describe('whatever is changed in a recording, it ends with a report or a RecordingError', () => {
  const bytes = Buffer.from(text, 'latin1');
  const start = text.indexOf('STATE init');
  const survive = async (changed: Uint8Array): Promise<void> => {
    try {
      const { v } = await replay([changed], { events: true });
      expect(v).toBe(1);
    } catch (error) {
      if (!(error instanceof RecordingError)) throw error;
    }
  };

  it('bytes replaced', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(fc.integer({ min: start, max: bytes.length - 1 }), fc.constantFrom(...' \n0129af-:=zdxASTEFNDv/!'.split(''))), { minLength: 1, maxLength: 4 }), async (changes) => {
      const changed = Buffer.from(bytes);
      for (const [at, to] of changes) changed[at] = to.charCodeAt(0);
      await survive(changed);
    }), { seed: 1, numRuns: 200 });
  });

  it('lines dropped, repeated or moved', async () => {
    const lines = text.split('\n');
    const from = text.slice(0, start).split('\n').length - 1;
    await fc.assert(fc.asyncProperty(fc.integer({ min: from, max: lines.length - 2 }), fc.integer({ min: from, max: lines.length - 2 }), fc.constantFrom('drop', 'repeat', 'move'), async (a, b, how) => {
      const changed = [...lines];
      const [line = ''] = how === 'repeat' ? [changed[a]] : changed.splice(a, 1);
      if (how !== 'drop') changed.splice(b, 0, line);
      await survive(Buffer.from(changed.join('\n'), 'latin1'));
    }), { seed: 2, numRuns: 200 });
  });

  it('compressed and damaged', async () => {
    const small = gzipSync(bytes);
    await fc.assert(fc.asyncProperty(fc.integer({ min: 0, max: small.length - 1 }), fc.integer({ min: 0, max: 255 }), async (at, to) => {
      const changed = Uint8Array.from(small);
      changed[at] = to;
      await survive(changed);
    }), { seed: 3, numRuns: 60 });
  });
});

describe('an argument that is not of its kind', () => {
  const refusal = expect.objectContaining({ name: 'RecordingError', code: 'BAD_ARGUMENT' }) as RecordingError;

  it.each([undefined, null, 5, {}, [null], ['text'], [[1, 2]]])('is refused as a source: %j', async (source) => {
    await expect(replay(source as never)).rejects.toThrow(refusal);
    await expect(readTrace(source as never, {})).rejects.toThrow(refusal);
  });

  it.each([undefined, null, 5, 'text'])('is refused as what a reader tells, and as a chunk: %s', (value) => {
    expect(() => new TraceReader(value as never)).toThrow(refusal);
    expect(() => new TraceReader({}).push(value as never)).toThrow(refusal);
  });

  it.each([undefined, null, 5, {}])('is refused as what is recorded: %s', (allocator) => {
    expect(() => new Recorder(allocator as never, () => undefined)).toThrow(refusal);
  });

  it.each([undefined, null, 5, {}])('is refused as what a recording is written with: %s', (write) => {
    expect(() => new Recorder(new PageAllocator({ zones: [{ name: 'Normal', pages: 4096 }] }), write as never)).toThrow(refusal);
  });
});

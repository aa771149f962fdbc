import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogParser, parseLog, readLog } from '../src/index.js';
import { fixtureText } from './shared.js';

const SEED = 20_080_315;
const HEADLINE = 'Dec  5 01:07:09 host kernel: x: page allocation failure: order:3, mode:0x20';
const NOISE = ['Dec  5 01:07:09 host sshd[1]: Accepted publickey for deploy', 'Dec  5 01:07:09 host kernel: eth0: link up, page 12 of allocation table', 'Dec  5 01:07:09 host app: allocation of page 17 ok, failure domain 3', ''];
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A log of `lines` lines with headlines at the given ones, counted from 1. */
function log(lines: number, headlines: readonly number[]): string {
  const at = new Set(headlines);
  return Array.from({ length: lines }, (_, index) => (at.has(index + 1) ? HEADLINE : (NOISE[index % NOISE.length] ?? ''))).join('\n');
}

function linesOf(bytes: Uint8Array, pieces: readonly number[] = []): number[] {
  const parser = new LogParser();
  const lines: number[] = [];
  let at = 0;
  for (const piece of pieces) {
    for (const { source } of parser.push(bytes.subarray(at, at + piece))) lines.push(source?.line ?? 0);
    at += piece;
  }
  for (const { source } of [...parser.push(bytes.subarray(at)), ...parser.flush()]) lines.push(source?.line ?? 0);
  return lines;
}

describe('searching a log', () => {
  it('finds every headline and its line number, wherever the log is cut into chunks', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 600 }), { maxLength: 8 }), fc.array(fc.integer({ min: 1, max: 9000 }), { maxLength: 12 }), (headlines, pieces) => {
      expect(linesOf(encode(log(600, headlines)), pieces)).toEqual([...headlines].sort((a, b) => a - b));
    }), { seed: SEED, numRuns: 150 });
  });

  it('finds a headline that a mailer broke, however far behind another one', () => {
    for (let between = 0; between < 30; between++) {
      const text = [HEADLINE, ...Array.from({ length: between }, (_, at) => NOISE[at % NOISE.length] ?? ''), HEADLINE.replace(' mode:', '\nmode:')].join('\n');
      expect(linesOf(encode(text)), `${between} lines between`).toEqual([1, between + 2]);
    }
  });

  it('gives the same without WebAssembly', () => {
    const platform = globalThis as { WebAssembly?: unknown };
    const saved = platform.WebAssembly;
    const text = encode(`${log(70_000, [1, 17, 300, 301, 69_999])}\n${fixtureText('w14-6.12-A.txt')}`);
    const fast = parseLog(text);
    try {
      delete platform.WebAssembly;
      expect(parseLog(text)).toEqual(fast);
    } finally {
      platform.WebAssembly = saved;
    }
    expect(fast.map(({ source }) => source?.line).slice(0, 5)).toEqual([1, 17, 300, 301, 69_999]);
    expect(fast).toHaveLength(9);
  });

  it('tells the first events before the log is at its end', async () => {
    let given = 0;
    async function* chunks(): AsyncGenerator<Uint8Array> {
      for (; given < 50; given++) yield encode(`${log(1000, [500])}\n`);
      await Promise.resolve();
    }
    for await (const event of readLog(chunks(), { file: 'big.log' })) {
      expect(event.source).toEqual({ file: 'big.log', line: 500 });
      break;
    }
    expect(given).toBeLessThan(3);
  });

  it('can be filled without a copy', () => {
    const parser = new LogParser();
    const bytes = encode(log(5000, [4321]));
    const events = [];
    for (let at = 0; at < bytes.length;) {
      const room = parser.room();
      expect(room.length).toBe(64 * 1024);
      const part = bytes.subarray(at, at + 10_000);
      room.set(part);
      events.push(...parser.wrote(part.length));
      at += part.length;
    }
    events.push(...parser.flush());
    expect(events.map(({ source }) => source?.line)).toEqual([4321]);
  });

  it.each([0, 1, 2, 3, 5, 8, 11, 14])('finds what stands at the very end of its window, which begins %i bytes into the words', (cut) => {
    const words = encode(`${'page allocation failure: order:'.repeat(30_000)}\n${HEADLINE}\n`);
    expect(linesOf(words.subarray(cut)).at(-1)).toBe(2);
  });

  it('looks at one word in twelve bytes, so twice the log is twice the work', () => {
    const work = (lines: number): number => {
      const parser = new LogParser();
      const bytes = encode(log(lines, []));
      parser.push(bytes);
      parser.flush();
      expect(parser.probes).toBeLessThan(bytes.length / 11);
      return parser.probes;
    };
    expect(work(80_000) / work(40_000)).toBeLessThan(2.1);
  });

  it.each<[string, (size: number) => string]>([
    ['one line', (size) => 'x'.repeat(size)],
    ['one line of needles', (size) => 'page allocation failure: order:'.repeat(size / 31)],
    ['unclosed addresses', (size) => '[<'.repeat(size / 2)],
    ['opening brackets behind a headline', (size) => `x: page allocation failure: order:0, mode:0x20(${'('.repeat(size)}`],
    ['quotes', (size) => '> '.repeat(size / 2)],
    ['a Mem-Info that never ends', (size) => `Mem-Info:\n${'1*4kB\n'.repeat(size / 6)}`],
    ['soft breaks', (size) => 'Mem-Info: page allocation=\n'.repeat(size / 27)],
    ['headlines only', (size) => 'x: page allocation failure: order:0, mode:0x20\n'.repeat(size / 47)],
    ['fields', (size) => `Mem-Info:\nNode 0 DMA free:1kB ${'a:1kB '.repeat(size / 6)}`],
    ['zeros', (size) => '\0'.repeat(size)],
    ['frames', (size) => `x: page allocation failure: order:0, mode:0x20\n${' f+0x1/0x2\n'.repeat(size / 11)}`],
    ['blanks', (size) => `x: page allocation failure:${' '.repeat(size)}order:0, mode:0x20`],
    ['digits in a buddy line', (size) => `Mem-Info:\nNode 0 DMA: 1*4kB ${'1'.repeat(size)}`],
    ['letters in a zone line', (size) => `Mem-Info:\nNode 0 DMA free:1kB min${'a'.repeat(size)}`],
    ['blanks behind a name', (size) => `x: page allocation failure: order:0, mode:0x20\nCPU: 0 PID: 1 Comm: x${' '.repeat(size)}y`],
    ['long lines of blanks', (size) => `x: page allocation failure: order:0, mode:0x20\n${`CPU: 0 PID: 1 Comm: x${' '.repeat(8000)}y\n`.repeat(size / 8022)}`],
    ['glued lines', (size) => `Mem-Info:${'#012 free:1'.repeat(size / 11)}`],
    ['newlines', (size) => '\n'.repeat(size)],
    ['carriage returns behind a needle', (size) => `Out of memory: ${'\r'.repeat(size)}`],
  ])('gets through a megabyte of %s, looking at each byte a bounded number of times', (_name, make) => {
    // A step that costs the square of its input would take hours here, and the test's time limit would tell.
    const bytes = encode(make(1 << 20));
    const parser = new LogParser();
    parser.push(bytes);
    parser.flush();
    expect(parser.probes).toBeLessThan(bytes.length / 11 + 8);
  });

  it('reads a long line in pieces and says so', () => {
    const parser = new LogParser();
    parser.push(encode(`${'x'.repeat(300_000)} page allocation ${'x'.repeat(300_000)}\n${HEADLINE}\n`));
    const events = parser.flush();
    expect(events.map(({ source }) => source?.line)).toEqual([2]);
    expect(parser.skipped).toEqual({ count: 1, byReason: { 'long-line': 1 }, first: [{ line: 1, reason: 'long-line' }] });
  });

  it('holds few reports back, even where a line never ends', () => {
    const parser = new LogParser();
    const told = parser.push(encode('x: page allocation failure: order:0, mode:0x20('.repeat(1 << 18)));
    expect(told.length).toBeGreaterThan(50);
    expect(parser.flush().length).toBeLessThanOrEqual(64 + 16);
  });

  it('says which beginning of a headline nothing came of', () => {
    const parser = new LogParser();
    parser.push(encode('first\n[ 1.0] x: page allocation\n[ 2.0] something else\n'));
    expect(parser.flush()).toEqual([]);
    expect(parser.skipped.first).toEqual([{ line: 2, reason: 'broken-headline' }]);
  });
});

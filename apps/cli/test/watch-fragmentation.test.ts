import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import { watchFragmentation } from '../src/actions/watch-fragmentation.js';
import { barOf } from '../src/terminal/order-bars.js';
import { nopage } from './nopage.js';

const buddyinfo = (zone: string, counts: readonly number[]): string => `Node 0, zone   ${zone} ${counts.map((count) => String(count).padStart(6)).join(' ')}\n`;

/** Runs the command for one sample of each of `samples`. */
async function watched(samples: readonly (readonly number[])[], { terminal = false, json = false, rows = 24, zones = ['Normal'] } = {}): Promise<{ code: number; text: string }> {
  const proc = mkdtempSync(join(tmpdir(), 'proc-'));
  const stop = new AbortController();
  const put = (at: number): void => writeFileSync(join(proc, 'buddyinfo'), zones.map((zone) => buddyinfo(zone, samples[at] ?? [])).join(''));
  put(0);
  let text = '';
  const stdout = Object.assign(new Writable({ write: (chunk: Buffer, _encoding, done) => { text += chunk.toString(); done(); } }), { isTTY: terminal, columns: 60, rows });
  const io = { stdin: Readable.from([]), stdout, stderr: stdout, env: {}, interrupted: stop.signal, now: () => 0 };
  let at = 0;
  const timers = {
    setTimeout: (callback: () => void) => {
      at += 1;
      if (at < samples.length) put(at);
      else stop.abort();
      queueMicrotask(callback);
    },
    clearTimeout: () => undefined,
  };
  const code = await watchFragmentation({ io, paint: pc.createColors(false) }, { proc, intervalMs: 1000, json }, timers);
  return { code, text };
}

describe('frag --watch', () => {
  it('prints a line for each zone and sample where there is no terminal', async () => {
    const { code, text } = await watched([[4, 0, 1], [8, 0, 0]]);
    expect(code).toBe(130);
    expect(text).toBe('     0.0 0/Normal free 8 unusable 0.000 0.500 0.500\n     0.0 0/Normal free 8 unusable 0.000 1.000 1.000\n');
  });

  it('prints one object for each with --json', async () => {
    const { text } = await watched([[4, 0, 1]], { json: true, terminal: true });
    expect(JSON.parse(text)).toEqual({ v: 1, seconds: 0, zone: '0/Normal', freePages: 8, unusable: [0, 0.5, 0.5] });
  });

  it('draws over itself on a terminal, the newest on the right, and gives the screen back', async () => {
    const { text } = await watched([[4, 0, 1], [8, 0, 0]], { terminal: true });
    expect(text.startsWith('\u001b[?1049h\u001b[?25l\u001b[H')).toBe(true);
    expect(text.endsWith('\u001b[?25h\u001b[?1049l')).toBe(true);
    const last = stripVTControlCharacters(text.slice(text.lastIndexOf('\u001b[H')));
    expect(last.split('\n').slice(2, 6)).toEqual(['0/Normal  8 pages free', '  order  2  100 %         ▅█', '  order  1  100 %         ▅█', `  order  0    0 %${' '.repeat(11)}`]);
  });

  it.each([
    [24, ['0/DMA', '0/DMA32', '0/Normal'], ''],
    [18, ['0/DMA32', '0/Normal'], '1 more in a taller terminal'],
    [5, ['0/Normal'], '2 more in a taller terminal'],
  ])('on %i rows the last zones that fit are drawn, and the others counted', async (rows, names, note) => {
    const { text } = await watched([[4, 0, 1, 0]], { terminal: true, rows, zones: ['DMA', 'DMA32', 'Normal'] });
    const lines = stripVTControlCharacters(text).split('\n');
    expect(lines.flatMap((line) => /^(\S+) {2}\d+ pages free/.exec(line)?.[1] ?? [])).toEqual(names);
    expect(lines[1]).toBe(note);
  });

  it.each(['0', 'x', '', '-1', '0.01', '1e9'])("--interval '%s' is a usage error, with --watch and without", async (interval) => {
    for (const watch of [['--watch'], []]) {
      expect(await nopage(['frag', ...watch, '--interval', interval])).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--interval takes seconds, 0.1 to 86400') as unknown });
    }
  });
});

describe('barOf', () => {
  it.each([[0, ' '], [0.01, '▁'], [0.5, '▅'], [0.99, '█'], [1, '█']])('%d is %s', (share, bar) => expect(barOf(share, pc.createColors(false))).toBe(bar));
});

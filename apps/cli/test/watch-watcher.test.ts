import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { definePolicy, defineWarnings, preset, type Warnings } from '@nopage/reporter';
import { describe, expect, it } from 'vitest';
import { StateFile, type SavedWatch } from '../src/watch/saved-watch.js';
import { toldJson } from '../src/watch/told-line.js';
import { Watcher } from '../src/watch/watcher.js';
import { arrival, HandTimers, report } from './watch-source.js';

interface Told { readonly site?: string; readonly comm?: string; readonly summary?: string; readonly held?: number; readonly verdict?: string; readonly line?: number | null; readonly file?: string | null; readonly cause?: string }

interface Bench {
  readonly watcher: Watcher;
  readonly told: Told[];
  /** What was saved, and how many were told by then. */
  readonly saves: { readonly saved: SavedWatch; readonly printed: number }[];
  readonly timers: HandTimers;
}

const everything: Warnings = defineWarnings({ policies: [definePolicy({ name: 'everything', codes: ['all'], init: () => null, vote: () => ({ verdict: 'emit', code: 'all', why: 'all are told' }) })] });

function bench({ saved = null, warnings = everything, file = 'kern.log', now = () => 0 }: { saved?: SavedWatch | null; warnings?: Warnings; file?: string; now?: () => number } = {}): Bench {
  const told: Told[] = [];
  const saves: { saved: SavedWatch; printed: number }[] = [];
  const timers = new HandTimers();
  const watcher: Watcher = new Watcher({
    source: { name: 'kern.log', file, kernel: null }, kernel: null, warnings, saved, scheduler: timers,
    format: toldJson,
    print: (text) => {
      told.push(...text.trim().split('\n').map((line) => JSON.parse(line) as Told));
      return Promise.resolve();
    },
    save: () => saves.push({ saved: watcher.save(), printed: told.length }),
    now,
    wallClock: () => Date.UTC(2026, 0, 1),
  });
  return { watcher, told, saves, timers };
}

const placeAt = (offset: number, inode = 7): { inode: number; offset: number } => ({ inode, offset });

function conserved({ sources }: Watcher): boolean {
  const { told = 0, held = 0, pending = 0 } = sources.ledger?.totals() ?? {};
  return sources.failures?.total === told + held + pending;
}

describe('Watcher', () => {
  it('tells a report with its vote as soon as it is whole', async () => {
    const { watcher, told } = bench();
    watcher.take(arrival(report(10)));
    watcher.pause();
    await watcher.told();
    expect(told).toMatchObject([{ site: 'pa_call_a', comm: 'kworker/0:1', verdict: 'emit', file: 'kern.log', line: 1 }]);
  });

  it('counts by the cause that the explanation found', () => {
    const { watcher } = bench();
    watcher.take(arrival(report(10)));
    watcher.pause();
    const [series] = [...(watcher.sources.failures?.series() ?? [])];
    expect(series).toMatchObject({ site: 'pa_call_a', order: '2', count: 1 });
    expect(series?.cause).not.toMatch(/unknown/);
  });

  it('a report that comes in pieces is one event, wherever it is cut', async () => {
    const text = report(10);
    for (let cut = 1; cut < text.length; cut += 97) {
      const { watcher, told } = bench();
      watcher.take(arrival(text.slice(0, cut)));
      watcher.take(arrival(text.slice(cut)));
      await watcher.end(false);
      expect(told.length, `cut at ${cut}`).toBe(1);
    }
  });

  it('failures are told, held or pending at every moment', async () => {
    const { watcher } = bench({ warnings: preset('recommended') });
    for (let n = 0; n < 200; n++) {
      watcher.take(arrival(report(10 + n / 100, 'task', `site_${n % 3}`)));
      expect(conserved(watcher)).toBe(true);
      if (n % 7 === 0) await watcher.told();
      expect(conserved(watcher)).toBe(true);
    }
    await watcher.end(false);
    expect(watcher.sources.ledger?.totals()).toMatchObject({ told: 200, held: 0, pending: 0 });
  });

  it('what is held is told when the watch ends', async () => {
    const { watcher, told } = bench({ warnings: preset('recommended') });
    for (let n = 0; n < 50; n++) watcher.take(arrival(report(10 + n / 1000)));
    await watcher.end(false);
    expect(told.filter(({ summary }) => summary === 'disclosure').reduce((sum, { held = 0 }) => sum + held, 0) + told.filter(({ summary }) => summary === undefined).length).toBe(50);
  });

  it('what is held is told after a silence, without another line of the log', async () => {
    const { watcher, told, timers } = bench({ warnings: preset('recommended') });
    for (let n = 0; n < 50; n++) watcher.take(arrival(report(10 + n / 1000)));
    watcher.pause();
    await watcher.told();
    const before = told.length;
    timers.fire();
    await watcher.told();
    expect(told.length).toBeGreaterThan(before);
    expect(watcher.sources.ledger?.totals()).toMatchObject({ held: 0, pending: 0 });
  });

  it('what the kernel says that it swallowed is counted apart, and is no failure', () => {
    const { watcher } = bench();
    watcher.take(arrival('[   10.000000] warn_alloc: 31 callbacks suppressed\n[   11.000000] other\n'));
    watcher.pause();
    expect(watcher.sources.failures?.total).toBe(0);
    expect(watcher.sources.failures?.withheld).toMatchObject({ producer: 31 });
    expect(conserved(watcher)).toBe(true);
  });

  it('lost records are counted', () => {
    const { watcher } = bench();
    watcher.take(arrival('', null, { lost: 12 }));
    expect(watcher.log.lost).toBe(12);
  });

  it('what stands on both sides of a gap in the log is not one report', async () => {
    const { watcher, told } = bench();
    const lines = (text: string, from: number, to: number): string => text.split('\n').slice(from, to).map((line) => `${line}\n`).join('');
    watcher.take(arrival(lines(report(10, 'a', 'site_a'), 0, 5)));
    watcher.take(arrival(lines(report(20, 'b', 'site_b'), 7, 24), null, { lost: 30 }));
    await watcher.end(false);
    expect(told[0]).toMatchObject({ comm: 'a' });
    expect(told[0]?.site).not.toBe('site_b');
  });

  it('tells a report that waits for more lines although the log never pauses', async () => {
    let now = 0;
    const { watcher, told } = bench({ now: () => now });
    watcher.take(arrival(report(10).split('\n').slice(0, 9).map((line) => `${line}\n`).join(''), placeAt(1000)));
    for (let n = 1; n <= 6; n++) {
      now = n * 900;
      watcher.take(arrival(`[   ${10 + n}.000000] audit: something else ${n}\n`, placeAt(1000 + n)));
    }
    await watcher.told();
    expect(told).toMatchObject([{ comm: 'kworker/0:1' }]);
    expect(watcher.save()).toMatchObject({ takenLines: 0 });
    expect(Number(watcher.save().place?.['offset'])).toBeGreaterThan(1000);
  });

  it('lines of a file that was rotated get no number', async () => {
    const { watcher, told } = bench();
    watcher.take(arrival(report(10), placeAt(1000)));
    watcher.pause();
    watcher.take(arrival(report(20), placeAt(1000, 8), { begins: placeAt(0, 8) }));
    await watcher.end(false);
    expect(told).toMatchObject([{ line: 1, file: 'kern.log' }, { line: null, file: null }]);
  });
});

describe('a restart', () => {
  it('goes on counting where the first run ended', async () => {
    const first = bench();
    first.watcher.take(arrival(report(10), placeAt(1000)));
    first.watcher.pause();
    await first.watcher.end(true);
    const second = bench({ saved: JSON.parse(JSON.stringify(first.watcher.save())) as SavedWatch });
    second.watcher.take(arrival(report(20), placeAt(2000)));
    second.watcher.pause();
    await second.watcher.end(true);
    expect(second.watcher.sources.failures?.total).toBe(2);
    expect(second.watcher.sources.ledger?.totals().told).toBe(2);
    expect(conserved(second.watcher)).toBe(true);
    expect([...(second.watcher.sources.votes?.series() ?? [])]).toEqual([{ verdict: 'emit', reason: 'all', count: 2 }]);
    expect(second.watcher.log.bytes).toBe(report(10).length + report(20).length);
  });

  it.each([0.1, 0.5, 1, 1.4, 2, 2.9])('after %d reports of three tells each of them once', async (read) => {
    const reports = [report(10), report(20, 'b'), report(30, 'c')];
    const whole = reports.join('');
    const size = whole.length / 3;
    const first = bench();
    const stop = Math.floor(size * read);
    first.watcher.take(arrival(whole.slice(0, stop), placeAt(stop)));
    await first.watcher.end(true);
    const saved = first.watcher.save();
    const second = bench({ saved });
    const from = Number(saved.place?.['offset'] ?? 0);
    second.watcher.take(arrival(whole.slice(from), placeAt(whole.length)));
    second.watcher.pause();
    await second.watcher.told();
    expect([...first.told, ...second.told].map(({ comm }) => comm)).toEqual(['kworker/0:1', 'b', 'c']);
    expect(second.watcher.sources.failures?.total).toBe(3);
  });

  it('after a crash tells no event twice, wherever it struck', async () => {
    const whole = [report(10), report(20, 'b'), report(30, 'c')].join('');
    const first = bench();
    for (let at = 0; at < whole.length; at += 256) {
      const upTo = Math.min(at + 256, whole.length);
      first.watcher.take(arrival(whole.slice(at, upTo), placeAt(upTo)));
      await first.watcher.told();
    }
    first.watcher.pause();
    await first.watcher.told();
    expect(first.saves.length).toBeGreaterThan(0);
    for (const [at, { saved, printed: before }] of first.saves.entries()) {
      // The crash comes at once, or before the next save.
      for (const printed of [before, first.saves[at + 1]?.printed ?? first.told.length]) {
        const second = bench({ saved });
        const from = Number(saved.place?.['offset'] ?? 0);
        second.watcher.take(arrival(whole.slice(from), placeAt(whole.length)));
        await second.watcher.end(false);
        const names = [...first.told.slice(0, printed), ...second.told].filter(({ summary }) => summary === undefined).map(({ comm }) => comm);
        expect(new Set(names).size).toBe(names.length);
        expect(second.watcher.sources.failures?.total).toBe(first.watcher.sources.failures?.total);
        expect(conserved(second.watcher)).toBe(true);
      }
    }
  });

  it('before anything was read again, and in the middle of it, forgets nothing of what was taken', async () => {
    const whole = [report(10), report(20, 'b'), report(30, 'c')].join('');
    const first = bench();
    first.watcher.take(arrival(whole, placeAt(whole.length), { begins: placeAt(0) }));
    first.watcher.take(arrival('[   31.000000] other\n'.repeat(300), placeAt(whole.length + 1)));
    await first.watcher.told();
    let saved = first.watcher.save();
    expect(saved).toMatchObject({ place: { offset: 0 }, takenLines: 2 * report(10).split('\n').length - 1 });
    for (const upTo of [0, whole.length / 3, (whole.length * 2) / 3]) {
      const next = bench({ saved });
      const from = Number(saved.place?.['offset']);
      if (upTo > from) next.watcher.take(arrival(whole.slice(from, upTo), placeAt(upTo)));
      await next.watcher.end(true);
      expect(next.told).toEqual([]);
      saved = next.watcher.save();
    }
    const last = bench({ saved });
    last.watcher.take(arrival(whole.slice(Number(saved.place?.['offset'])), placeAt(whole.length)));
    await last.watcher.end(false);
    expect(last.told).toEqual([]);
    expect(last.watcher.sources.failures?.total).toBe(3);
  });

  it('after a crash in the middle of a rotation tells each event once', async () => {
    // A report without its last lines waits for more of them.
    const cut = (at: number, name: string): string => report(at, name).split('\n').slice(0, 13).map((line) => `${line}\n`).join('');
    const old = [cut(10, 'a'), cut(20, 'b')].join('');
    const fresh = [report(30, 'c'), report(40, 'd')].join('');
    const files = [{ text: old, inode: 7 }, { text: fresh, inode: 8 }];
    const feed = ({ watcher }: Bench, saved: SavedWatch | null): void => {
      let from = saved?.place ?? null;
      for (const { text, inode } of files) {
        if (from !== null && from['inode'] !== inode) continue;
        const offset = Number(from?.['offset'] ?? 0);
        watcher.take(arrival(text.slice(offset), placeAt(text.length, inode), { begins: from === null ? placeAt(0, inode) : null }));
        from = null;
      }
    };
    const first = bench();
    feed(first, null);
    await first.watcher.told();
    const saved = first.watcher.save();
    const second = bench({ saved });
    feed(second, saved);
    await second.watcher.end(false);
    expect([...first.told, ...second.told].map(({ comm }) => comm)).toEqual(['a', 'b', 'c', 'd']);
    expect(second.watcher.sources.failures?.total).toBe(4);
  });

  it('after a rotation in the middle of a report tells no event twice, wherever it was cut', async () => {
    const torn = report(20, 'b').split('\n').map((line) => `${line}\n`);
    const fresh = [report(30, 'c'), report(40, 'd'), report(50, 'e')].join('');
    for (let cut = 1; cut < torn.length - 1; cut++) {
      const [old, rest] = [report(10, 'a') + torn.slice(0, cut).join(''), torn.slice(cut, -1).join('') + fresh];
      const first = bench();
      first.watcher.take(arrival(old, placeAt(old.length), { begins: placeAt(0) }));
      first.watcher.take(arrival(rest, placeAt(rest.length, 8), { begins: placeAt(0, 8) }));
      await first.watcher.end(true);
      const saved = first.watcher.save();
      const second = bench({ saved });
      second.watcher.take(arrival(rest.slice(Number(saved.place?.['offset'])), placeAt(rest.length, 8)));
      await second.watcher.end(false);
      expect(saved.place?.['inode']).toBe(8);
      expect([...first.told, ...second.told].map(({ comm }) => comm), `cut after line ${cut}`).toEqual(['a', 'b', 'c', 'd', 'e']);
    }
  });

  it('in another log, or another boot, passes over none of its events', async () => {
    const first = bench();
    first.watcher.take(arrival(report(1000) + report(1001, 'b') + report(1002, 'c'), placeAt(1000)));
    await first.watcher.told();
    const saved = first.watcher.save();
    expect(saved.takenLines).toBeGreaterThan(0);
    const second = bench({ saved });
    second.watcher.take(arrival(report(10, 'new'), placeAt(500, 8), { begins: placeAt(0, 8) }));
    await second.watcher.end(false);
    expect(second.told.map(({ comm }) => comm)).toEqual(['new']);
  });

  it('passes over no event that is later than the last one it took, however many it was to pass over', async () => {
    const first = bench();
    first.watcher.take(arrival(report(10) + report(20, 'b') + report(30, 'c'), placeAt(1000)));
    await first.watcher.told();
    // The records of these have been overwritten since.
    const second = bench({ saved: first.watcher.save() });
    second.watcher.take(arrival(report(50, 'late'), placeAt(9000), { lost: 60 }));
    await second.watcher.end(false);
    expect(second.told.map(({ comm }) => comm)).toContain('late');
  });

  it('with another source keeps the counters and forgets the place', () => {
    const first = bench();
    first.watcher.take(arrival(report(10), placeAt(1000)));
    first.watcher.pause();
    const second = bench({ saved: { ...first.watcher.save(), source: 'other.log' } });
    expect(second.watcher.save()).toMatchObject({ place: null, takenLines: 0 });
    expect(second.watcher.sources.failures?.total).toBe(1);
  });
});

describe('StateFile', () => {
  const folder = (): string => join(mkdtempSync(join(tmpdir(), 'watch-')), 'state');

  it('gives back what was written', () => {
    const file = new StateFile(folder());
    const { watcher } = bench();
    watcher.take(arrival(report(10), placeAt(1000)));
    watcher.pause();
    const saved = watcher.save();
    file.write(saved);
    expect(file.read(() => expect.unreachable())).toEqual(JSON.parse(JSON.stringify(saved)));
  });

  it('has nothing in a new folder', () => {
    expect(new StateFile(folder()).read(() => expect.unreachable())).toBeNull();
  });

  it.each([['half a file', '{"v":1,"sou'], ['another version', '{"v":2}'], ['a count that is none', '{"v":1,"source":"x","place":null,"takenLines":-1}'], ['nothing', '']])('says what is wrong with %s, keeps it aside and starts afresh', (_what, text) => {
    const at = folder();
    const file = new StateFile(at);
    writeFileSync(join(at, 'watch.json'), text);
    const said: string[] = [];
    expect(file.read((why) => said.push(why))).toBeNull();
    expect(said).toHaveLength(1);
    expect(readFileSync(join(at, 'watch.json.bad'), 'utf8')).toBe(text);
  });

  it('a folder that can not be made is a sentence', () => {
    expect(() => new StateFile('/dev/null/state')).toThrow(/--state \/dev\/null\/state: can't be written to/);
  });
});

import { describe, expect, it } from 'vitest';
import { any, bySite, formatLine, perKey, preset, rareFirst, rateLimit, Reporter, type Line, type Reportable } from '../src/index.js';
import { ringBuffer } from '../src/ring-buffer.js';

const event = (at: number | null, site: string | null): Reportable => ({ at, site });

describe('Reporter', () => {
  it('counts every event as told, held or pending, and tells what is held with the next line of its key', () => {
    const sink = ringBuffer<Reportable>();
    const reporter = new Reporter<Reportable>({ policy: perKey(bySite, rateLimit({ burst: 1, interval: '10s' })), sink });
    for (const at of [0, 1, 2]) reporter.report(event(at, 'a'));
    expect(reporter.totals()).toMatchObject({ seen: 3, told: 1, held: 2, pending: 0, keys: 1 });
    reporter.report(event(10_001, 'a'));
    expect(reporter.totals()).toMatchObject({ seen: 4, told: 4, held: 0 });
    expect(sink.lines().map(formatLine)).toEqual(['a: failure [rate/pass]', 'a: failure [rate/pass]; 2 more held before it: rate/full 2']);
    expect(reporter.check()).toEqual([]);
  });

  it('runs under every preset', () => {
    for (const name of ['linux-2.4', 'linux-2.6', 'linux-3.2', 'linux-5.4', 'recommended', 'linux-6.12']) {
      const lines: Line<Reportable>[] = [];
      const reporter = new Reporter<Reportable>({ ...preset(name), sink: { write: (line) => lines.push(line) } });
      for (let at = 0; at < 100; at++) reporter.report(event(at, 'a'));
      reporter.close(1000);
      expect(lines.reduce((sum, line) => sum + line.covers, 0)).toBe(100);
      expect(reporter.check()).toEqual([]);
    }
    expect(any(rareFirst()).name).toBe('any(rareFirst)');
  });
});

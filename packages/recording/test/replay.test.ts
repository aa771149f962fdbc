import { createReadStream } from 'node:fs';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { replay } from '../src/index.js';

const fixtures = fileURLToPath(new URL('fixtures/', import.meta.url));
const names = readdirSync(fixtures);

describe('a recording replays to the last frame, event and field', () => {
  it.each(names.filter((name) => !name.startsWith('fi-')))('%s', async (name) => {
    const report = await replay(fixtures + name, { name, events: true });
    expect(report.firstMismatch).toBeNull();
    expect(report.ops).toBeGreaterThan(5);
    expect(report.matched).toBe(report.ops);
    expect(report.states).toBeGreaterThan(0);
    expect(report.statesMatched).toBe(report.states);
    expect(report.trace).toBe(name);
  });
});

describe('a recording of injected failures has each decided again', () => {
  it.each(names.filter((name) => name.startsWith('fi-')))('%s', async (name) => {
    const report = await replay(fixtures + name);
    expect(report.firstMismatch).toBeNull();
    expect(report.decisions).toBeGreaterThan(5);
    expect(report).toMatchObject({ v: 1, ops: report.decisions, matched: report.decisions, states: 0, profile: 'linux-6.12' });
  });
});

describe('the profile follows the release', () => {
  it.each([['a02-tiny50-64M.txt.gz', 'linux-6.12', '6.12.117-pagealloc-A'], ['linux61-tiny50-64M.txt.gz', 'linux-6.1', '6.1.192-pagealloc-61']])('%s: %s', async (name, profile, release) => {
    expect(await replay(fixtures + name)).toMatchObject({ profile, release });
  });
});

describe('what is done while the recorder is silent is not known', () => {
  const text = gunzipSync(readFileSync(`${fixtures}a02-tiny50-64M.txt.gz`)).toString('latin1');

  it('the replay is taken up at the next state, and what lies before it is counted', async () => {
    const silent = text.replace(/^A 33 [^]*?^(?=STATE final)/m, 'S quiet 1\nS quiet 0\n');
    expect(await replay([Buffer.from(silent)])).toMatchObject({ firstMismatch: null, statesMatched: 1, skippedOps: 0, skippedStates: 1 });
  });
});

describe('a bulk request of no pages', () => {
  it('gets none, as in the kernel', async () => {
    const text = gunzipSync(readFileSync(`${fixtures}a02-tiny50-64M.txt.gz`)).toString('latin1');
    const asked = text.replace('STATE freed op=53', 'L 53 0 -5 820 = 0:\nSTATE freed op=54').replace('ops=53', 'ops=54');
    expect(await replay([Buffer.from(asked)])).toMatchObject({ firstMismatch: null, ops: 53, matched: 53 });
  });
});

describe('a bulk request that digs into the last reserves', () => {
  it('has no page marked pfmemalloc in a recording, other than a single request', async () => {
    const text = gunzipSync(readFileSync(`${fixtures}i2-64M-noboost-kswapd0.txt.gz`)).toString('latin1');
    const asked = text.replace(/^A 11146 33003 0 (22cc0 .*)= 1f4d pfmemalloc/m, 'L 11146 33003 1 $1= 1:1f4d');
    expect(asked).not.toBe(text);
    expect(await replay([Buffer.from(asked)], { events: true })).toMatchObject({ firstMismatch: null });
  });
});

describe('a replay that is called off', () => {
  it('reports what came before', async () => {
    const text = gunzipSync(readFileSync(`${fixtures}a02-tiny50-64M.txt.gz`));
    const controller = new AbortController();
    function* half(): Generator<Uint8Array> {
      yield text.subarray(0, text.indexOf('A 33 '));
      controller.abort();
      yield text.subarray(text.indexOf('A 33 '));
    }
    const report = await replay(half(), { signal: controller.signal });
    expect(report).toMatchObject({ interrupted: true, release: '6.12.117-pagealloc-A', firstMismatch: null });
    expect(report.ops).toBeGreaterThan(5);
    expect(report.ops).toBeLessThan(52);
  });
});

describe('a recording is read as it comes', () => {
  const name = 'a02-tiny50-64M.txt.gz';
  const text = gunzipSync(readFileSync(fixtures + name));

  it('from a stream, compressed', async () => {
    expect(await replay(createReadStream(fixtures + name, { highWaterMark: 7 }))).toMatchObject({ trace: '-', firstMismatch: null, ops: 52 });
  });

  it('from plain bytes, cut anywhere', async () => {
    for (const size of [1, 13, 1000, text.length]) {
      const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, i) => text.subarray(i * size, (i + 1) * size));
      expect(await replay(chunks, { events: true })).toMatchObject({ firstMismatch: null, ops: 52, matched: 52, states: 2 });
    }
  });

  it('with lines that end in carriage returns', async () => {
    expect(await replay([Buffer.from(text.toString('latin1').replaceAll('\n', '\r\n'))])).toMatchObject({ firstMismatch: null, ops: 52 });
  });
});

import { LoggerProvider, type ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { PassThrough, Writable } from 'node:stream';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { consoleSink } from '../src/console.js';
import { definePolicy, formatLine, onPowersOfTwo, Reporter, tee, type Line, type Policy, type Reportable, type Sink, type Tee } from '../src/index.js';
import { ndjsonSink } from '../src/ndjson.js';
import { otelSink } from '../src/otel.js';
import { pinoSink } from '../src/pino.js';
import { ringBuffer } from '../src/ring-buffer.js';
import { streamSink } from '../src/stream.js';

const escalates: Policy<Reportable> = definePolicy<Reportable>({
  name: 'escalates', codes: ['x/loud', 'x/quiet'], init: () => null,
  vote: (event) => (event.site === 'loud' ? { verdict: 'escalate', code: 'x/loud', why: 'loud' } : { verdict: 'suppress', code: 'x/quiet', why: 'quiet' }),
});

/** An escalated event, and a held one that close() tells. */
function drive(sink: Sink<Reportable>): Reporter<Reportable> {
  const reporter = new Reporter<Reportable>({ policy: escalates, sink });
  reporter.report({ at: 1, site: 'loud' });
  reporter.report({ at: 2, site: 'quiet' });
  reporter.close();
  return reporter;
}

const TEXT = ['ERROR loud: failure [x/loud]', 'quiet: 1 held in 0ms (x/quiet), told at the end'];

describe('sinks', () => {
  it('console: error for what was escalated, warn for the rest', () => {
    const said: string[] = [];
    drive(consoleSink({ console: { warn: (text) => said.push(`warn ${text}`), error: (text) => said.push(`error ${text}`) } }));
    expect(said).toEqual([`error ${TEXT[0] ?? ''}`, `warn ${TEXT[1] ?? ''}`]);
  });

  it('stream: a line of text each, by a formatter of your own too', () => {
    const stream = new PassThrough({ encoding: 'utf8' });
    drive(streamSink({ stream }));
    expect(stream.read()).toBe(`${TEXT.join('\n')}\n`);
    drive(streamSink<Reportable>({ stream, format: (line) => line.key }));
    expect(stream.read()).toBe('loud\nquiet\n');
  });

  it('stream: a full or ended stream is offered nothing, and nothing is lost', () => {
    const written: string[] = [];
    const waiting: (() => void)[] = [];
    const stream = new Writable({ highWaterMark: 8, decodeStrings: false, write: (chunk: string, _encoding, done) => { written.push(chunk); waiting.push(done); } });
    const reporter = new Reporter<Reportable>({ policy: escalates, sink: streamSink({ stream }) });
    for (let at = 0; at < 50; at++) reporter.report({ at, site: 'loud' });
    expect(reporter.totals()).toMatchObject({ told: 1, held: 49 });
    expect(stream.writableLength).toBeLessThan(100);
    stream.destroy();
    expect(reporter.close()).toBe(49);
  });

  it.each([['stream', streamSink], ['NDJSON', ndjsonSink]])('%s: what a full disk swallows is held again, when the stream is asked to confirm', async (_name, sink) => {
    const stream = new Writable({ highWaterMark: 2000, write: (_chunk, _encoding, done) => void setImmediate(() => done(new Error('ENOSPC'))) });
    stream.on('error', () => undefined);
    const reporter = new Reporter<Reportable>({ policy: escalates, sink: sink({ stream, confirm: true }) });
    for (let at = 0; at < 5; at++) reporter.report({ at, site: 'loud' });
    expect(reporter.totals()).toMatchObject({ told: 0, pending: 5 });
    await reporter.settled();
    expect(reporter.totals()).toMatchObject({ told: 0, pending: 0, held: 5 });
    expect(reporter.close()).toBe(5);
  });

  it('stream: a line is told once the stream has confirmed it', async () => {
    const stream = new PassThrough({ encoding: 'utf8' });
    const reporter = drive(streamSink({ stream, confirm: true }));
    await reporter.settled();
    expect(reporter.totals()).toMatchObject({ told: 2, pending: 0, held: 0 });
    expect(stream.read()).toBe(`${TEXT.join('\n')}\n`);
  });

  it('NDJSON: every field of a line, as an object a line', () => {
    const stream = new PassThrough({ encoding: 'utf8' });
    drive(ndjsonSink({ stream }));
    const [first, second] = String(stream.read()).trim().split('\n').map((row) => JSON.parse(row) as Line<Reportable>);
    expect(first).toMatchObject({ v: 1, kind: 'event', level: 'error', covers: 1, event: { at: 1, site: 'loud' }, vote: { code: 'x/loud' } });
    expect(second).toMatchObject({ v: 1, kind: 'disclosure', occasion: 'close', reasons: { 'x/quiet': 1 } });
  });

  it('ring buffer: keeps the latest lines and counts what they pushed out', () => {
    const buffer = ringBuffer<Reportable>({ capacity: 3 });
    const reporter = new Reporter<Reportable>({ policy: onPowersOfTwo(), sink: buffer });
    for (let at = 1; at <= 16; at++) reporter.report({ at, site: 'a' });
    expect(buffer.lines().map((line) => [line.at, line.covers])).toEqual([[4, 2], [8, 4], [16, 8]]);
    expect(buffer.overwritten).toEqual({ lines: 2, events: 2 });
  });

  it('ring buffer: one that refuses when it is full loses nothing', () => {
    const buffer = ringBuffer<Reportable>({ capacity: 1, refuseWhenFull: true });
    const reporter = new Reporter<Reportable>({ policy: onPowersOfTwo(), sink: buffer });
    for (let at = 1; at <= 16; at++) reporter.report({ at, site: 'a' });
    expect(buffer.drain()).toMatchObject([{ covers: 1 }]);
    expect(reporter.close()).toBe(0);
    expect(buffer.drain()).toMatchObject([{ covers: 15, reasons: { 'pow2/miss': 11, 'sink/refused': 4 } }]);
  });

  it('pino: records at warn and error, with the line under nopage', () => {
    const rows: string[] = [];
    drive(pinoSink({ logger: pino({ base: null, timestamp: false }, { write: (row) => rows.push(row) }) }));
    expect(rows.map((row) => JSON.parse(row) as unknown)).toMatchObject([
      { level: 50, msg: TEXT[0], nopage: { key: 'loud', covers: 1 } }, { level: 40, msg: TEXT[1], nopage: { reasons: { 'x/quiet': 1 } } },
    ]);
  });

  it('pino: what the level filters out stays held until it is let through', () => {
    const rows: string[] = [];
    const logger = pino({ base: null, timestamp: false, level: 'fatal' }, { write: (row) => rows.push(row) });
    const reporter = new Reporter<Reportable>({ policy: onPowersOfTwo(), sink: pinoSink({ logger }) });
    for (let at = 0; at < 10; at++) reporter.report({ at, site: 'a' });
    expect([rows, reporter.close()]).toEqual([[], 10]);
    logger.level = 'warn';
    expect(reporter.close()).toBe(0);
    expect(rows.map((row) => JSON.parse(row) as unknown)).toMatchObject([{ level: 40, nopage: { covers: 10 } }]);
  });

  it('OpenTelemetry: what comes after the shutdown of the provider stays held', async () => {
    const records: ReadableLogRecord[] = [];
    const provider = new LoggerProvider({ processors: [{ onEmit: (record) => records.push(record), forceFlush: () => Promise.resolve(), shutdown: () => Promise.resolve() }] });
    const reporter = new Reporter<Reportable>({ policy: onPowersOfTwo(), sink: otelSink({ logger: provider.getLogger('nopage') }) });
    reporter.report({ at: 1, site: 'a' });
    await provider.shutdown();
    for (let at = 2; at < 10; at++) reporter.report({ at, site: 'a' });
    expect([records.length, reporter.close()]).toEqual([1, 8]);
  });

  it('OpenTelemetry: log records with severity, body and counts as attributes', () => {
    const records: ReadableLogRecord[] = [];
    const provider = new LoggerProvider({ processors: [{ onEmit: (record) => records.push(record), forceFlush: () => Promise.resolve(), shutdown: () => Promise.resolve() }] });
    drive(otelSink({ logger: provider.getLogger('nopage'), epochMs: (at) => at + 1000 }));
    expect(records.map(({ severityNumber, severityText, body, eventName, attributes }) => ({ severityNumber, severityText, body, eventName, attributes }))).toMatchObject([
      { severityNumber: 17, severityText: 'ERROR', body: TEXT[0], eventName: 'nopage.event', attributes: { 'nopage.key': 'loud', 'nopage.verdict': 'escalate', 'nopage.code': 'x/loud' } },
      { severityNumber: 13, severityText: 'WARN', body: TEXT[1], eventName: 'nopage.disclosure', attributes: { 'nopage.covers': 1, 'nopage.held.x/quiet': 1 } },
    ]);
    expect(records[0]?.hrTime).toEqual([1, 1_000_000]);
  });
});

describe('tee', () => {
  /** A sink that takes lines while it is open, and a list of what it took. */
  function door(): { sink: Sink<Reportable>; taken: Line<Reportable>[]; open: boolean } {
    const self = { taken: [] as Line<Reportable>[], open: true, sink: { write: (line: Line<Reportable>) => (self.open ? self.taken.push(line) : false) } };
    return self;
  }
  const covers = (lines: readonly Line<Reportable>[]): number => lines.reduce((sum, line) => sum + line.covers, 0);

  it('tells each sink what it missed before the next line that it takes', () => {
    const [one, two] = [door(), door()];
    const both: Tee<Reportable> = tee(one.sink, two.sink);
    const reporter = new Reporter<Reportable>({ policy: onPowersOfTwo(), sink: both });
    for (let at = 1; at <= 64; at++) {
      two.open = at < 4 || at > 40;
      reporter.report({ at, site: 'a' });
    }
    reporter.close();
    expect(both.settle()).toBe(0);
    expect(covers(one.taken)).toBe(64);
    expect(covers(two.taken)).toBe(64);
    expect(two.taken.find((line) => line.key === '(missed)')).toMatchObject({ covers: 30, reasons: { 'pow2/miss': 26, 'sink/refused': 4 }, since: 3, until: 32 });
  });

  it('takes nothing when no sink does, and says what is owed to one that stays shut', () => {
    const [one, two] = [door(), door()];
    const both = tee(one.sink, two.sink);
    const reporter = new Reporter<Reportable>({ policy: onPowersOfTwo(), sink: both });
    one.open = two.open = false;
    reporter.report({ at: 1, site: 'a' });
    expect(reporter.totals()).toMatchObject({ told: 0, held: 1 });
    one.open = true;
    reporter.close();
    expect(reporter.totals()).toMatchObject({ told: 1, held: 0 });
    expect(both.settle()).toBe(1);
  });
});

describe('formatLine', () => {
  it('has order, reason and process of an event that knows them', () => {
    const lines: string[] = [];
    const reporter = new Reporter<Reportable>({ policy: onPowersOfTwo(), sink: { write: (line) => lines.push(formatLine(line)) } });
    const event = { at: 1, site: '__netdev_alloc_skb', kind: 'page-allocation-failure', order: 2, reason: 'below-watermark', comm: 'swapper/0' };
    for (const at of [1, 2, 3, 4]) reporter.report({ ...event, at });
    expect(lines).toEqual([
      '__netdev_alloc_skb: page-allocation-failure, order 2, below-watermark, for swapper/0 [pow2/hit]',
      '__netdev_alloc_skb: page-allocation-failure, order 2, below-watermark, for swapper/0 [pow2/hit]',
      '__netdev_alloc_skb: page-allocation-failure, order 2, below-watermark, for swapper/0 [pow2/hit]; 1 more held before it: short of the next power of two',
    ]);
  });

  it('says in words why events were held, with a number for each reason when there are several; a code of your own as it is', () => {
    const codes = ['rate/full', 'nowarn/opt-out', 'rate/full', 'my/own', 'toString'];
    const lines: string[] = [];
    const policy = definePolicy<Reportable>({ name: 'mixed', codes, init: () => null, vote: ({ at }) => ({ verdict: 'suppress', code: codes[at ?? 0] ?? '', why: 'held' }) });
    const reporter = new Reporter<Reportable>({ policy, sink: { write: (line) => lines.push(formatLine(line)) } });
    codes.forEach((_code, at) => reporter.report({ at, site: 'a' }));
    reporter.close();
    expect(lines).toEqual(['a: 5 held in 4ms (1 my/own, 1 of callers that asked for no warning, 2 over the rate limit, 1 toString), told at the end']);
  });
});

import type { FailureEvent } from '@nopage/gfp';
import { describe, expect, it } from 'vitest';
import { LogParser } from '../src/index.js';
import { fixtureText, withoutStamps } from './shared.js';

const reportOf = (name: string, first: RegExp, last: RegExp): string[] => {
  const lines = withoutStamps(fixtureText(name)).filter((line) => line !== '');
  const rest = lines.slice(lines.findIndex((line) => first.test(line)));
  return rest.slice(0, rest.findIndex((line) => last.test(line)) + 1);
};
const REFUSED = reportOf('w33-6.12-C.txt', /page allocation failure/, /pages reserved/), KILLED = reportOf('oom1-6.12-A.txt', /invoked oom-killer/, /Killed process/);
const LOG = ['eth0: link up', ...KILLED, 'usb 1-1: new device', 'warn_alloc: 7 callbacks suppressed', ...REFUSED, 'eth0: link down', 'usb 1-1: gone', 'eth0: link up'];

const PREFIXES: Readonly<Record<string, (line: string, at: number) => string>> = {
  'the kernel\'s stamps': (line, at) => `[${(100 + at / 1e3).toFixed(6)}] ${line}`,
  'syslog, twenty lines a second': (line, at) => `Dec  5 01:07:${String(10 + Math.floor(at / 20)).padStart(2, '0')} host kernel: ${line}`,
  'a whole date': (line, at) => `2020-03-16T17:56:07.${String(100_000 + at)}+08:00 host kernel: ${line}`,
  'one second for all': (line) => `Dec  5 01:07:10 host kernel: ${line}`,
  nothing: (line) => line,
};

function read(lines: readonly string[]): { readonly events: FailureEvent[]; readonly newestFirst: boolean } {
  const parser = new LogParser(), bytes = new TextEncoder().encode(lines.join('\n'));
  parser.orient(bytes);
  const events = parser.push(bytes);
  events.push(...parser.flush());
  return { events, newestFirst: parser.newestFirst };
}

function told({ at: _at, source: _source, layout: _layout, ...rest }: FailureEvent): unknown {
  return rest;
}

describe('a log that has its newest line first', () => {
  it.each(Object.entries(PREFIXES))('gives the events of the same log the other way round, the newest first; with %s', (_name, prefix) => {
    const lines = LOG.map(prefix);
    const upright = read(lines), turned = read(lines.toReversed());
    expect([upright.newestFirst, turned.newestFirst]).toEqual([false, true]);
    expect(upright.events.map(({ kind, suppressed, truncated }) => [kind, suppressed, truncated])).toEqual([['oom-kill', 0, false], ['page-allocation-failure', 7, false]]);
    expect(turned.events.map(told)).toEqual(upright.events.toReversed().map(told));
  });

  it('names the headline\'s own line', () => {
    const lines = LOG.map((line, at) => PREFIXES['a whole date']?.(line, at) ?? line).toReversed();
    expect(read(lines).events.map(({ source }) => lines[(source?.line ?? 0) - 1]).map((line) => /page allocation failure|oom-killer/.exec(line ?? '')?.[0])).toEqual(['page allocation failure', 'oom-killer']);
  });

  it('keeps the lines of one record in their order', () => {
    const stamp = (line: string, at: number): string => (line.startsWith(' ') && !line.includes('+0x') ? line : `Dec  5 01:07:${String(10 + Math.floor(at / 20))} host kernel: ${line}`);
    const records = LOG.map(stamp).reduce<string[]>((all, line) => (line.startsWith(' ') ? [...all.slice(0, -1), `${all.at(-1) ?? ''}\n${line}`] : [...all, line]), []);
    expect(read(records.toReversed()).events.map(told)).toEqual(read(records).events.toReversed().map(told));
  });

  it('is not one in which a machine started again, or a CPU was late', () => {
    const boots = [300, 100, 200, 50, 60].map((second) => `[${String(second)}.000001] eth0: link up`);
    expect([read(boots).newestFirst, read([]).newestFirst, read(['[3.000001] a', '[2.000001] b']).newestFirst]).toEqual([false, false, false]);
  });

  it('is read in bounded memory and time, however long nothing in it is a headline', () => {
    const lines = Array.from({ length: 20_000 }, (_, at) => `[${(90_000 - at).toFixed(6)}] net_ratelimit: ${String(at)} callbacks suppressed`);
    expect(read([...lines, ...LOG.toReversed().map((line, at) => `[${(900 - at).toFixed(6)}] ${line}`)]).events.map(({ kind, truncated }) => [kind, truncated])).toEqual([['page-allocation-failure', false], ['oom-kill', false]]);
  });
});

import type { FailureEvent } from '@nopage/gfp';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLog } from '../src/index.js';
import { PREFIXES, TRANSPORTS, wrap } from './carriers.js';
import { fixtureText, withoutStamps } from './shared.js';

const SEED = 20_080_315;

/** The report of an atomic failure as the kernel printed it, without any prefix. */
const REPORT = withoutStamps(fixtureText('w33-6.12-C.txt')).filter((line) => !/^(?:patrace: op|Run \/init| {2}with| {4})/.test(line) && line !== '');
const CLEAN = parseLog(REPORT.join('\n'));

/** What has to be the same however a report was carried. */
function core(event: FailureEvent | undefined): unknown {
  if (event === undefined) return undefined;
  const { at: _at, source: _source, layout: _layout, cpu: _cpu, ...rest } = event;
  return rest;
}

describe('a report is the same event however it was carried', () => {
  it('has one report to begin with', () => {
    expect(CLEAN).toHaveLength(1);
    expect(CLEAN[0]).toMatchObject({ truncated: false, comm: 'patrace', order: 4 });
  });

  it.each(Object.keys(PREFIXES))('behind the prefix of %s, through every transport', (name) => {
    const prefix = PREFIXES[name] ?? ((line: string) => line);
    for (const [transport, carry] of Object.entries(TRANSPORTS)) {
      const events = parseLog(carry(`${REPORT.map(prefix).join('\n')}\n`));
      expect(events.map(core), transport).toEqual(CLEAN.map(core));
    }
  });

  it.each<[string, (line: string, at: number) => string]>([
    ['the journal', (line, at) => JSON.stringify({ __REALTIME_TIMESTAMP: '1768246051913975', __MONOTONIC_TIMESTAMP: String(100_000_000 + at), SYSLOG_IDENTIFIER: 'kernel', MESSAGE: line })],
    ['a container', (line, at) => JSON.stringify({ log: `[${(100 + at / 1e6).toFixed(6)}] ${line}\n`, stream: 'stdout' })],
    ['a table', (line, at) => `"2026-01-12 20:27:31","kernel","[${(100 + at / 1e6).toFixed(6)}] ${line.replaceAll('"', '""')}"`],
  ])('as records of %s', (_name, record) => {
    const events = parseLog(REPORT.map(record).join('\n'));
    expect(events.map(core)).toEqual(CLEAN.map(core));
    expect(events[0]?.at).toBe(100_000);
  });

  it.each<[string, (line: string, at: number) => string]>([
    ['the journal, spread over lines', (line, at) => JSON.stringify({ _BOOT_ID: 'x', PRIORITY: '4', MESSAGE: line, __MONOTONIC_TIMESTAMP: String(100_000_000 + at), _HOSTNAME: 'host' }, null, '\t')],
    ['the journal, as a sequence', (line) => `\u001e${JSON.stringify({ MESSAGE: line, _HOSTNAME: 'host' })}`],
    ['the journal, as events of a server', (line) => `data: ${JSON.stringify({ MESSAGE: line, _HOSTNAME: 'host' })}\n`],
    ['dmesg', (line, at) => `      },{\n         "pri": 4,\n         "time":    ${(100 + at / 1e6).toFixed(6)},\n         "msg": ${JSON.stringify(line)}`],
    ['a table with a tag', (line) => `"Jan 12, 2026 @ 20:27:31.913","kernel: ${line.replaceAll('"', '""')}"`],
  ])('as records of %s, and of a Windows machine', (_name, record) => {
    const log = REPORT.map(record).join('\n');
    for (const text of [log, log.replaceAll('\n', '\r\n')]) expect(parseLog(text).map(core)).toEqual(CLEAN.map(core));
  });

  it('with a trace that is ruled off, which is no soft break', () => {
    const log = ['x: page allocation failure. order:1, mode:0x20', ' [<c0101234>] dump_stack+0x1/0x2', ' [<c0105678>] do_softirq+0x5e/0xb5', ' =======================', ' [<c0109abc>] irq_exit+0x3a/0x3c', ' =======================', 'Mem-info:'];
    expect(parseLog(log.join('\n'))[0]).toMatchObject({ stack: ['dump_stack', 'do_softirq', 'irq_exit'], layout: { title: 'Mem-info:' } });
  });

  it('keeps a text that stands under a name of somebody\'s own', () => {
    const [line = ''] = REPORT;
    expect(parseLog(`        "raw_log": "2026-08-16T20:30:14.000Z kernel: [1948201.204] ${line}",`)).toMatchObject([{ comm: 'patrace', order: 4 }]);
    expect(parseLog(`        "raw_log": """[CRITICAL] kernel: [1948201.204] ${line}`)).toMatchObject([{ comm: 'patrace', order: 4 }]);
  });

  it('as entries of a journal, however many other fields they have', () => {
    const fields = '_FIELD=x\n'.repeat(20);
    expect(parseLog(REPORT.map((line) => `__CURSOR=s=1\n${fields}MESSAGE=${line}\n`).join('\n')).map(core)).toEqual(CLEAN.map(core));
  });

  it.each([56, 61, 63, 64, 70, 75, 80])('with a trace that a terminal cut at column %i, inside names and numbers', (width) => {
    const trace = ['[<8010ff30>] (unwind_backtrace) from [<8010c174>] (show_stack+0x20/0x24)', '[<8010c174>] (show_stack) from [<80228fc8>] (warn_alloc+0xcc/0x17c)',
      '[<80228fc8>] (warn_alloc) from [<80229dbc>] (__alloc_pages_nodemask+0xc90/0x11d8)', '[<80229dbc>] (__alloc_pages_nodemask) from [<8011b398>] (ring_refill+0xec/0x1858 [nic])'];
    const log = ['x: page allocation failure: order:1, mode:0x15080c0(GFP_KERNEL_ACCOUNT|__GFP_ZERO), nodemask=(null)', ...trace].map((line, at) => `> [${(126_742 + at / 1e6).toFixed(6)}] ${line}`);
    const cut = log.map((line, at) => (at === 0 ? line : line.replace(new RegExp(`(.{${width}})(?=.)`, 'g'), '$1\n> ')));
    expect(parseLog(cut.join('\n'))[0]).toMatchObject({ stack: ['unwind_backtrace', 'show_stack', 'warn_alloc', '__alloc_pages_nodemask', 'ring_refill'], site: 'ring_refill', detail: { module: 'nic' } });
  });

  it('knows klogd, who tags lines, also as the one who asked', () => {
    const line = 'klogd: page allocation failure. order:0, mode:0x20';
    expect([line, `[1.5] ${line}`, `Dec  5 01:07:09 host kernel: ${line}`, `Dec  5 01:07:09 host klogd: ${line}`].map((text) => parseLog(text)[0]?.comm)).toEqual(['klogd', 'klogd', 'klogd', 'klogd']);
  });

  it.each(['#012', '\\x0a'])('with the summary in one record, joined by %s', (joint) => {
    const text = REPORT.join('\n').replaceAll('\n ', (found, at: number) => (at > REPORT.join('\n').indexOf('Mem-Info:') ? `${joint} ` : found));
    expect(parseLog(text).map(core)).toEqual(CLEAN.map(core));
  });

  it.each([
    ['', (line: string, at: number) => `2020-03-16T17:56:07.50${String(1000 + at)}+08:00 host kernel: ${line}`],
    [' ', (line: string, at: number) => `2020-03-16T17:56:07.50${String(1000 + at)}+08:00 host kernel: ${line}`],
    ['', (line: string, at: number) => `[${(100 + at / 1e6).toFixed(6)}] ${line}`],
    [' ', (line: string, at: number) => `[${(100 + at / 1e6).toFixed(6)}] ${line}`],
  ])('as one line of a page that keeps no line breaks, records joined by %j', (joint, prefix) => {
    expect(parseLog(REPORT.map(prefix).join(joint)).map(core)).toEqual(CLEAN.map(core));
  });

  it('wrapped by a mailer at any width from 66 columns on', () => {
    fc.assert(fc.property(fc.integer({ min: 66, max: 200 }), fc.constantFrom('dmesg', 'syslog', 'quoted'), (width, name) => {
      const prefix = PREFIXES[name] ?? ((line: string) => line);
      const quote = name === 'quoted' ? '> > > ' : '';
      const wrapped = REPORT.map(prefix).flatMap((line) => wrap(line, width).map((piece, at) => (at === 0 ? piece : `${quote}${piece}`)));
      expect(parseLog(wrapped.join('\n')).map(core)).toEqual(CLEAN.map(core));
    }), { seed: SEED, numRuns: 60 });
  });

  it('with other people\'s lines in between', () => {
    const foreign = ['usb 1-1: new high-speed USB device', 'smsc95xx 1-1.1:1.0: eth0: kevent 2 may have been dropped', 'audit: type=1400 audit(1.2:3): apparmor="DENIED"', 'eth0: link up, 1000 Mbps', '[...]', 'systemd[1]: Started Session 4 of user root.'];
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat({ max: REPORT.length - 1 }), fc.constantFrom(...foreign)), { maxLength: 12 }), (inserted) => {
      const lines = [...REPORT];
      for (const [at, line] of inserted) lines.splice(at, 0, line);
      const text = lines.map((line, at) => `Dec  5 01:07:09 host kernel: [${(100 + at / 1e6).toFixed(6)}] ${line}`).join('\n');
      expect(parseLog(text).map(core)).toEqual(CLEAN.map(core));
    }), { seed: SEED, numRuns: 100 });
  });

  it('with another CPU\'s report between its lines, where the log says who printed', () => {
    const other = REPORT.map((line) => line.replaceAll('patrace', 'tmux: server').replace('order:4', 'order:2'));
    fc.assert(fc.property(fc.array(fc.boolean(), { minLength: 200, maxLength: 200 }), (turns) => {
      const a = REPORT.map((line) => `[  100.000000][   T30] ${line}`), b = other.map((line) => `[  100.000000][   T31] ${line}`);
      const lines: string[] = [];
      for (const turn of turns) {
        const next = (turn ? a : b).shift() ?? (turn ? b : a).shift();
        if (next !== undefined) lines.push(next);
      }
      const events = parseLog(lines.join('\n'));
      const zones = CLEAN[0]?.zones;
      expect(events.map(({ comm, order, truncated }) => ({ comm, order, truncated })).sort((x, y) => (x.order ?? 0) - (y.order ?? 0))).toEqual([{ comm: 'tmux: server', order: 2, truncated: false }, { comm: 'patrace', order: 4, truncated: false }]);
      for (const event of events) expect(event.zones).toEqual(zones);
    }), { seed: SEED, numRuns: 60 });
  });

  it('with a trace that was quoted without its offsets, as far as it goes on', () => {
    const head = 'a: page allocation failure: order:4, mode:0xcc0(GFP_KERNEL)';
    const stackOf = (...lines: string[]): readonly string[] | undefined => parseLog([head, ...lines].join('\n'))[0]?.stack;
    expect(stackOf('Call Trace:', ' <TASK>', ' dump_stack', ' warn_alloc', ' ? kfree', ' ring_refill [nic]', ' probe.part.0', ' </TASK>', 'Thanks')).toEqual(['dump_stack', 'warn_alloc', 'ring_refill', 'probe.part.0']);
    expect(stackOf('Call Trace:', 'snip', 'my', 'it hangs')).toEqual([]);
    expect(stackOf('Call Trace:', ' dump_stack+0x1/0x2', ' warn_alloc+0x1/0x2', 'Thanks')).toEqual(['dump_stack', 'warn_alloc']);
  });

  it('with a stack part that a mailer broke before the release, behind another CPU\'s headline', () => {
    const [first, second] = parseLog([
      '[    1.000001][  T12] kworker/2:1H: page allocation failure: order:0, mode:0xa20(GFP_ATOMIC)', '[    1.000002][  T34] kworker/7:1H: page allocation failure: order:0, mode:0xa20(GFP_ATOMIC)',
      '[    1.000003][  T12] CPU: 2 PID: 12 Comm: kworker/2:1H Tainted:', 'G        W         5.2.0-next #3', '[    1.000004][  T12] Call Trace:',
    ].join('\n'));
    expect([first?.comm, first?.kernel, second?.comm]).toEqual(['kworker/2:1H', '5.2.0-next', 'kworker/7:1H']);
  });

  it('with a buddy line in pieces and another CPU\'s headline between them', () => {
    const log = [
      'a: page allocation failure: order:0, mode:0x2080020(GFP_ATOMIC)', 'Mem-Info:', 'active_anon:1 inactive_anon:2 isolated_anon:0', 'Node 0 DMA free:40kB min:1kB low:2kB high:3kB present:100kB managed:90kB', 'lowmem_reserve[]: 0 1',
      'Node 0 DMA: ', '1*4kB ', 'b: page allocation failure: order:0, mode:0x2080020(GFP_ATOMIC)', '(U) ', '2*8kB ', 'CPU: 1 PID: 5 Comm: b Not tainted 4.9.0 #1', '(UM) ', '0*16kB ', '= 20kB', '20 total pagecache pages', '100 pages RAM',
    ].map((line, at) => `[   10.${String(at).padStart(6, '0')}] ${line}`);
    const [a, b, ...more] = parseLog(log.join('\n'));
    expect(more).toEqual([]);
    expect(a).toMatchObject({ comm: 'a', zones: [{ freeBlocks: [{ count: 1, types: 'U' }, { count: 2, types: 'UM' }, { count: 0, types: '' }] }], memory: { ram: 100 } });
    expect(b).toMatchObject({ comm: 'b', pid: 5, zones: [], truncated: true });
  });

  it('with the number of a node apart from its zone, and another CPU\'s lines between them', () => {
    const log = [
      'Mem-Info:', 'active_anon:1 inactive_anon:2 isolated_anon:0', 'Node 0', 'DMA32 free:40kB min:1kB low:2kB high:3kB present:100kB managed:90kB', 'Node 0', ' other_frame+0x1/0x2', 'Normal free:80kB min:1kB low:2kB high:3kB present:100kB managed:90kB',
      'Node 0', ' other_frame+0x1/0x2', 'DMA32:', '1*4kB', '(U)', '= 4kB', 'Node 0 Normal: 2*4kB (U) = 8kB', '20 total pagecache pages', '100 pages RAM',
    ];
    expect(parseLog(log.join('\n'))).toMatchObject([{ zones: [{ node: 0, name: 'DMA32', freePages: 10, freeBlocks: [{ count: 1 }] }, { node: 0, name: 'Normal', freePages: 20, freeBlocks: [{ count: 2 }] }] }]);
  });

  it('cut at either end: says so, and invents nothing', () => {
    const running = REPORT.findIndex((line) => line.includes('Comm: '));
    for (let from = 0; from < REPORT.length; from++) {
      for (const to of [REPORT.length, Math.floor((from + REPORT.length) / 2)]) {
        if (from === 0 && to === REPORT.length) continue;
        const events = parseLog(REPORT.slice(from, to).join('\n'));
        expect(events.length).toBeLessThanOrEqual(1);
        const [event] = events;
        if (event === undefined) continue;
        // A whole block without a headline and a trace is what SysRq-M prints: nothing is missing there.
        const wholeBlock = from <= REPORT.indexOf('Mem-Info:') && event.stack.length === 0 && to === REPORT.length;
        expect(event.truncated, `${from} to ${to}`).toBe(!wholeBlock);
        // The stack part says who was running.
        if (from > 0) expect(event).toMatchObject({ kind: 'mem-info', comm: from <= running ? 'patrace' : null, order: null, mode: null });
      }
    }
  });
});

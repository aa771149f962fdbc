import type { FailureEvent } from '@nopage/gfp';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLog } from '../src/index.js';
import { fixtureText, withoutStamps } from './shared.js';

const SEED = 20_080_316;

/** Reports of several kinds, as the kernel printed them. */
const REPORTS = ['w02-6.12-A.txt', 'w12-6.12-A.txt', 'w14-6.12-A.txt', 'w33-6.12-C.txt', 'oom1-6.12-A.txt', 'f31-6.12-A.txt']
  .map((name) => withoutStamps(fixtureText(name)).filter((line) => line !== ''));

/** What other parts of a kernel say all day, some of it much like a line of a report. */
const OTHERS = [
  'usb 1-1: new high-speed USB device number 4 using xhci_hcd', 'TCP: request_sock_TCP: Possible SYN flooding on port 80. Sending cookies.', 'ACPI: Added _OSI(Linux-HPI-Hybrid-Graphics)',
  'audit: type=1400 audit(1612.123:456): apparmor="DENIED" operation="open" name="/x" pid=12 comm="snap"', 'EXT4-fs (sda1): mounted filesystem with ordered data mode', 'IPv6: ADDRCONF(NETDEV_UP): eth0: link is not ready',
];

const stamped = (lines: readonly string[], second: number): string[] => lines.map((line, at) => `[${String(second).padStart(5)}.${String(at).padStart(6, '0')}] ${line}`);

/** So many lines of others that no report goes on behind them; all alike at times. */
const busy = fc.record({ count: fc.integer({ min: 260, max: 400 }), first: fc.nat({ max: OTHERS.length - 1 }), step: fc.nat({ max: 2 }) });

function spoken({ count, first, step }: { readonly count: number; readonly first: number; readonly step: number }): string[] {
  return Array.from({ length: count }, (_, at) => OTHERS[(first + at * step) % OTHERS.length] ?? '');
}

/** Any lines of a report that follow one another, as a log that is cut or rotated has them. */
const part = fc.constantFrom(...REPORTS).chain((lines) => fc.tuple(fc.nat({ max: lines.length - 1 }), fc.nat({ max: lines.length })).map(([from, length]) => lines.slice(from, from + length)));

function told(event: FailureEvent): unknown {
  const { at: _at, source: _source, ...rest } = event;
  return rest;
}

describe('a part of a report is the same in the middle of a busy log', () => {
  it('as it is by itself', () => {
    fc.assert(fc.property(part, busy, busy, (lines, before, after) => {
      const log = [...stamped(spoken(before), 1), ...stamped(lines, 50), ...stamped(spoken(after), 99)].join('\n');
      expect(parseLog(log).map(told)).toEqual(parseLog(stamped(lines, 50).join('\n')).map(told));
    }), { seed: SEED, numRuns: 150 });
  });

  it('and the one is not mixed up with the other when there are two', () => {
    fc.assert(fc.property(part, part, busy, (first, second, between) => {
      const alone = (lines: string[]): unknown[] => parseLog(stamped(lines, 50).join('\n'), { kernel: '6.12.1' }).map(told);
      const log = [...stamped(first, 50), ...stamped(spoken(between), 60), ...stamped(second, 70)].join('\n');
      expect(parseLog(log, { kernel: '6.12.1' }).map(told).map(unnamed)).toEqual([...alone(first), ...alone(second)].map(unnamed));
    }), { seed: SEED, numRuns: 150 });
  });
});

/** Lines of other programs, as a daemon writes them between those of the kernel. */
const PROGRAMS = ['sshd[811]: Accepted publickey for root from 192.0.2.7', 'cron: (root) CMD (true)', 'app[9]: allocation of page 7 ok', 'db: Node 0 Normal free:12kB', 'app[9]: Call Trace:', 'nginx[5]: "GET / HTTP/1.1" 200'];

describe('lines of other programs', () => {
  it('are not of the report that they stand within, where the kernel stamps its own', () => {
    fc.assert(fc.property(part, fc.array(fc.nat({ max: PROGRAMS.length - 1 }), { minLength: 1, maxLength: 8 }), (lines, others) => {
      const own = stamped(lines, 50).map((line) => `2026-03-02T04:11:09 host kernel: ${line}`);
      const mixed = own.flatMap((line, at) => (at % 7 === 3 ? [line, `2026-03-02T04:11:09 host ${PROGRAMS[others[at % others.length] ?? 0] ?? ''}`] : [line]));
      expect(parseLog(mixed.join('\n')).map(told)).toEqual(parseLog(own.join('\n')).map(told));
    }), { seed: SEED, numRuns: 150 });
  });

  it('are heard where they say that a line was repeated, or pass a kill on', () => {
    const own = stamped(['x: page allocation failure: order:1, mode:0x20', 'Mem-Info:'], 50).map((line) => `Dec  5 01:07:09 host kernel: ${line}`);
    const log = (line: string): FailureEvent[] => parseLog([...own.slice(0, 1), `Dec  5 01:07:09 host ${line}`, ...own.slice(1)].join('\n'));
    expect(log('last message repeated 3 times')).toMatchObject([{ repeats: 4 }]);
    expect(log('agent[3]: saw "Out of memory: Kill process 812 (db) score 900 or sacrifice child"')).toMatchObject([{ kind: 'page-allocation-failure' }, { kind: 'oom-kill', detail: { victim: 'db' } }]);
  });
});

/** What the log says of its kernel once holds for every report of it, and decides what words the mask has. */
function unnamed(event: unknown): unknown {
  const { kernel: _kernel, arch: _arch, ...rest } = event as FailureEvent;
  return rest;
}

it('the second memory part of a machine without an MMU is of the report before it', () => {
  const part = ['Mem-Info:', 'active_anon:1 inactive_anon:2 isolated_anon:0', 'Normal free:40kB min:1kB low:2kB high:3kB present:8192kB', 'lowmem_reserve[]: 0 0', 'Normal: 10*4kB = 40kB', '2048 pages RAM', '120 pages reserved'];
  const refused = ['gizmod: page allocation failure: order:7, mode:0xcc0(GFP_KERNEL)', ...part, 'Allocation of length 331776 from process 61 (gizmod) failed', ...part], later = ['other: page allocation failure: order:7, mode:0xcc0(GFP_KERNEL)', ...part];
  for (const log of [refused, [...refused, ...later]]) {
    expect(parseLog(stamped(log, 50).join('\n')).map(({ kind, comm, zones }) => [kind, comm, zones.length])).toEqual([['page-allocation-failure', 'gizmod', 1], ['page-allocation-failure', 'other', 1]].slice(0, log === refused ? 1 : 2));
  }
});

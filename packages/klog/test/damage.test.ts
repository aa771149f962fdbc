import type { FailureEvent, ZoneState } from '@nopage/gfp';
import { describe, expect, it } from 'vitest';
import { parseLog } from '../src/index.js';
import { PREFIXES } from './carriers.js';
import { random } from './mutate.js';
import { fixtureText, withoutStamps } from './shared.js';

/** A whole report, from its headline to its end, without stamps. */
function reportOf(name: string): readonly string[] {
  const lines = withoutStamps(fixtureText(name));
  const at = lines.findIndex((line) => line.includes('page allocation failure'));
  return lines.slice(at, lines.findIndex((line) => /^\d+ pages reserved/.test(line)) + 1);
}

type Next = (below: number) => number;

const DAMAGES: Readonly<Record<string, (lines: readonly string[], next: Next) => readonly string[]>> = {
  none: (lines) => lines,
  'no head': (lines, next) => lines.slice(1 + next(lines.length - 1)),
  'no tail': (lines, next) => lines.slice(0, 1 + next(lines.length - 1)),
  'a line missing': (lines, next) => lines.toSpliced(next(lines.length), 1),
  'some lines missing': (lines, next) => lines.filter(() => next(4) !== 0),
  'a hole in the middle': (lines, next) => lines.toSpliced(next(lines.length), 1 + next(12), '[...]'),
  'messages dropped': (lines, next) => lines.toSpliced(next(lines.length), 1 + next(6), '** 7 printk messages dropped **'),
  'a line twice': (lines, next) => { const at = next(lines.length); return lines.toSpliced(at, 0, lines[at] ?? ''); },
  'cut at column 80': (lines) => lines.map((line) => line.slice(0, 80)),
  'cut at any column': (lines, next) => { const width = 90 + next(120); return lines.map((line) => line.slice(0, width)); },
  'last column written over': (lines, next) => { const width = 80 + next(80); return lines.map((line) => (line.length > width ? `${line.slice(0, width - 1)}${line.slice(-1)}` : line)); },
  'a byte changed': (lines, next) => { const at = next(lines.length); const line = lines[at] ?? ''; const place = next(line.length + 1); return lines.with(at, `${line.slice(0, place)}\ufffd${line.slice(place + 1)}`); },
  'the first line without its head': (lines, next) => lines.with(0, (lines[0] ?? '').slice(next((lines[0] ?? '').length))),
  'the last line without its end': (lines, next) => lines.with(-1, (lines.at(-1) ?? '').slice(0, next((lines.at(-1) ?? '').length))),
  'two lines swapped': (lines, next) => { const at = 1 + next(lines.length - 2); return lines.with(at, lines[at + 1] ?? '').with(at + 1, lines[at] ?? ''); },
};

const FOREIGN = ['usb 1-1: new high-speed USB device number 2', 'eth0: link up, 1000 Mbps', 'nfs: server 192.0.2.9 not responding, still trying', 'systemd[1]: Started Session 4 of user root.', 'audit: type=1400 audit(1.2:3): apparmor="DENIED"', 'EXT4-fs (sda1): mounted filesystem with ordered data mode'];
const SPLAT = ['------------[ cut here ]------------', 'WARNING: CPU: 1 PID: 99 at net/sched/sch_generic.c:477 dev_watchdog+0x1/0x2', 'CPU: 1 PID: 99 Comm: other Tainted: G        W', 'Call Trace:', ' <IRQ>', ' dev_watchdog+0x1/0x2', ' call_timer_fn+0x1/0x2', ' </IRQ>', '---[ end trace 0000000000000000 ]---'];

const BETWEEN: Readonly<Record<string, (lines: readonly string[], next: Next) => readonly string[]>> = {
  nothing: (lines) => lines,
  'lines of drivers': (lines, next) => lines.flatMap((line) => (next(5) === 0 ? [line, FOREIGN[next(FOREIGN.length)] ?? ''] : [line])),
  'a splat before': (lines) => [...SPLAT, ...lines],
  'a splat behind': (lines) => [...lines, ...SPLAT],
};

/** What in the event stands neither in the clean one nor for "not known". */
function inventions(event: FailureEvent, clean: FailureEvent, text: string): string[] {
  const wrong: string[] = [];
  const own = (path: string, value: unknown, known: unknown): void => {
    if (value !== null && value !== undefined && JSON.stringify(value) !== JSON.stringify(known)) wrong.push(`${path}: ${JSON.stringify(value)}, not ${JSON.stringify(known)}`);
  };
  // The prefixes of some vendors name a pid of their own.
  if (event.pid !== 30) own('pid', event.pid, clean.pid);
  // Of a name whose beginning is gone, nothing tells that it had one.
  if (clean.comm?.endsWith(event.comm ?? '') !== true) own('comm', event.comm, clean.comm);
  for (const key of ['kernel', 'arch', 'order', 'bytes', 'pageBytes', 'nodemask', 'cpuset', 'memsAllowed'] as const) own(key, event[key], clean[key]);
  own('mask', event.mode?.mask, clean.mode?.mask);
  if (event.mode !== null && event.mode.from === 'log') own('names', event.mode.names, clean.mode?.names);
  if (event.mode?.consistent === false) wrong.push('inconsistent');
  for (const [word, value] of Object.entries(event.memory)) own(`memory.${word}`, value, clean.memory[word]);
  if (event.stack.some((frame) => !text.includes(`${frame}+`))) wrong.push(`stack: ${event.stack.filter((frame) => !text.includes(`${frame}+`)).join()}`);
  for (const zone of event.zones) {
    const same = clean.zones.find(({ name, node }) => name === zone.name && node === zone.node);
    if (same === undefined) { wrong.push(`zone ${zone.node} ${zone.name}`); continue; }
    for (const [key, value] of Object.entries(zone) as [keyof ZoneState, unknown][]) {
      if (key === 'counters') for (const [word, pages] of Object.entries(zone.counters)) own(`${zone.name}.${word}`, pages, same.counters[word]);
      else if (key === 'lowmemReserve') { // Where a zone's line is missing, nothing tells whose reserve comes next.
        if (!clean.zones.some((each) => zone.lowmemReserve.every((pages, at) => pages === each.lowmemReserve[at]))) wrong.push(`${zone.name}.lowmemReserve: ${zone.lowmemReserve.join()}`); }
      else if (key === 'freeBlocks') { if (zone.freeBlocks.some((block, at) => JSON.stringify(block) !== JSON.stringify(same.freeBlocks[at]))) wrong.push(`${zone.name}.freeBlocks: ${JSON.stringify(zone.freeBlocks)}`); }
      else own(`${zone.name}.${key}`, value, same[key]);
    }
  }
  if (event.zones.length > clean.zones.length) wrong.push('zones twice');
  return wrong;
}

const RUNS = Number(process.env['NOPAGE_DAMAGE_RUNS'] ?? 120);

describe('a damaged report', () => {
  const reports = ['w02-6.12-A.txt', 'w33-6.12-C.txt'].map(reportOf);
  const prefixes = Object.values(PREFIXES), others = Object.values(BETWEEN);

  it('is whole to begin with', () => {
    for (const lines of reports) expect(parseLog(lines.join('\n')).map(({ truncated }) => truncated)).toEqual([false]);
  });

  it.each(Object.keys(DAMAGES))('is read as it is or not at all, behind any prefix and between any other lines: %s', (name) => {
    for (let run = 0; run < RUNS; run++) {
      const next = random((run + 1) * 2_654_435_761);
      const lines = reports[run % reports.length] ?? [];
      const [clean] = parseLog(lines.join('\n'));
      const damaged = DAMAGES[name]?.(lines, next) ?? lines;
      const prefix = prefixes[next(prefixes.length)] ?? String;
      const log = (others[next(others.length)]?.(damaged, next) ?? damaged).map((line, at) => prefix(line, at)).join('\n');
      for (const event of parseLog(log)) expect(clean === undefined ? [] : inventions(event, clean, lines.join('\n')), log).toEqual([]);
    }
  });
});

import type { FailureEvent } from '@nopage/gfp';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { kernelText, parseLog, PrefixStripper } from '../src/index.js';
import { hasCorpus, sharedPath } from './shared.js';

interface IndexEntry {
  readonly id: string;
  readonly kernel: string | null;
  readonly kind: string;
  readonly order: number | null;
  readonly mode_hex: string | null;
  readonly mode_names: string | null;
  readonly comm: string | null;
  readonly event_kinds: Readonly<Record<string, number>>;
}

const KINDS: Readonly<Record<string, string>> = {
  paf: 'page-allocation-failure', '24': 'page-allocation-failure', vm: 'vmalloc-failure', oom: 'oom-kill', slub: 'slub-failure',
  cma: 'cma-failure', fi: 'fault-injection', stall: 'allocation-stall',
};

// Up to 4.8 vmalloc printed its size on a line of its own before the common headline. The index counts lines, and has two;
// one request failed, so there is one event.
const TWO_LINES = new Set(['038', '039', '260', '282']);

// Kinds that the index's search for words did not find, or found in words that are none.
const KIND_EXCEPTIONS: Readonly<Record<string, { readonly kinds: Readonly<Record<string, number>>; readonly why: string }>> = {
  '082': { kinds: { 'allocation-stall': 1 }, why: 'one headline in three syslog records; the index looks line by line' },
  '091': { kinds: { 'page-allocation-failure': 1 }, why: 'headline broken after "allocation"; the index looks line by line' },
  '203': { kinds: { 'oom-kill': 2 }, why: 'begins with the last line of an earlier kill, whose head is cut' },
  '205': { kinds: { 'oom-kill': 1 }, why: 'an OOM report from a commit message, shortened to "invoked oom-killer" and the kill' },
  '206': { kinds: { 'oom-kill': 1 }, why: 'as 205' },
  '225': { kinds: { 'oom-kill': 2 }, why: 'begins with the kill of an earlier report, whose head is cut' },
};

const MODE_EXCEPTIONS: Readonly<Record<string, { readonly hex: string; readonly names: string; readonly kernel: string; readonly why: string }>> = {
  '274': { hex: '0x40cc0', names: 'GFP_KERNEL|__GFP_COMP', kernel: '5.8.0-00013-g192f2fd7b678', why: 'quoted-printable, which the index does not decode' },
};

function load(): { entry: IndexEntry; text: string; events: FailureEvent[] }[] {
  const index = JSON.parse(readFileSync(sharedPath('corpus/index.json'), 'utf8')) as IndexEntry[];
  return index.map((entry) => {
    const bytes = readFileSync(sharedPath(`corpus/logs/${entry.id}.log`));
    return { entry, text: bytes.toString('utf8'), events: parseLog(bytes, { file: `${entry.id}.log` }) };
  });
}

function expectedKinds(entry: IndexEntry): Record<string, number> {
  const exception = KIND_EXCEPTIONS[entry.id];
  if (exception !== undefined) return { ...exception.kinds };
  const kinds: Record<string, number> = {};
  for (const [word, count] of Object.entries(entry.event_kinds)) {
    const kind = KINDS[word];
    if (kind !== undefined) kinds[kind] = (kinds[kind] ?? 0) + count;
  }
  if (TWO_LINES.has(entry.id)) delete kinds['page-allocation-failure'];
  return kinds;
}

function countKinds(events: readonly FailureEvent[]): Record<string, number> {
  const kinds: Record<string, number> = {};
  for (const { kind } of events) if (kind !== 'mem-info' && kind !== 'suppressed') kinds[kind] = (kinds[kind] ?? 0) + 1;
  return kinds;
}

describe.skipIf(!hasCorpus)('the corpus of real logs', () => {
  const logs = hasCorpus ? load() : [];
  const firstOf = ({ entry, events }: (typeof logs)[number]): FailureEvent | undefined => {
    const kind = TWO_LINES.has(entry.id) ? 'vmalloc-failure' : KINDS[entry.kind];
    return events.find((event) => event.kind === kind && (entry.order === null || event.order === entry.order)) ?? events.find((event) => event.kind === kind);
  };

  it('gives the number and the kinds of events that the index describes', () => {
    const wrong = logs.filter(({ entry, events }) => JSON.stringify(Object.entries(countKinds(events)).sort()) !== JSON.stringify(Object.entries(expectedKinds(entry)).sort()));
    expect(wrong.map(({ entry, events }) => ({ id: entry.id, got: countKinds(events), expected: expectedKinds(entry) }))).toEqual([]);
  });

  it('gives a mem-info event for a block without a headline, and none for a log of CMA debug lines', () => {
    const counts = Object.fromEntries(logs.filter(({ entry }) => entry.kind === 'mem-info-only').map(({ entry, events }) => [entry.id, events.filter(({ kind }) => kind === 'mem-info').length]));
    // 205 and 206 are OOM reports (see above).
    expect(counts).toEqual({ '053': 1, '097': 0, '098': 0, '120': 1, '123': 1, '124': 1, '126': 1, '205': 0, '206': 0 });
  });

  it('reads order, mask and names as printed', () => {
    const wrong = [];
    for (const log of logs) {
      const { entry } = log, event = firstOf(log);
      if (event === undefined) continue;
      const exception = MODE_EXCEPTIONS[entry.id];
      const hex = event.mode?.mask == null ? null : `0x${event.mode.mask.toString(16)}`;
      const names = event.mode?.from === 'log' ? (event.mode.names ?? []).join('|') : '';
      const expected = { order: entry.order, hex: exception?.hex ?? entry.mode_hex, names: exception?.names ?? entry.mode_names ?? '' };
      if (JSON.stringify({ order: event.order, hex, names }) !== JSON.stringify(expected)) wrong.push({ id: entry.id, order: event.order, hex, names, expected });
    }
    expect(wrong).toEqual([]);
  });

  it('never finds hex, names and kernel of a real log in contradiction', () => {
    expect(logs.flatMap(({ entry, events }) => events.filter(({ mode }) => mode?.consistent === false).map(() => entry.id))).toEqual([]);
  });

  it('reads the process name of the headline; a fault has it from its stack part', () => {
    const wrong = [];
    for (const log of logs) {
      const { entry, text } = log, event = firstOf(log);
      if (event === undefined || event.comm === entry.comm) continue;
      const fromStack = entry.kind === 'fi' && event.comm !== null && text.includes(`Comm: ${event.comm} `);
      if (!fromStack) wrong.push({ id: entry.id, got: event.comm, expected: entry.comm });
    }
    expect(wrong).toEqual([]);
  });

  it('reads the kernel where the log prints it, and invents none where it does not', () => {
    // In these the release is broken over two lines.
    const joined = new Set(['003', '048', '095']);
    // The thread's word, part of which stands in the log in another sense.
    const notPrinted = new Set(['016', '021', '036', '037', '067', '068', '082', '083']);
    const wrong = [];
    for (const log of logs) {
      const { entry, text } = log, event = firstOf(log);
      if (event === undefined) continue;
      const printed = entry.kernel !== null && !notPrinted.has(entry.id) && (joined.has(entry.id) || new RegExp(`(?:tainted|Tainted|version|[A-Z]) *\\n?[>\\s]*${entry.kernel.replace(/[.+*()]/g, '\\$&')}`).test(text));
      const expected = MODE_EXCEPTIONS[entry.id]?.kernel ?? (printed ? entry.kernel : null);
      if (event.kernel !== expected) wrong.push({ id: entry.id, got: event.kernel, expected, index: entry.kernel });
    }
    expect(wrong).toEqual([]);
  });

  it('agrees with every pair of number and names that was seen in the wild', () => {
    const rows = readFileSync(sharedPath('corpus/mode_pairs.tsv'), 'utf8').trim().split('\n').slice(1).map((row) => row.split('\t'));
    const wrong = [];
    for (const [release = '', hex = '', names = ''] of rows) {
      const version = /^\d+\.\d+\S*/.exec(release)?.[0];
      const [event] = parseLog(`x: page allocation failure: order:0, mode:${hex}(${names})\n`, { kernel: version });
      // 0xffffffff() was seen once: an empty list is no reading of it.
      const same = names === '' ? true : (event?.mode?.names ?? []).join('|') === names;
      if (event?.mode?.mask !== Number(hex) || !same || !event.mode.consistent) wrong.push({ release, hex, names, got: event?.mode });
    }
    expect(wrong).toEqual([]);
  });

  it('prints every whole report back as it was', () => {
    // The lines of these are damaged in the log: what is missing there can't come back.
    const exceptions: Readonly<Record<string, string>> = {
      '182': 'lines cut at the width of a terminal and continued by the mailer',
      '179': 'lines cut at the width of a terminal',
      '274': 'quoted-printable: compared with its decoded text by the variants below, not with its bytes',
    };
    const prefix = new PrefixStripper();
    const wrong: string[] = [];
    let whole = 0;
    for (const file of readdirSync(sharedPath('corpus/logs')).sort()) {
      const id = file.slice(0, 3);
      const text = readFileSync(sharedPath(`corpus/logs/${file}`), 'utf8').replaceAll('\u00a0', ' ');
      const lines = text.split(/\n|#012|\\x0a/).map((line) => prefix.strip(line).text.replace(/^<[^>]*> /, ''));
      // Mailers break lines and squeeze blanks: what they did to the log is done to both sides.
      const all = lines.join(' ').replace(/\s+/g, ' ');
      for (const event of parseLog(text, { file })) {
        if (event.truncated || event.zones.length === 0 || id in exceptions) continue;
        whole++;
        for (const line of kernelText(event).trimEnd().split('\n')) if (!all.includes(line.trim().replace(/\s+/g, ' '))) wrong.push(`${id}: ${line}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(whole).toBeGreaterThan(35);
  });
});

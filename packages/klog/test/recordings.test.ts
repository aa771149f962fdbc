import type { FailureEvent } from '@nopage/gfp';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { kernelText, parseLog } from '../src/index.js';
import { fixture, fixtureText, hasRecordings, sharedPath, withoutStamps } from './shared.js';

/** What the kernel printed of an event, out of the log itself: headline, then the block if it has one. */
function printed(event: FailureEvent, lines: readonly string[]): string[] {
  const at = (event.source?.line ?? 0) - 1;
  const headline = lines[at] ?? '';
  if (event.kind === 'fault-injection') return lines.slice(at, at + 2);
  if (event.kind === 'slub-failure') return lines.slice(at, at + 3);
  const start = lines.indexOf('Mem-Info:', at);
  const length = lines.slice(start).findIndex((line) => line === '' || /^(?:patrace|SLUB|Tasks state|Memory cgroup|Unreclaimable|oom-kill:|Kernel panic|Out of memory|---)/.test(line));
  return [headline, ...lines.slice(start, start + length)];
}

function mismatches(name: string, bytes: Uint8Array, text: string): string[] {
  const lines = withoutStamps(text);
  const wrong: string[] = [];
  for (const event of parseLog(bytes)) {
    if (event.kind === 'order-too-large') continue;
    const expected = `${printed(event, lines).join('\n')}\n`;
    const got = kernelText(event);
    if (got !== expected) wrong.push(`${name}, line ${event.source?.line ?? 0}:\n--- kernel\n${expected}--- printed\n${got}`);
  }
  return wrong;
}

describe('reports of a 6.12 kernel', () => {
  it('reads every field of an atomic failure', () => {
    const [event, ...more] = parseLog(fixture('w02-6.12-A.txt'), { file: 'dmesg.txt' });
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      kind: 'page-allocation-failure', comm: 'patrace', pid: 30, cpu: 0, kernel: '6.12.117-pagealloc-A', arch: null, order: 0, bytes: 4096, pageBytes: 4096,
      mode: { mask: 0x820, names: ['GFP_ATOMIC'], from: 'log', consistent: true }, nodemask: '(null)', cpuset: null, memsAllowed: null, truncated: false, suppressed: 0, repeats: 1,
      permits: { sleep: false, reserves: 'atomic', io: false, highestZone: 'Normal' },
    });
    expect(event?.zones.map(({ name }) => name)).toEqual(['DMA', 'DMA32']);
    expect(event?.zones[0]).toMatchObject({ node: null, boostPages: 0, reservedHighatomicPages: 0, lowmemReserve: [0, 34, 34, 34] });
    expect(event?.zones[0]?.freeBlocks).toHaveLength(11);
    expect(event?.source?.file).toBe('dmesg.txt');
  });

  it('reads an order that no kernel serves, from its WARN', () => {
    expect(parseLog(fixture('w12-6.12-A.txt'))).toMatchObject([{ kind: 'order-too-large', comm: 'patrace', pid: 30, order: null, mode: null, site: 'pa_call_a', truncated: false, detail: { function: '__alloc_pages_noprof', sourceLine: 4832 } }]);
  });

  it('tells a page failure and the cache failures behind it apart', () => {
    const events = parseLog(fixture('w14-6.12-A.txt'));
    expect(events.map(({ kind }) => kind)).toEqual(['page-allocation-failure', 'slub-failure', 'slub-failure', 'slub-failure']);
    expect(events.map(({ detail }) => detail['cache'])).toEqual([undefined, 'pde_opener', 'pde_opener', 'seq_file']);
    expect(events.every(({ truncated }) => !truncated)).toBe(true);
  });

  it('reads injected faults with and without a stack', () => {
    const quiet = parseLog(fixture('f28-6.12-A.txt'));
    expect(quiet.map(({ kind, detail }) => [kind, detail['name'], detail['times']])).toEqual([['fault-injection', 'fail_page_alloc', 4], ['fault-injection', 'fail_page_alloc', 3], ['fault-injection', 'fail_page_alloc', 1]]);
    const [first] = parseLog(fixture('f31-6.12-A.txt'));
    expect(first).toMatchObject({ comm: 'init', pid: 1, site: 'pa_call_a', truncated: false });
  });

  it('reads OOM reports with their victims', () => {
    const events = parseLog(fixture('oom1-6.12-A.txt'));
    expect(events.map(({ kind, comm, detail, truncated }) => [kind, comm, detail['victim'], detail['victimPid'], detail['panic'], truncated])).toEqual([
      ['oom-kill', 'patrace', 'busybox', 27, undefined, false], ['oom-kill', 'init', 'busybox', 25, undefined, false], ['oom-kill', 'patrace', null, undefined, true, false],
    ]);
  });

  it.each(['w02-6.12-A.txt', 'w33-6.12-C.txt', 'w14-6.12-A.txt', 'oom1-6.12-A.txt', 'f28-6.12-A.txt', 'f31-6.12-A.txt'])('prints %s back byte for byte', (name) => {
    expect(mismatches(name, fixture(name), fixtureText(name))).toEqual([]);
  });
});

describe.skipIf(!hasRecordings)('all recorded boots', () => {
  it('prints every report back byte for byte, except the WARN of an impossible order, whose code bytes are not kept', () => {
    const wrong: string[] = [];
    let reports = 0;
    for (const folder of ['w-A', 'w-C', 'oom-A', 'fi-A', 'fi-C']) {
      for (const boot of readdirSync(sharedPath(`kernel/${folder}`))) {
        const file = sharedPath(`kernel/${folder}/${boot}/dmesg.txt`);
        if (!existsSync(file)) continue;
        const bytes = readFileSync(file);
        reports += parseLog(bytes).length;
        wrong.push(...mismatches(`${folder}/${boot}`, bytes, bytes.toString('utf8')));
      }
    }
    expect(wrong).toEqual([]);
    expect(reports).toBeGreaterThan(50);
  });

  it('finds one report in every boot that prints one, and none in the silent one', () => {
    for (const folder of ['w-A', 'w-C']) {
      for (const boot of readdirSync(sharedPath(`kernel/${folder}`))) {
        const events = parseLog(readFileSync(sharedPath(`kernel/${folder}/${boot}/dmesg.txt`))).filter(({ kind }) => kind === 'page-allocation-failure');
        const order = /order(\d+)/.exec(boot)?.[1];
        if (boot.startsWith('w13') || boot.startsWith('w12')) expect(events, boot).toEqual([]);
        else expect(events.map((event) => event.order), boot).toContain(order === undefined ? 0 : Number(order));
      }
    }
  });
});

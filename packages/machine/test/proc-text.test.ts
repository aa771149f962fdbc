import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { GFP_KERNEL } from '@nopage/gfp';
import { parsePagetypeinfo, parseZoneinfo, zonesOf } from '@nopage/klog';
import { buddyinfoText, pagetypeinfoText, procMemoryOf, zoneinfoText } from '@nopage/metrics/proc-text';
import { PageAllocator } from '@nopage/mm';
import { kernelFacts, restore, TraceReader, type RecordedState } from '@nopage/recording';
import { describe, expect, it } from 'vitest';
import { createMachine } from '../src/index.js';

describe('procText', () => {
  const machine = createMachine({ seed: 5 });
  machine.advance(1500);
  const { buddyinfo, pagetypeinfo, zoneinfo, vmstat } = machine.procText();

  it('shows the zones of the machine, as a reader of /proc finds them', () => {
    const zones = machine.allocator.memInfo().zones;
    expect(parseZoneinfo(zoneinfo).map(({ name, freePages, minPages, lowPages, highPages, managedPages, freePcpPages, lowmemReserve }) => ({ name, freePages, minPages, lowPages, highPages, managedPages, freePcpPages, lowmemReserve })))
      .toEqual(zones.map(({ name, freePages, minPages, lowPages, highPages, managedPages, freePcpPages, lowmemReserve }) => ({ name, freePages, minPages, lowPages, highPages, managedPages, freePcpPages, lowmemReserve })));
    expect(parsePagetypeinfo(pagetypeinfo).zones.map(({ counts }) => counts.map((row) => row.reduce((a, b) => a + b, 0))))
      .toEqual(zones.map(({ freeBlocks }) => freeBlocks.map(({ count }) => count)));
    expect(buddyinfo.split('\n').length).toBe(zones.length + 1);
  });

  it('shows the counters by the kernel\'s names', () => {
    expect(vmstat).toMatch(/^nr_free_pages \d+\n/);
    expect(vmstat).toContain(`\nnr_inactive_file ${machine.run.cachePages}\n`);
    expect(vmstat).toContain(`\npgfree ${machine.allocator.vmstat()['pgfree'] ?? -1}\n`);
  });
});

describe('procMemoryOf', () => {
  it('has the zones of every node under it, also of an allocator made from another one\'s state', () => {
    const mm = new PageAllocator({ zones: [{ name: 'DMA32', pages: 4096 }, { name: 'Normal', pages: 8192 }, { name: 'Normal', pages: 8192, node: 1 }] });
    mm.alloc(GFP_KERNEL, 3);
    const texts = [mm, PageAllocator.fromState(mm.state())].map((allocator) => {
      const memory = procMemoryOf(allocator.state());
      return [buddyinfoText(memory), pagetypeinfoText(memory), zoneinfoText(memory)].join('');
    });
    expect(texts[1]).toBe(texts[0]);
    expect(texts[0]!.split('\n').filter((line) => /^Node \d, zone +\w+$|per-node/.test(line)))
      .toEqual(['Node 0, zone    DMA32', '  per-node stats', 'Node 0, zone   Normal', 'Node 1, zone   Normal', '  per-node stats']);
    const zones = zonesOf({ zoneinfo: zoneinfoText(procMemoryOf(mm.state())), buddyinfo: buddyinfoText(procMemoryOf(mm.state())) });
    expect(zones.map(({ node, freePages }) => [node, freePages])).toEqual(mm.memInfo().zones.map(({ node, freePages }) => [node, freePages]));
  });
});

const kernel = new URL('../../../../shared/kernel/', import.meta.url);

/** The states of a recording, each with the texts that were read while it stood. */
async function momentsOf(path: URL): Promise<{ state: RecordedState; facts: ReturnType<typeof kernelFacts>; texts: Map<string, string> }[]> {
  const bytes = gunzipSync(await readFile(path));
  const states: RecordedState[] = [];
  let given: ReadonlyMap<string, string> = new Map();
  const sysctls = new Map<string, string>();
  const reader = new TraceReader({ facts: (facts) => { given = facts; }, sysctl: (name, value) => sysctls.set(name, value), state: (state) => states.push(state) });
  reader.push(bytes);
  const lines = bytes.toString().split('\n');
  const facts = kernelFacts(given, sysctls);
  return states.map((state, i) => {
    const end = states[i + 1]?.line ?? lines.length + 1;
    const until = lines.slice(state.line, end - 1).join('\n');
    // The first operation after the state ends its validity.
    const after = until.slice(until.indexOf('\nEND'));
    const still = after.slice(0, /^[AMFO] /m.exec(after)?.index);
    return { state, facts, texts: new Map([...still.matchAll(/^<<<FILE (?:\/proc\/)(\w+).*\n([\s\S]*?)>>>ENDFILE/gm)].map((match) => [match[1]!, match[2]!])) };
  });
}

describe.skipIf(!existsSync(kernel))('an allocator restored from a recorded state prints what that kernel printed', () => {
  const recordings = ['w-A', 'w-C'].flatMap((group) => readdirSync(new URL(`${group}/`, kernel)).map((name) => `${group}/${name}`));

  it.each(recordings)('%s', async (recording) => {
    let compared = 0;
    for (const { state, facts, texts } of await momentsOf(new URL(`${recording}/trace.txt.gz`, kernel))) {
      const zoneinfo = texts.get('zoneinfo');
      const buddyinfo = texts.get('buddyinfo');
      if (zoneinfo === undefined || buddyinfo === undefined) continue;
      compared++;
      // What has no meaning in an allocator (LRU lists, NUMA hits) is taken from the text; lists, marks and reserves are not.
      const counters = (text: string): Record<string, number> => Object.fromEntries([...text.matchAll(/^ {6}(\w+) +(\d+)$/gm)].map((match) => [match[1]!, Number(match[2])]));
      const sections = new Map(zoneinfo.split(/^(?=Node )/m).map((text) => [/zone +(\w+)/.exec(text)![1]!, text]));
      const after = (zone: string): string => sections.get(zone)!.replace(/[\s\S]*protection/, '');
      const memory = procMemoryOf(restore(state, facts).state(), {
        migratetypes: recording.startsWith('w-C') ? 6 : 4,
        node: counters(/per-node stats\n([\s\S]*?)^ {2}pages free/m.exec(zoneinfo)![1]!),
        countersOf: (zone) => Object.fromEntries(Object.entries(counters(after(zone))).filter(([name]) => name !== 'nr_free_pages')),
        vmStatsThresholdOf: (zone) => { const found = /vm stats threshold: (\d+)/.exec(after(zone)); return found === null ? null : Number(found[1]); },
        nodeUnreclaimable: /node_unreclaimable: +1/.test(zoneinfo),
      });
      expect(buddyinfoText(memory)).toBe(buddyinfo);
      // A kernel for several CPUs lets per-CPU lists decay by a timer of its own, also between a state and its text.
      const comparable = (text: string): string => (recording.startsWith('w-C') ? text.replace(/(count:|high: ) \d+/g, '$1 ?') : text);
      expect(comparable(zoneinfoText(memory))).toBe(comparable(zoneinfo));
      expect(pagetypeinfoText(memory)).toContain('Number of blocks type');
    }
    expect(compared).toBeGreaterThan(0);
  });
});

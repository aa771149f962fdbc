import { MIGRATETYPE_NAMES } from '@nopage/gfp';
import type { ProcMemory, ProcZone } from '../src/proc-text.js';

const number = (text: string, pattern: RegExp): number | null => {
  const found = pattern.exec(text);
  return found === null ? null : Number(found[1]);
};

const row = (line: string | undefined): number[] => (line ?? '').trim().split(/\s+/).filter(Boolean).map(Number);

const countersIn = (text: string): Record<string, number> =>
  Object.fromEntries([...text.matchAll(/^ {6}([a-z]\w+) +(\d+)$/gm)].map((match) => [match[1]!, Number(match[2])]));

/** The numbers of a recorded `zoneinfo` and `pagetypeinfo`; only as strict as the tests need it. */
export function readProc(zoneinfo: string, pagetypeinfo: string): ProcMemory {
  const nodes: Record<string, number>[] = [];
  const zones = zoneinfo.split(/^(?=Node )/m).map((text): ProcZone => {
    const head = /^Node (\d+), zone +(\w+)/.exec(text)!;
    const node = Number(head[1]);
    const name = head[2]!;
    const stats = /per-node stats\n([\s\S]*?)^ {2}pages free/m.exec(text);
    if (stats !== null) nodes[node] = countersIn(stats[1]!);
    const n = (pattern: RegExp): number => number(text, pattern)!;
    const free = MIGRATETYPE_NAMES.map((kind) => new RegExp(`zone +${name}, type +${kind} +(.*)`).exec(pagetypeinfo)?.[1]);
    const blocks = new RegExp(`^Node ${node}, zone +${name} +(.*)`, 'm').exec(pagetypeinfo)?.[1];
    return {
      node, name,
      freePages: n(/pages free +(\d+)/), boostPages: n(/boost +(\d+)/), minPages: n(/min +(\d+)/), lowPages: n(/low +(\d+)/), highPages: n(/high +(\d+)/),
      promoPages: number(text, /promo +(\d+)/), spannedPages: n(/spanned +(\d+)/), presentPages: n(/present +(\d+)/), managedPages: n(/managed +(\d+)/), cmaPages: n(/cma +(\d+)/),
      protection: /protection: \((.*)\)/.exec(text)![1]!.split(', ').map(Number),
      counters: countersIn(text.slice(text.indexOf('protection'))),
      pagesets: [...text.matchAll(/cpu: (\d+)\s+count: (\d+)\s+high: +(\d+)\s+batch: (\d+)/g)].map((m) => ({ cpu: Number(m[1]), count: Number(m[2]), high: Number(m[3]), batch: Number(m[4]) })),
      vmStatsThreshold: number(text, /vm stats threshold: (\d+)/),
      nodeUnreclaimable: number(text, /node_unreclaimable: +(\d+)/) === 1,
      startPfn: number(text, /start_pfn: +(\d+)/) ?? 0,
      freeBlocks: free.map(row),
      pageblocks: row(blocks),
    };
  });
  return { zones, nodes, pageblockOrder: number(pagetypeinfo, /Page block order: (\d+)/)!, migratetypes: /Number of blocks type +(.*)/.exec(pagetypeinfo)![1]!.trim().split(/\s+/).length };
}

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TaskFlag } from '@nopage/mm';
// What mm's own tests hold it against.
import { NaiveKernel } from '../../mm/test/naive-kernel.js';
import { kernelFacts, OperationKind, readTrace, type Operation } from '../src/index.js';

const TASKS: ReadonlyMap<number, number> = new Map([[OperationKind.ALLOC, 0], [OperationKind.ALLOC_MEMALLOC, TaskFlag.MEMALLOC], [OperationKind.ALLOC_OOM_VICTIM, TaskFlag.OOM_VICTIM]]);

/** Makes an operation; what came out and what should have. */
function make(kernel: NaiveKernel, { kind, gfp, order, pfn, wanted, frames, frameCount }: Operation): readonly [got: number[], expected: number[]] {
  const task = TASKS.get(kind);
  if (task !== undefined) return [[kernel.alloc(gfp, order, task)], [pfn]];
  if (kind === OperationKind.BULK) return [kernel.allocBulk(gfp, wanted), [...frames.subarray(0, frameCount)]];
  if (kind === OperationKind.FREE) kernel.free(pfn, order);
  if (kind === OperationKind.DRAIN) kernel.drain();
  return [[], []];
}

/** Follows a recording; everything in which the naive kernel differs from it. */
async function follow(name: string): Promise<{ readonly wrong: string[]; readonly operations: number; readonly states: number }> {
  const wrong: string[] = [];
  const sysctls = new Map<string, string>();
  let facts: ReadonlyMap<string, string> = new Map();
  let kernel: NaiveKernel | null = null;
  let recording = false;
  let operations = 0;
  let states = 0;
  await readTrace([readFileSync(new URL(`fixtures/${name}`, import.meta.url))], {
    facts: (all) => { facts = all; },
    sysctl: (key, value) => sysctls.set(key, value),
    setting: (key, value) => {
      if (key !== 'rec') return;
      recording = value === '1';
      kernel = null;
    },
    state: (state) => {
      if (!recording) return;
      if (kernel !== null) states++;
      wrong.push(...kernel?.differences(state) ?? []);
      const { release, hugeOrder, ...machine } = kernelFacts(facts, sysctls);
      kernel = new NaiveKernel(state, { ...machine, late: release.startsWith('6.12'), hugeOrder: hugeOrder ?? -1 });
    },
    operation: (operation) => {
      if (kernel === null) return;
      const [got, expected] = make(kernel, operation);
      operations++;
      if (got.join() !== expected.join()) wrong.push(`line ${operation.line}: ${got.join()} where ${expected.join()} was recorded`);
    },
  });
  return { wrong, operations, states };
}

describe('the naive kernel is the recorded one', () => {
  it.each<[string, number, number]>([
    ['a02-tiny50-64M.txt.gz', 52, 2], ['c01-buddy300-64M.txt.gz', 300, 2], ['d04-steal-bigorders-128M.txt.gz', 4966, 4], ['f01-bulk-split-128M.txt.gz', 1914, 2], ['mix3k-256M-smp1.txt.gz', 4506, 2],
    ['tiny50-64M-1.txt.gz', 52, 2], ['linux61-small500-64M.txt.gz', 560, 3], ['linux61-tiny50-64M.txt.gz', 56, 2],
  ])('%s: %i operations, %i states', async (name, operations, states) => {
    expect(await follow(name)).toEqual({ wrong: [], operations, states });
  });
});

import { failureEvent, type FailureEvent, type ZoneState } from '@nopage/gfp';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kernelText, parseLog } from '../src/index.js';

const SEED = 20_250_101;
const RELEASES = ['2.4.20', '2.6.9', '2.6.12', '2.6.18', '2.6.22', '2.6.27', '2.6.28', '2.6.31', '2.6.32', '2.6.39', '3.0', '3.2', '3.7', '3.8', '3.9', '3.10', '3.16', '3.18', '4.0', '4.1', '4.4', '4.5', '4.6', '4.8', '4.9', '4.10', '4.11', '4.12', '4.14',
  '4.17', '4.18', '4.19', '4.20', '5.0', '5.4', '5.8', '5.9', '5.10', '5.11', '5.15', '5.17', '5.18', '5.19', '6.0', '6.1', '6.2', '6.6', '6.8', '6.12', '6.14', '6.15', '6.17', '6.18', '6.19', '7.1'];

const pages = fc.oneof(fc.nat(20), fc.nat(5_000_000));
const types = fc.constantFrom('', 'U', 'M', 'UM', 'UME', 'UMEH', 'H', 'C', 'UEMR', 'MRC', 'I');

function zone(node: number | null, name: string): fc.Arbitrary<ZoneState> {
  return fc.record({
    node: fc.constant(node), name: fc.constant(name), freePages: pages, boostPages: pages, minPages: pages, lowPages: pages, highPages: pages, reservedHighatomicPages: pages, freeHighatomicPages: pages,
    freeCmaPages: pages, presentPages: pages, managedPages: pages, freePcpPages: pages, lowmemReserve: fc.array(pages, { minLength: 1, maxLength: 5 }),
    counters: fc.dictionary(fc.constantFrom('active_anon', 'inactive_file', 'unevictable', 'mlocked', 'bounce', 'slab_reclaimable', 'local_pcp'), pages),
    freeBlocks: fc.array(fc.record({ count: pages, types }), { minLength: 10, maxLength: 14 }),
  });
}

const zones = fc.constantFrom(
  [[null, 'Normal']], [[null, 'DMA'], [null, 'Normal'], [null, 'HighMem']], [[0, 'DMA'], [0, 'DMA32'], [0, 'Normal']], [[0, 'Normal'], [1, 'Normal'], [1, 'Movable']], [[null, 'DMA32'], [null, 'Normal']],
).chain((places) => fc.tuple(...places.map(([node, name]) => zone(node as number | null, name as string))));
const comm = fc.constantFrom('swapper/0', 'tmux: server', 'DOM Worker', 'runc:[2:INIT]', '(.mlocate)', 'kworker/u17:0', '018', 'a.out', 'klogd');
const memory = fc.dictionary(fc.constantFrom('active_anon', 'inactive_anon', 'isolated_file', 'dirty', 'free', 'slab_unreclaimable', 'mapped', 'pagetables', 'bounce', 'free_swap', 'total_swap', 'pagecache', 'swapcache', 'reserved'), pages);

/** Any event that our allocator could have made, on any kernel. */
const events = fc.record({ release: fc.constantFrom(...RELEASES), kind: fc.constantFrom('page-allocation-failure', 'allocation-stall', 'vmalloc-failure', 'oom-kill'), comm, order: fc.nat(11), pageBytes: fc.constantFrom(4096, 16384, 65536), zones, memory, suppressed: fc.constantFrom(0, 0, 7), mask: fc.nat(0xffffff) })
  .map(({ release, mask, ...rest }): { release: string; event: FailureEvent } => ({
    release, event: failureEvent({ ...rest, kind: rest.kind, pid: 12, cpu: 3, kernel: release, bytes: 4096, mode: { mask, names: [], from: 'decoded', consistent: true, candidates: [] } }),
  }));

describe('the layout of every kernel', () => {
  it('is printed, read and printed again without a difference', () => {
    fc.assert(fc.property(events, ({ release, event }) => {
      const text = kernelText(event, { release });
      const [again, ...more] = parseLog(text, { kernel: release });
      expect(more).toEqual([]);
      expect(again === undefined ? '' : kernelText(again, { release })).toBe(text);
    }), { seed: SEED, numRuns: 250 });
  });
});

import { failureEvent, type FailureEvent, type ZoneState } from '@nopage/gfp';
import { FailureCounter, VoteCounter, type LedgerSource, type Sources } from '../src/index.js';

/** A zone of 2,048 pages whose free memory is given by order and mobility. */
export function sampleZone(name: string, byOrder: readonly (readonly number[])[], over: Partial<ZoneState> = {}): ZoneState {
  const freeBlocks = byOrder.map((byMigratetype) => ({ count: byMigratetype.reduce((a, b) => a + b, 0), types: '', byMigratetype }));
  return {
    node: 0, name, freePages: freeBlocks.reduce((sum, { count }, order) => sum + count * 2 ** order, 0),
    boostPages: 0, minPages: 16, lowPages: 20, highPages: 24, reservedHighatomicPages: 0, freeHighatomicPages: 0, freeCmaPages: 0,
    presentPages: 2048, managedPages: 2000, freePcpPages: 3, lowmemReserve: [0, 8], freeBlocks, counters: {}, ...over,
  };
}

export const refusal = (fields: Partial<FailureEvent> = {}): FailureEvent =>
  failureEvent({ kind: 'page-allocation-failure', site: 'skb_alloc', order: 2, reason: 'no-suitable-block', ...fields });

/** A ledger as small as one can be: tells every `nth` event with what it held before. */
export class TinyLedger implements LedgerSource {
  told = 0;
  held = 0;
  lines = 0;
  readonly #nth: number;
  constructor(nth: number) {
    this.#nth = nth;
  }
  report(): { verdict: string; code: string } {
    if ((this.told + this.held) % this.#nth === 0) {
      this.told += this.held + 1;
      this.lines++;
      this.held = 0;
      return { verdict: 'emit', code: 'rate/pass' };
    }
    this.held++;
    return { verdict: 'suppress', code: 'rate/full' };
  }
  totals(): ReturnType<LedgerSource['totals']> {
    return { told: this.told, held: this.held, pending: 0, lines: this.lines, keys: 1 };
  }
  counts(): { reasons: Record<string, number> }[] {
    return [{ reasons: this.held > 0 ? { 'rate/full': this.held } : {} }];
  }
}

/** One of each source, with numbers that differ. */
export function sampleSources(): Required<Sources> & { failures: FailureCounter; ledger: TinyLedger; votes: VoteCounter } {
  const failures = new FailureCounter();
  const ledger = new TinyLedger(4);
  const votes = new VoteCounter();
  for (let i = 0; i < 6; i++) {
    failures.record(refusal());
    votes.record(ledger.report());
  }
  return {
    memory: {
      pageBytes: 4096,
      memInfo: () => ({ zones: [sampleZone('DMA', [[1, 0, 0, 0], [0, 0, 0, 0], [0, 2, 0, 0]]), sampleZone('Normal', [[5, 4, 1, 0], [3, 0, 0, 0], [0, 0, 0, 0]])] }),
      vmstat: () => ({ pgalloc_dma: 7, pgalloc_normal: 90, pgfree: 80, compact_stall: 2, nr_inactive_file: 10, nr_active_file: 5 }),
      meminfo: () => ({ MemTotal: 1 << 23, MemAvailable: 1 << 20 }),
      pressure: () => ({ someSeconds: 1.5, fullSeconds: 0.25 }),
    },
    failures,
    ledger,
    votes,
    faults: { injected: 3, hits: 40 },
    arenas: { heap: { byteLength: 65_536, usedBytes: 20_000, grantedBytes: 20_480, freeBytes: 45_056, largestFreeBytes: 32_768, served: 5, refused: 1, freed: 4, waiting: 2 } },
  };
}

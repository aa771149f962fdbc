import type { ZoneState } from '@nopage/gfp';
import { arenaReadings, type ArenaReading } from './arena-readings.js';
import { labelText } from './label-text.js';
import type { FailureSeries, FaultSource, LedgerSource, Sources, VoteSeries } from './sources.js';

/** A zone with what every family needs of it. */
export interface ZoneReading {
  readonly state: ZoneState;
  /** Node and zone as label values. */
  readonly node: string;
  readonly zone: string;
  /** Free blocks by order. */
  readonly freeBlocks: readonly number[];
}

/**
 * Everything that a scrape tells, read in one pass without a pause, so that its sums hold: failures are told, held or
 * pending at every scrape, however busy the program is.
 */
export interface Reading {
  readonly pageBytes: number;
  readonly zones: readonly ZoneReading[];
  readonly vmstat: Readonly<Record<string, number>>;
  readonly meminfo: Readonly<Record<string, number>>;
  readonly pressure: { readonly someSeconds: number; readonly fullSeconds: number } | null;
  readonly failures: { readonly series: readonly FailureSeries[]; readonly withheld: Readonly<Record<string, number>> } | null;
  readonly ledger: (ReturnType<LedgerSource['totals']> & { readonly heldByReason: ReadonlyMap<string, number> }) | null;
  readonly votes: readonly VoteSeries[] | null;
  readonly faults: FaultSource | null;
  /** By label. */
  readonly arenas: ReadonlyMap<string, ArenaReading>;
  /** Whether each source that there is could be read. */
  readonly up: Readonly<Record<string, boolean>>;
}

/** Reads all sources. One that throws is `up: false` and costs its own metrics only. */
export function takeReading(sources: Sources): Reading {
  const up: Record<string, boolean> = {};
  const from = <T>(name: string, read: (() => T) | undefined): T | null => {
    if (read === undefined) return null;
    try {
      const value = read();
      up[name] ??= true;
      return value;
    } catch {
      up[name] = false;
      return null;
    }
  };
  const { memory, failures, ledger, votes, faults, arenas } = sources;
  return {
    pageBytes: from('memory', memory && (() => memory.pageBytes)) ?? 4096,
    zones: from('memory', memory && (() => memory.memInfo().zones.map(zoneReading))) ?? [],
    vmstat: from('memory', memory?.vmstat && (() => memory.vmstat?.())) ?? {},
    meminfo: from('memory', memory?.meminfo && (() => memory.meminfo?.())) ?? {},
    pressure: from('memory', memory?.pressure && (() => memory.pressure?.())) ?? null,
    failures: from('failures', failures && (() => ({ series: [...failures.series()], withheld: failures.withheld }))),
    ledger: from('ledger', ledger && (() => ({ ...ledger.totals(), heldByReason: heldByReason(ledger) }))),
    votes: from('votes', votes && (() => [...votes.series()])),
    faults: from('faults', faults && (() => ({ injected: faults.injected, hits: faults.hits }))),
    arenas: arenaReadings(arenas ?? {}, (label, read) => from(`arena/${label}`, read)),
    up,
  };
}

const zoneReading = (state: ZoneState): ZoneReading => ({
  state,
  // Kernels built without NUMA print no node; node_exporter calls it 0, and so do we.
  node: String(state.node ?? 0),
  zone: state.name,
  freeBlocks: state.freeBlocks.map((blocks) => blocks.count),
});

function heldByReason(ledger: LedgerSource): ReadonlyMap<string, number> {
  const held = new Map<string, number>();
  for (const { reasons } of ledger.counts()) {
    for (const reason in reasons) {
      const label = labelText(reason, 40);
      held.set(label, (held.get(label) ?? 0) + reasons[reason]!);
    }
  }
  return held;
}

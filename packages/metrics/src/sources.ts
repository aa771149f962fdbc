import type { ZoneState } from '@nopage/gfp';

/**
 * Memory as it stands, read at each scrape: a `PageAllocator` is one, and so is an object that reads a host's `/proc`.
 * A method that is absent costs its metrics and nothing else; one that throws is told by `nopage_source_up`.
 */
export interface MemorySource {
  memInfo(): { readonly zones: readonly ZoneState[] };
  /** Counters by the kernel's words (`pgalloc_dma32`, `compact_stall`, `nr_inactive_file`). */
  vmstat?(): Readonly<Record<string, number>>;
  /** Fields of `/proc/meminfo` in bytes, by the kernel's words (`MemTotal`, `MemAvailable`). */
  meminfo?(): Readonly<Record<string, number>>;
  /** `/proc/pressure/memory`: seconds that some task, and that every task, stood still for memory. */
  pressure?(): { readonly someSeconds: number; readonly fullSeconds: number };
  /** @defaultValue 4096 */
  readonly pageBytes?: number;
}

/** What a ledger of warnings has done with the failures it saw. Every failure is in exactly one of the three. */
export interface LedgerCounts {
  /** Failures told by a line of their own, by reason code. */
  readonly told: Readonly<Record<string, number>>;
  /** Failures held back and since disclosed as a number, by reason code. */
  readonly held: Readonly<Record<string, number>>;
  /** Failures held back and not disclosed yet, by reason code. */
  readonly pending: Readonly<Record<string, number>>;
  /** Call sites that the ledger keeps apart. */
  readonly keys?: number;
}

export interface LedgerSource {
  counts(): LedgerCounts;
}

export interface FaultCounts {
  readonly injected: number;
  /** Requests that a fault point was asked about. */
  readonly considered: number;
}

export interface FaultSource {
  counts(): FaultCounts;
}

/** One series of failures. */
export interface FailureSeries {
  readonly site: string;
  readonly order: string;
  readonly cause: string;
  readonly count: number;
  readonly exemplar: Exemplar | null;
}

/** What a `FailureCounter` gives. */
export interface FailureSource {
  readonly total: number;
  series(): Iterable<FailureSeries>;
  /** Failures that somebody before us kept to themselves, by who did. */
  readonly withheld: Readonly<Record<string, number>>;
}

/** The latest event of a counter's series: what to look at first. */
export interface Exemplar {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** Seconds since 1970. */
  readonly timestamp: number;
}

/** Where the metrics come from; leave out what there is none of. */
export interface Sources {
  readonly memory?: MemorySource;
  readonly failures?: FailureSource;
  readonly ledger?: LedgerSource;
  readonly faults?: FaultSource;
}

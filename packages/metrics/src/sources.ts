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
  /** `/proc/pressure/memory`: seconds that some task, and that every task, stood still for memory; null where not counted. */
  pressure?(): { readonly someSeconds: number; readonly fullSeconds: number } | null;
  /** @defaultValue 4096 */
  readonly pageBytes?: number;
}

/** What a ledger of warnings has done with the failures it saw: each is told, held or pending. A `Reporter` is one. */
export interface LedgerSource {
  totals(): {
    /** Failures that a line accounts for: its own, and those held back before it. */
    readonly told: number;
    /** Failures held back and not told yet. */
    readonly held: number;
    /** Failures in lines that a sink has not settled yet. */
    readonly pending: number;
    readonly lines: number;
    /** Call sites that the ledger keeps apart. */
    readonly keys: number;
  };
  /** What is held, by reason code, in parts that sum to all of it. */
  counts(): Iterable<{ readonly reasons: Readonly<Record<string, number>> }>;
}

/** How the policy voted on the failures: what a `VoteCounter` gives. */
export interface VoteSource {
  series(): Iterable<VoteSeries>;
}

/** Votes of one verdict and reason. */
export interface VoteSeries {
  readonly verdict: string;
  readonly reason: string;
  readonly count: number;
}

/** Fault injection: a `FaultInjector` is one. */
export interface FaultSource {
  readonly injected: number;
  /** Requests that could have been made to fail. */
  readonly hits: number;
}

/** An allocator over real memory: an `Arena` or an `OffsetArena` is one. Its free lists are a {@link MemorySource}'s, which it is, too. */
export interface ArenaSource {
  /** Bytes that can be given out in all. */
  readonly byteLength: number;
  /** Bytes asked for by those who hold them, and bytes that they were given. */
  readonly usedBytes: number;
  readonly grantedBytes: number;
  readonly freeBytes: number;
  readonly largestFreeBytes: number;
  /** Requests that were served, refused, and what was given back. */
  readonly served: number;
  readonly refused: number;
  readonly freed: number;
  /** Requests that wait. */
  readonly waiting: number;
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
  readonly votes?: VoteSource;
  readonly faults?: FaultSource;
  /** By the name that their series are to have. */
  readonly arenas?: Readonly<Record<string, ArenaSource>>;
}

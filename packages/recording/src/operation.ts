/** Kinds of operation, as the byte that begins their line. */
export const OperationKind = {
  ALLOC: 0x41,
  ALLOC_MEMALLOC: 0x4d,
  ALLOC_OOM_VICTIM: 0x4f,
  FREE: 0x46,
  BULK: 0x4c,
  SPLIT: 0x54,
  DRAIN: 0x44,
} as const;
export type OperationKind = (typeof OperationKind)[keyof typeof OperationKind];

/** What happened inside an operation, as the byte that stands for it among {@link Operation.events}. */
export const EventKind = {
  /** `z17ff:0:1:1`: a block was taken from the free lists. */
  TAKEN: 0x7a,
  /** `d2438:2:2`: a per-CPU list gave a block back. */
  DRAINED: 0x64,
  /** `x...`: a block was borrowed from another mobility. */
  BORROWED: 0x78,
  /** `r(0:cc0` and `r)0`: a round of reclaim. */
  RECLAIM: 0x72,
  RECLAIM_END: 0x52,
  /** `c(2:cc0:1` and `c)0`: a round of compaction. */
  COMPACT: 0x63,
  COMPACT_END: 0x43,
  /** `k2:7:110cc0`, `K`, `S`: kswapd was woken, ran, slept. */
  KSWAPD_WOKEN: 0x6b,
  KSWAPD_RAN: 0x4b,
  KSWAPD_SLEPT: 0x53,
  /** `a...`, `f...`: somebody else allocated or freed. */
  FOREIGN_ALLOC: 0x61,
  FOREIGN_FREE: 0x66,
} as const;

/** Integers per event: its letter and up to six numbers. */
export const EVENT_WIDTH = 7;
/** Integers per zone in the `v` fields of an operation, at most. */
export const LITE_WIDTH = 10;
/** Zones that may have such fields. */
export const LITE_ZONES = 8;

/**
 * One operation of a recording. The reader fills the same object again and again: take what you need before the next
 * one.
 */
export class Operation {
  kind: OperationKind = OperationKind.ALLOC;
  line = 0;
  index = 0;
  slot = 0;
  order = 0;
  gfp = 0;
  /** Frame allocated (-1: refused), freed or split. */
  pfn = -1;
  /** Pages asked for by a bulk call. */
  wanted = 0;
  /** Frames that a bulk call returned: `frames[0, frameCount)`. */
  frames: Int32Array = new Int32Array(64);
  frameCount = 0;
  /** `eventCount` events of {@link EVENT_WIDTH} integers: letter, then its numbers, unused ones 0. */
  events: Int32Array = new Int32Array(64 * EVENT_WIDTH);
  eventCount = 0;
  /** Requests and frees of others inside this operation: it can't be replayed alone. */
  foreignEvents = 0;
  /** Bit per zone whose `v` field is in `lite`, from `zone * LITE_WIDTH`; `liteFields` of them count. */
  liteZones = 0;
  liteFields = 0;
  readonly lite: Int32Array = new Int32Array(LITE_ZONES * LITE_WIDTH);
  /** Did the tracepoint of the allocation stay silent (an injected failure, an order that is too large)? */
  silent = false;
  /** Was the page marked as one that only the freeing of memory may use? */
  pfmemalloc = false;
  hasFaults = false;
  /** Fault attribute after the operation: probability, interval, times, space, count, fail_nth. */
  readonly faults: Float64Array = new Float64Array(6);

  reset(kind: OperationKind, line: number): void {
    this.kind = kind;
    this.line = line;
    this.pfn = -1;
    this.order = this.gfp = this.slot = this.wanted = 0;
    this.frameCount = this.eventCount = this.foreignEvents = this.liteZones = this.liteFields = 0;
    this.silent = this.pfmemalloc = this.hasFaults = false;
  }

  /** Room for one more event; returns where its letter goes. */
  addEvent(letter: number): number {
    const at = this.eventCount * EVENT_WIDTH;
    if (at === this.events.length) this.events = grown(this.events);
    this.events[at] = letter;
    for (let i = 1; i < EVENT_WIDTH; i++) this.events[at + i] = 0;
    this.eventCount++;
    return at;
  }

  addFrame(pfn: number): void {
    if (this.frameCount === this.frames.length) this.frames = grown(this.frames);
    this.frames[this.frameCount++] = pfn;
  }
}

function grown(array: Int32Array): Int32Array {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}

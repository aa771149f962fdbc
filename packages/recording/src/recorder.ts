import { NO_PAGE, type KswapdRun, type MayFail, type PageAllocator } from '@nopage/mm';
import { RecordingError } from './errors.js';
import { TraceWriter } from './trace-writer.js';

/**
 * An allocator's requests and frees, made through this and written down as they are made. What shrinkers and callbacks
 * do inside a request has to go through this, too; such a request can't be replayed, and the replay is taken up at the
 * next {@link Recorder.state}.
 *
 * Where `write` throws, so does the call; pages that it took have been freed by then. The next request's line, or the
 * next state, tells that something is missing.
 */
export class Recorder {
  private readonly allocator: PageAllocator;
  private readonly writer: TraceWriter;
  private depth = 0;
  private inner: string[] = [];
  private ended = false;

  /**
   * Writes the head of the recording and the allocator's state. `write` gets text that ends with a line's end.
   *
   * @throws {RecordingError} `BAD_ARGUMENT` for what is no allocator, or nothing to write with.
   */
  constructor(allocator: PageAllocator, write: (text: string) => void, scenario = 'recording') {
    if (!isAllocator(allocator)) throw new RecordingError('BAD_ARGUMENT', 0, 'what is recorded is a page allocator');
    this.allocator = allocator;
    this.writer = new TraceWriter(write, scenario, allocator.settings);
    this.writer.state('init', allocator.state());
  }

  alloc(gfp: MayFail, order = 0): number {
    const pfn = this.ask(() => this.allocator.alloc(gfp, order));
    this.note(`a${pfn.toString(16)}:${order}`, () => {
      this.written(pfn === NO_PAGE ? [] : [pfn], order, (others) => { this.writer.allocated(gfp, order, pfn, others); });
    });
    return pfn;
  }

  free(pfn: number, order = 0): void {
    this.allocator.free(pfn, order);
    this.note(`f${pfn.toString(16)}:${order}`, () => { this.writer.freed(pfn, order); });
  }

  allocBulk(gfp: MayFail, out: Int32Array, count: number = out.length): number {
    const taken = this.ask(() => this.allocator.allocBulk(gfp, out, count));
    const pfns = out.subarray(0, taken);
    this.note(`L${taken}`, () => {
      this.written(pfns, 0, (others) => { this.writer.allocatedBulk(gfp, count, pfns, others); });
    });
    return taken;
  }

  split(pfn: number, order: number): void {
    this.allocator.split(pfn, order);
    this.note(`T${pfn.toString(16)}:${order}`, () => { this.writer.split(pfn, order); });
  }

  drain(): void {
    this.allocator.drain();
    this.note('D', () => { this.writer.drained(); });
  }

  /** Runs kswapd, which is no operation: where it changed anything, its state is written, for a replay to be taken up at. */
  kswapd(): KswapdRun {
    const boost = this.boostPages();
    const run = this.ask(() => this.allocator.kswapd());
    if (this.boostPages() !== boost) this.inner.push('k');
    if (this.inner.length > 0 && this.depth === 0) this.state('kswapd');
    return run;
  }

  /** Notes that a block was moved to make room for the request under way: what a `movePages` that moved one calls. */
  moved(fromPfn: number, toPfn: number): void {
    if (this.depth > 0) this.inner.push(`m${fromPfn.toString(16)}:${toPfn.toString(16)}`);
  }

  /** Writes the state as it is now. Where something untold led to it, it is a new start for a replay, not an end. */
  state(label: string): void {
    if (this.ended) return;
    const untold = this.depth === 0 && this.inner.length > 0;
    if (untold) this.writer.aside(label);
    this.writer.state(label, this.allocator.state());
    if (untold) this.inner = [];
  }

  /** Writes the last state and the foot, once. What is asked after it is not recorded. */
  end(): void {
    if (this.ended) return;
    this.state('final');
    this.writer.end();
    this.ended = true;
  }

  private boostPages(): number {
    let pages = 0;
    for (let index = 0, zone = this.allocator.zoneNumbers(0); zone !== null; zone = this.allocator.zoneNumbers(++index)) pages += zone.boostPages;
    return pages;
  }

  /** Makes a request: what is asked of this meanwhile is a part of it. */
  private ask<T>(request: () => T): T {
    this.depth++;
    try {
      return request();
    } finally {
      this.depth--;
    }
  }

  /** Writes the line of an operation. One inside a request, or that could not be written, is a word of the next line. */
  private note(word: string, write: () => void): void {
    if (this.ended) return;
    try {
      if (this.depth === 0) write();
      else this.inner.push(word);
    } catch (error) {
      this.inner.push(word);
      throw error;
    }
  }

  /** Writes the line of a request, or gives back what it took. */
  private written(pfns: Iterable<number>, order: number, write: (others: readonly string[]) => void): void {
    try {
      write(this.inner);
    } catch (error) {
      for (const pfn of pfns) this.allocator.free(pfn, order);
      throw error;
    }
    this.inner = [];
  }
}

const isAllocator = (value: unknown): boolean => {
  const { settings, state } = Object(value) as { readonly settings?: unknown; readonly state?: unknown };
  return typeof settings === 'object' && settings !== null && typeof state === 'function';
};

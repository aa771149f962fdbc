import { NO_PAGE, type MayFail, type PageAllocator } from '@nopage/mm';
import { TraceWriter } from './trace-writer.js';

/**
 * An allocator's requests and frees, made through this and written down as they are made. What shrinkers and callbacks
 * do inside a request has to go through this, too; such a request can't be replayed, and the replay is taken up at the
 * next {@link Recorder.state}.
 *
 * Where `write` throws, so does the call; pages that it took have been freed by then, which the next request's line
 * tells.
 */
export class Recorder {
  private readonly allocator: PageAllocator;
  private readonly writer: TraceWriter;
  private depth = 0;
  private inner: string[] = [];

  /** Writes the head of the recording and the allocator's state. `write` gets text that ends with a line's end. */
  constructor(allocator: PageAllocator, write: (text: string) => void, scenario = 'recording') {
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

  /** Writes the state as it is now. */
  state(label: string): void {
    this.writer.state(label, this.allocator.state());
  }

  /** Writes the last state and the foot. */
  end(): void {
    this.state('final');
    this.writer.end();
  }

  /** Makes a request: what is asked of this meanwhile is a part of it. */
  private ask(request: () => number): number {
    this.depth++;
    try {
      return request();
    } finally {
      this.depth--;
    }
  }

  /** Writes the line of an operation; of one inside a request, its word in that request's line. */
  private note(word: string, write: () => void): void {
    if (this.depth > 0) this.inner.push(word);
    else write();
  }

  /** Writes the line of a request, or gives back what it took. */
  private written(pfns: Iterable<number>, order: number, write: (others: readonly string[]) => void): void {
    try {
      write(this.inner);
    } catch (error) {
      for (const pfn of pfns) {
        this.allocator.free(pfn, order);
        this.inner.push(`a${pfn.toString(16)}:${order}`, `f${pfn.toString(16)}:${order}`);
      }
      throw error;
    }
    this.inner = [];
  }
}

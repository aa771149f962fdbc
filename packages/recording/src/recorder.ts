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
    this.depth++;
    let pfn: number;
    try {
      pfn = this.allocator.alloc(gfp, order);
    } finally {
      this.depth--;
    }
    if (this.depth > 0) {
      this.inner.push(`a${pfn.toString(16)}:${order}`);
      return pfn;
    }
    try {
      this.writer.allocated(gfp, order, pfn, this.inner);
    } catch (error) {
      if (pfn !== NO_PAGE) this.takeBack(pfn, order);
      throw error;
    }
    this.inner = [];
    return pfn;
  }

  free(pfn: number, order = 0): void {
    this.allocator.free(pfn, order);
    if (this.depth > 0) this.inner.push(`f${pfn.toString(16)}:${order}`);
    else this.writer.freed(pfn, order);
  }

  allocBulk(gfp: MayFail, out: Int32Array, count: number = out.length): number {
    const taken = this.allocator.allocBulk(gfp, out, count);
    const pfns = out.subarray(0, taken);
    try {
      this.writer.allocatedBulk(gfp, count, pfns);
    } catch (error) {
      for (const pfn of pfns) this.takeBack(pfn, 0);
      throw error;
    }
    return taken;
  }

  split(pfn: number, order: number): void {
    this.allocator.split(pfn, order);
    this.writer.split(pfn, order);
  }

  drain(): void {
    this.allocator.drain();
    this.writer.drained();
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

  private takeBack(pfn: number, order: number): void {
    this.allocator.free(pfn, order);
    this.inner.push(`a${pfn.toString(16)}:${order}`, `f${pfn.toString(16)}:${order}`);
  }
}

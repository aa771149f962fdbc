import type { MayFail, PageAllocator } from '@nopage/mm';
import { TraceWriter } from './trace-writer.js';

/**
 * An allocator's requests and frees, made through this and written down as they are made. What shrinkers and callbacks
 * do inside a request has to go through this, too; such a request can't be replayed, and the replay is taken up at the
 * next {@link Recorder.state}.
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
    if (this.depth > 0) this.inner.push(`a${pfn.toString(16)}:${order}`);
    else this.writer.allocated(gfp, order, pfn, this.inner.splice(0));
    return pfn;
  }

  free(pfn: number, order = 0): void {
    this.allocator.free(pfn, order);
    if (this.depth > 0) this.inner.push(`f${pfn.toString(16)}:${order}`);
    else this.writer.freed(pfn, order);
  }

  allocBulk(gfp: MayFail, out: Int32Array, count: number = out.length): number {
    const taken = this.allocator.allocBulk(gfp, out, count);
    this.writer.allocatedBulk(gfp, count, out.subarray(0, taken));
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
}

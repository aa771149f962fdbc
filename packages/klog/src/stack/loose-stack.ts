import type { KernelLine } from '../kernel-line.js';
import type { Report } from '../report/report.js';
import type { CpuLine } from './cpu-line.js';
import type { Frame } from './stack.js';

/** So few lines may stand between two frames, or the last one and the memory part. */
const NEXT = 3;
/** So few between the line of who was running and the first frame: words of the stack, functions that print. */
const HEAD = 12;
const MOST_FRAMES = 64;
/** Such a trace begins with one of these, and nothing else prints a memory part behind a trace. */
const BEGINS = /^(?:warn_alloc|__alloc_(?:pages|frozen_pages)|dump_header|out_of_memory)/;
/** What may stand before. */
const PRINTS = /^(?:dump_(?:stack|backtrace)|show_stack|unwind_backtrace)/;

/** The stack part that no report is open for: that of the one whose memory part follows, and whose headline is lost. */
export class LooseStack {
  #cpuLine: { readonly read: CpuLine; readonly text: string } | null = null;
  #frames: Frame[] = [];
  #caller: Frame | null = null;
  /** The last place that the next line may have. */
  #until = 0;

  /** A trace begins, with the line of who was running. */
  begin(read: CpuLine, text: string, { place }: KernelLine): void {
    this.forget();
    this.#cpuLine = { read, text };
    this.#until = place + HEAD;
  }

  add(frames: readonly Frame[], caller: Frame | null, { place }: KernelLine): void {
    if (place > this.#until) this.forget();
    if (this.#frames.length === 0 && !frames.some(({ name }) => BEGINS.test(name))) {
      // Any other frame is of another trace, and so is the line of who was running.
      if (frames.some(({ name }) => !PRINTS.test(name))) this.forget();
      return;
    }
    if (this.#frames.length < MOST_FRAMES) this.#frames.push(...frames);
    this.#caller = caller;
    this.#until = place + NEXT;
  }

  /** The trace is another report's. */
  forget(): void {
    this.#cpuLine = null;
    this.#frames = [];
    this.#caller = null;
  }

  giveTo(report: Report, { place }: KernelLine): void {
    if (this.#frames.length > 0 && place <= this.#until) {
      if (this.#cpuLine !== null) report.setCpuLine(this.#cpuLine.read, this.#cpuLine.text);
      report.addFrames(this.#frames, this.#caller);
    }
    this.forget();
  }
}

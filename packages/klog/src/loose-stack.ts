import type { KernelLine } from './kernel-line.js';
import type { Report } from './report.js';
import type { Frame } from './stack.js';

/** So few lines may stand between two frames, or the last one and the memory part. */
const NEXT = 3;
const MOST_FRAMES = 64;
/** Such a trace begins with one of these, and nothing else prints a memory part behind a trace. */
const BEGINS = /^(?:warn_alloc|__alloc_(?:pages|frozen_pages)|dump_header|out_of_memory)/;

/** The frames that no report is open for: the stack part of the one whose memory part follows, and whose headline is lost. */
export class LooseStack {
  #frames: Frame[] = [];
  #caller: Frame | null = null;
  #place = 0;

  add(frames: readonly Frame[], caller: Frame | null, { place }: KernelLine): void {
    if (place - this.#place > NEXT) this.forget();
    if (this.#frames.length === 0 && !frames.some(({ name }) => BEGINS.test(name))) return;
    if (this.#frames.length < MOST_FRAMES) this.#frames.push(...frames);
    this.#caller = caller;
    this.#place = place;
  }

  /** Another trace begins. */
  forget(): void {
    this.#frames = [];
    this.#caller = null;
  }

  giveTo(report: Report, { place }: KernelLine): void {
    if (place - this.#place <= NEXT) report.addFrames(this.#frames, this.#caller);
    this.forget();
  }
}

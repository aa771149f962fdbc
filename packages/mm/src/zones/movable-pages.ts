/** Which frames in use can be moved: a bit each. */
export class MovablePages {
  private readonly words: Uint32Array;
  private readonly basePfn: number;

  constructor(basePfn: number, pages: number) {
    this.basePfn = basePfn;
    this.words = new Uint32Array((pages + 31) >>> 5);
  }

  has(pfn: number): boolean {
    const frame = pfn - this.basePfn;
    return (this.words[frame >>> 5]! >>> (frame & 31) & 1) === 1;
  }

  set(pfn: number, pages: number): void {
    for (let frame = pfn - this.basePfn, end = frame + pages; frame < end; frame++) this.words[frame >>> 5]! |= 1 << (frame & 31);
  }

  clear(pfn: number, pages: number): void {
    for (let frame = pfn - this.basePfn, end = frame + pages; frame < end; frame++) this.words[frame >>> 5]! &= ~(1 << (frame & 31));
  }

  /** Movable frames among `pages` from `pfn`. */
  count(pfn: number, pages: number): number {
    let count = 0;
    for (let frame = pfn - this.basePfn, end = frame + pages; frame < end; frame++) {
      count += this.words[frame >>> 5]! >>> (frame & 31) & 1;
    }
    return count;
  }

  /** Pairs of first and last frame, ascending. */
  ranges(): Int32Array {
    const ranges: number[] = [];
    const frames = this.words.length * 32;
    for (let frame = 0; frame < frames; frame++) {
      if (this.words[frame >>> 5] === 0) {
        frame |= 31;
        continue;
      }
      if ((this.words[frame >>> 5]! >>> (frame & 31) & 1) === 0) continue;
      const pfn = frame + this.basePfn;
      if (ranges.at(-1) === pfn - 1) ranges[ranges.length - 1] = pfn;
      else ranges.push(pfn, pfn);
    }
    return Int32Array.from(ranges);
  }

  clone(): MovablePages {
    const copy = new MovablePages(this.basePfn, this.words.length * 32);
    copy.words.set(this.words);
    return copy;
  }
}

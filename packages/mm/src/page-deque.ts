/**
 * Frames in a ring that grows by doubling, each with a byte: both ends in constant time, no object per frame. Room is
 * made by {@link PageDeque.reserve} alone, so that whoever is about to move frames learns before the first one that
 * there is no memory.
 */
export class PageDeque {
  length = 0;
  /** A power of two. */
  private room = 16;
  private head = 0;
  /** Frame and byte, in turn. */
  private ring: Int32Array = new Int32Array(2 * 16);

  /** Has it no room for one more? */
  get isFull(): boolean {
    return this.length === this.room;
  }

  /**
   * Makes room for so many more frames.
   *
   * @throws {RangeError} When the runtime has no memory for it; nothing has changed then.
   */
  reserve(more: number): void {
    if (this.length + more > this.room) this.grow(this.length + more);
  }

  /** There must be room. */
  pushFront(pfn: number, byte: number): void {
    const at = (this.head - 1) & (this.room - 1);
    const ring = this.ring;
    ring[at << 1] = pfn;
    ring[at << 1 | 1] = byte;
    this.head = at;
    this.length++;
  }

  /** There must be room. */
  pushBack(pfn: number, byte: number): void {
    const at = this.at(this.length);
    this.ring[at] = pfn;
    this.ring[at | 1] = byte;
    this.length++;
  }

  /** The first frame, taken off; there must be one. */
  popFront(): number {
    const head = this.head;
    this.head = (head + 1) & (this.room - 1);
    this.length--;
    return this.ring[head << 1]!;
  }

  /** The last frame, taken off; there must be one. */
  popBack(): number {
    this.length--;
    return this.ring[this.at(this.length)]!;
  }

  /** The byte kept with the last frame. */
  backByte(): number {
    return this.ring[this.at(this.length - 1) | 1]!;
  }

  clear(): void {
    this.length = 0;
  }

  /** All frames, head first. */
  toArray(): Int32Array {
    return Int32Array.from({ length: this.length }, (_, i) => this.ring[this.at(i)]!);
  }

  /** The bytes kept with them, head first. */
  bytesToArray(): Uint8Array {
    return Uint8Array.from({ length: this.length }, (_, i) => this.ring[this.at(i) | 1]!);
  }

  /** Where frame `index` from the head is in the ring. */
  private at(index: number): number {
    return ((this.head + index) & (this.room - 1)) << 1;
  }

  private grow(least: number): void {
    let room = this.room;
    while (room < least) room *= 2;
    const ring = new Int32Array(2 * room);
    for (let i = 0; i < this.length; i++) {
      const at = this.at(i);
      ring[i << 1] = this.ring[at]!;
      ring[i << 1 | 1] = this.ring[at | 1]!;
    }
    this.ring = ring;
    this.room = room;
    this.head = 0;
  }
}

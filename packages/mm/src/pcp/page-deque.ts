/**
 * Frames in a ring that grows by doubling, each with a byte: both ends in constant time, no object per frame. Room is
 * made by {@link PageDeque.reserve} alone, so that whoever is about to move frames learns before the first one that
 * there is no memory.
 */
export class PageDeque {
  /** A power of two. */
  private room = 16;
  /** The first frame's place and the place behind the last one, in a line that the ring is wound from. */
  private head = 0;
  private tail = 0;
  /** Frame and byte, in turn. */
  private ring: Int32Array = new Int32Array(2 * 16);

  get length(): number {
    return this.tail - this.head;
  }

  /** Has it no room for one more? */
  get isFull(): boolean {
    return this.tail - this.head === this.room;
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
    const at = this.at(--this.head);
    this.ring[at] = pfn;
    this.ring[at | 1] = byte;
  }

  /** There must be room. */
  pushBack(pfn: number, byte: number): void {
    const at = this.at(this.tail++);
    this.ring[at] = pfn;
    this.ring[at | 1] = byte;
  }

  /** The first frame, taken off; there must be one. */
  popFront(): number {
    return this.ring[this.at(this.head++)]!;
  }

  /** The last frame, taken off; there must be one. */
  popBack(): number {
    return this.ring[this.at(--this.tail)]!;
  }

  /** The byte kept with the last frame. */
  backByte(): number {
    return this.ring[this.at(this.tail - 1) | 1]!;
  }

  clear(): void {
    this.head = 0;
    this.tail = 0;
  }

  /** All frames, head first. */
  toArray(): Int32Array {
    return Int32Array.from({ length: this.length }, (_, i) => this.ring[this.at(this.head + i)]!);
  }

  /** The bytes kept with them, head first. */
  bytesToArray(): Uint8Array {
    return Uint8Array.from({ length: this.length }, (_, i) => this.ring[this.at(this.head + i) | 1]!);
  }

  /** Where a place of the line is in the ring. */
  private at(place: number): number {
    return (place & (this.room - 1)) << 1;
  }

  private grow(least: number): void {
    let room = this.room;
    while (room < least) room *= 2;
    const ring = new Int32Array(2 * room);
    for (let i = 0; i < this.length; i++) {
      const at = this.at(this.head + i);
      ring[i << 1] = this.ring[at]!;
      ring[i << 1 | 1] = this.ring[at | 1]!;
    }
    this.tail = this.length;
    this.head = 0;
    this.ring = ring;
    this.room = room;
  }
}

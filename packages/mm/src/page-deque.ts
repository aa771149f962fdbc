/**
 * Frames in a ring that grows by doubling: both ends in constant time, no object per frame. A byte can be kept with
 * each frame. Room is made by {@link PageDeque.reserve} alone, so that whoever is about to move frames learns before
 * the first one that there is no memory.
 */
export class PageDeque {
  length = 0;
  private head = 0;
  private frames: Int32Array = new Int32Array(16);
  private bytes: Uint8Array = new Uint8Array(16);

  /** Has it no room for one more? */
  get isFull(): boolean {
    return this.length === this.frames.length;
  }

  /**
   * Makes room for so many more frames.
   *
   * @throws {RangeError} When the runtime has no memory for it; nothing has changed then.
   */
  reserve(more: number): void {
    if (this.length + more > this.frames.length) this.grow(this.length + more);
  }

  /** There must be room. */
  pushFront(pfn: number, byte: number): void {
    this.head = (this.head - 1) & (this.frames.length - 1);
    this.frames[this.head] = pfn;
    this.bytes[this.head] = byte;
    this.length++;
  }

  /** There must be room. */
  pushBack(pfn: number, byte: number): void {
    const at = (this.head + this.length) & (this.frames.length - 1);
    this.frames[at] = pfn;
    this.bytes[at] = byte;
    this.length++;
  }

  /** The first frame, taken off; there must be one. */
  popFront(): number {
    const pfn = this.frames[this.head]!;
    this.head = (this.head + 1) & (this.frames.length - 1);
    this.length--;
    return pfn;
  }

  /** The last frame, taken off; there must be one. */
  popBack(): number {
    this.length--;
    return this.frames[(this.head + this.length) & (this.frames.length - 1)]!;
  }

  /** The byte kept with the last frame. */
  backByte(): number {
    return this.bytes[(this.head + this.length - 1) & (this.frames.length - 1)]!;
  }

  clear(): void {
    this.length = 0;
  }

  /** All frames, head first. */
  toArray(): Int32Array {
    const all = new Int32Array(this.length);
    for (let i = 0; i < all.length; i++) all[i] = this.frames[(this.head + i) & (this.frames.length - 1)]!;
    return all;
  }

  /** The bytes kept with them, head first. */
  bytesToArray(): Uint8Array {
    const all = new Uint8Array(this.length);
    for (let i = 0; i < all.length; i++) all[i] = this.bytes[(this.head + i) & (this.frames.length - 1)]!;
    return all;
  }

  private grow(least: number): void {
    let room = this.frames.length;
    while (room < least) room *= 2;
    const frames = new Int32Array(room);
    const bytes = new Uint8Array(room);
    frames.set(this.toArray());
    bytes.set(this.bytesToArray());
    this.frames = frames;
    this.bytes = bytes;
    this.head = 0;
  }
}

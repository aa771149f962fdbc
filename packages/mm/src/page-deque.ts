/**
 * Frames in a ring that grows by doubling: both ends in constant time, no object per frame. A byte can be kept with
 * each frame.
 */
export class PageDeque {
  length = 0;
  private head = 0;
  private frames: Int32Array = new Int32Array(16);
  private bytes: Uint8Array = new Uint8Array(16);

  pushFront(pfn: number, byte: number): void {
    if (this.length === this.frames.length) this.grow();
    this.head = (this.head - 1) & (this.frames.length - 1);
    this.frames[this.head] = pfn;
    this.bytes[this.head] = byte;
    this.length++;
  }

  pushBack(pfn: number, byte: number): void {
    if (this.length === this.frames.length) this.grow();
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

  private grow(): void {
    const frames = new Int32Array(this.frames.length * 2);
    const bytes = new Uint8Array(this.frames.length * 2);
    frames.set(this.toArray());
    bytes.set(this.bytesToArray());
    this.frames = frames;
    this.bytes = bytes;
    this.head = 0;
  }
}

import { MisuseError } from '@nopage/buddy';
import { __GFP_ZERO, type FailureEvent, type MayWait } from '@nopage/gfp';
import { captureOrigin, NO_PAGE, PageAllocator, type KswapdRun, type MayFail, type MemInfo, type Origin, type Refusal, type Shrinker } from '@nopage/mm';
import { ArenaError } from './errors.js';
import { Growth, type GrowthVerdict, type Room } from './growth.js';
import { layOut } from './layout.js';
import { assertShrinker, type AllocOptions, type PagedArenaOptions, type WaitOptions } from './options.js';
import { eventInBytes, growthFor, refusalInBytes, type ArenaRefusal } from './refusal.js';
import { alignmentOrder, orderFor, pagesFor } from './size.js';
import { Span, type Keeper } from './span.js';

const ZONE = 'Normal';

/**
 * An allocator of bytes on pages of one size, with the rights and refusals of `@nopage/mm`. Running out is a value; a
 * call that no correct program makes throws, and the arena is as it was. A request that is served makes its handle and
 * no other object.
 */
export abstract class PagedArena<H extends Span> {
  /** The grain: sizes are rounded up to it, offsets are multiples of it. */
  readonly pageBytes: number;
  private readonly mm: PageAllocator;
  private readonly growth: Growth;
  private readonly exact: boolean;
  private readonly onFailure: ((event: FailureEvent) => void) | null;
  private readonly siteOf: (() => string | null) | null;
  private servedCount = 0;
  private freedCount = 0;
  private refusedCount = 0;
  private used = 0;
  private granted = 0;
  /** Requests that were granted pages, perhaps, and don't know it yet. */
  private underWay = 0;

  protected constructor(room: Room, byteLength: number | undefined, options: PagedArenaOptions) {
    const { limits, allocator } = layOut(room, byteLength, options);
    this.pageBytes = limits.pageBytes;
    this.growth = new Growth(room, limits);
    this.exact = options.exact ?? true;
    this.onFailure = options.onFailure ?? null;
    this.siteOf = options.siteOf ?? null;
    this.mm = new PageAllocator({ ...allocator, growMemory: (_gfp, order) => this.growFor(order) });
  }

  /** Makes the handle of a piece that was taken. */
  protected abstract handle(offset: number, byteLength: number, grantedBytes: number): H;

  /** Throws unless bytes can be set to zero. */
  protected abstract assertZeroable(): void;

  /** Sets a piece's bytes to zero. */
  protected abstract zero(handle: H): void;

  /**
   * Takes `bytes` bytes, now. With leave to wait (`GFP_KERNEL`), shrinkers that answer at once are asked, and memory
   * grows if it can; without (`GFP_ATOMIC`, `GFP_NOWAIT`) neither, and the reserve may be dipped into. The bytes are as
   * their last owner left them unless `gfp` has `__GFP_ZERO`.
   *
   * @param bytes - From 1; rounded up to whole pages, or to a power of two of them in an arena that is not `exact`.
   * @returns A handle, or why there is none (`ok` tells); `onFailure` has been told then.
   * @throws {ArenaError} `SIZE_RANGE`, `BAD_ALIGNMENT`, `NO_BYTES`, `MEMORY_GONE`; `MmError` `BAD_GFP`.
   */
  alloc(bytes: number, gfp: MayFail, options?: AllocOptions): H | ArenaRefusal {
    const pages = this.pagesOf(bytes);
    const order = this.orderOf(pages, options?.align);
    if ((gfp & __GFP_ZERO) !== 0) this.assertZeroable();
    const pfn = this.mm.alloc(gfp, order);
    if (pfn !== NO_PAGE) return this.take(pfn, order, pages, bytes, gfp);
    const origin = this.onFailure === null ? null : captureOrigin(this, 'alloc', this.siteOf?.() ?? null);
    return this.refuse(this.mm.refusal(gfp, order), bytes, origin);
  }

  /**
   * Takes `bytes` bytes, waiting for them if need be: shrinkers are awaited, memory grows if it can; then a request for
   * up to 8 pages without `__GFP_NORETRY` or `__GFP_RETRY_MAYFAIL`, or any with `__GFP_NOFAIL`, waits for its turn at
   * what is given back, and the others are refused.
   *
   * @throws {ArenaError} As a rejection, like {@link PagedArena.alloc}; `MmError` `BAD_GFP`, `MUST_NOT_WAIT`.
   */
  async allocWait(bytes: number, gfp: MayWait, { align, signal }: WaitOptions = {}): Promise<H | ArenaRefusal> {
    const pages = this.pagesOf(bytes);
    const order = this.orderOf(pages, align);
    if ((gfp & __GFP_ZERO) !== 0) this.assertZeroable();
    const origin = this.onFailure === null ? null : captureOrigin(this, 'allocWait', this.siteOf?.() ?? null);
    this.underWay++;
    try {
      const outcome = await this.mm.allocWait(gfp, order, { signal });
      return outcome.ok ? this.take(outcome.pfn, order, pages, bytes, gfp) : this.refuse(outcome, bytes, origin);
    } finally {
      this.underWay--;
    }
  }

  /** Gives a piece back, as its own `free` does. @throws {ArenaError} `DOUBLE_FREE`, `FOREIGN_BLOCK`. */
  free(handle: H): void {
    if (!(handle instanceof Span) || !(handle.freed || handle.isOf(this))) throw new ArenaError('FOREIGN_BLOCK', 'what is to be freed was not allocated here');
    handle.free();
  }

  /**
   * Makes the arena at least `bytes` bytes longer: ahead of those who can't wait, for whom it never grows by itself.
   *
   * @returns `grown`, or why not; nothing has changed then.
   * @throws {ArenaError} `SIZE_RANGE`.
   */
  grow(bytes: number): GrowthVerdict {
    this.addPages(pagesFor(bytes, this.pageBytes), false);
    return this.growth.verdict;
  }

  /** Bytes that can be given out in all. */
  get byteLength(): number {
    return this.growth.byteLength;
  }

  /** Bytes that were asked for by those who hold them. */
  get usedBytes(): number {
    return this.used;
  }

  /** Bytes that are held: more than {@link PagedArena.usedBytes} by what rounding up to pages costs. */
  get grantedBytes(): number {
    return this.granted;
  }

  get freeBytes(): number {
    return (this.mm.zoneNumbers(0)?.freePages ?? 0) * this.pageBytes;
  }

  /** The largest piece that is free, reserve or not. */
  get largestFreeBytes(): number {
    const order = this.mm.largestFreeOrder();
    return order < 0 ? 0 : 2 ** order * this.pageBytes;
  }

  /** Requests that got what they asked for. */
  get served(): number {
    return this.servedCount;
  }

  /** Requests that got a refusal. */
  get refused(): number {
    return this.refusedCount;
  }

  /** Pieces that were given back. */
  get freed(): number {
    return this.freedCount;
  }

  /** Requests that wait for memory. */
  get waiting(): number {
    return this.mm.waiting;
  }

  /** Free memory by order, watermarks: what `@nopage/metrics` reads of an allocator. In pages of {@link PagedArena.pageBytes}. */
  memInfo(): MemInfo {
    return this.mm.memInfo();
  }

  /** Counters of the page allocator, by the names of /proc/vmstat. */
  vmstat(): Record<string, number> {
    return this.mm.vmstat();
  }

  /** Reclaims in the background, one run, so that the reserve is whole when it is needed: schedule it, as `onKswapdWanted` asks. */
  kswapd(): KswapdRun {
    return this.mm.kswapd();
  }

  /** Adds a cache that can give memory back; it counts in pages. @throws {ArenaError} `BAD_OPTION`. */
  addShrinker(shrinker: Shrinker): void {
    assertShrinker('shrinker', shrinker);
    this.mm.addShrinker(shrinker);
  }

  removeShrinker(shrinker: Shrinker): void {
    this.mm.removeShrinker(shrinker);
  }

  /** Every broken invariant as text; `[]` when all is sound. O(pages). */
  check(): string[] {
    const { mm, pageBytes } = this;
    const broken = mm.check();
    const { managedPages, freePages } = mm.memInfo();
    const held = (managedPages - freePages) * pageBytes;
    if (managedPages * pageBytes !== this.byteLength) broken.push(`the arena has ${this.byteLength} bytes, its allocator manages ${managedPages} pages`);
    // What a waiting request was just granted is counted when it hears of it.
    if (this.underWay === 0 ? held !== this.granted : held < this.granted) broken.push(`${this.granted} bytes are granted, ${held} are taken`);
    if (this.used > this.granted) broken.push(`${this.used} bytes are used of ${this.granted} granted`);
    return broken;
  }

  /** What handles give themselves back by. */
  protected keeper(): Keeper {
    return { arena: this, release: (offset, byteLength, grantedBytes) => { this.release(offset, byteLength, grantedBytes); } };
  }

  /** Pages that are granted for so many bytes. */
  private pagesOf(bytes: number): number {
    const pages = pagesFor(bytes, this.pageBytes);
    return this.exact ? pages : 2 ** orderFor(pages);
  }

  private orderOf(pages: number, align: number | undefined): number {
    const order = orderFor(pages);
    return align === undefined ? order : Math.max(order, alignmentOrder(align, this.pageBytes));
  }

  private take(pfn: number, order: number, pages: number, bytes: number, gfp: number): H {
    const { pageBytes } = this;
    if (pages !== 2 ** order) this.mm.trim(pfn, order, pages);
    this.servedCount++;
    this.used += bytes;
    this.granted += pages * pageBytes;
    const handle = this.handle(pfn * pageBytes, bytes, pages * pageBytes);
    if ((gfp & __GFP_ZERO) !== 0) this.zeroOrFree(handle);
    return handle;
  }

  private zeroOrFree(handle: H): void {
    try {
      this.zero(handle);
    } catch (error) {
      handle.free();
      throw error;
    }
  }

  private release(offset: number, byteLength: number, grantedBytes: number): void {
    const { mm, pageBytes } = this;
    this.freedCount++;
    this.used -= byteLength;
    this.granted -= grantedBytes;
    // The blocks that `trim` left, largest first.
    for (let at = offset / pageBytes, pages = grantedBytes / pageBytes; pages > 0;) {
      const order = 31 - Math.clz32(pages);
      mm.free(at, order);
      at += 2 ** order;
      pages -= 2 ** order;
    }
  }

  private refuse(refusal: Refusal, bytes: number, origin: Origin | null): ArenaRefusal {
    const { gfp, reason } = refusal;
    this.refusedCount++;
    const inBytes = refusalInBytes(refusal, bytes, this.pageBytes, this.freeBytes, growthFor(reason, gfp, this.growth.verdict));
    if (origin !== null) this.onFailure?.(eventInBytes(this.mm.eventOf(refusal, origin), inBytes, this.pageBytes));
    return inBytes;
  }

  private growFor(order: number): boolean {
    const zone = this.memInfo().zones[0];
    const short = 2 ** order + (zone?.minPages ?? 0) - (zone?.freePages ?? 0);
    return this.addPages(this.growth.pagesNeeded(order, short), true) > 0;
  }

  /** Makes memory longer and gives it to the allocator; returns the pages that came. */
  private addPages(least: number, more: boolean): number {
    const { growth, mm } = this;
    const pages = growth.extend(least, more);
    if (pages === 0) return 0;
    try {
      mm.addMemory(ZONE, pages);
    } catch (error) {
      // No memory for what the allocator knows of its pages: they are there for the next attempt.
      if (error instanceof RangeError || (error instanceof MisuseError && error.code === 'ARENA_SIZE')) return growth.none('refused');
      throw error;
    }
    growth.adopt(pages);
    return pages;
  }
}

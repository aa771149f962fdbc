import { NO_PAGE } from '@nopage/buddy';
import type { FailureEvent, MayWait } from '@nopage/gfp';
import { BlockRequests, type MayFail } from './block-requests.js';
import { MmError } from './errors.js';
import { eventOf, type Origin, type Outcome, type Refusal } from './failure/failure.js';
import { captureOrigin } from './failure/origin.js';
import { trimBlock } from './free/trim.js';
import type { Memory } from './memory.js';
import { resolveOptions, type AllocatorSettings, type PageAllocatorOptions, type Resolved, type SeamOptions, type WaitOptions } from './options.js';
import { drainZone } from './pcp/pcp-lists.js';
import { runKswapd, type KswapdRun } from './reclaim/kswapd.js';
import { Shrinkers, type Shrinker } from './reclaim/shrinkers.js';
import { assertRequest, highestZone } from './request/assert-request.js';
import { assertFrameArray, assertFreeable, lengthOf, takeBulk } from './request/bulk.js';
import { injects } from './request/fault-point.js';
import { checkMemory } from './state/check.js';
import { dumpState } from './state/dump-state.js';
import { assertZones, loadState } from './state/load-state.js';
import { largestFreeOrder, memInfoOf, type MemInfo } from './state/mem-info.js';
import { restoreMemory, snapshotMemory, type MemorySnapshot } from './state/snapshot.js';
import type { AllocatorState, ZoneNumbers } from './state/state.js';
import { buildMemory } from './zones/build-zones.js';
import { addZoneMemory } from './zones/hot-add.js';
import { MovablePages } from './zones/movable-pages.js';
import { namedVmCounters } from './zones/vm-counters.js';
import { setupZones } from './zones/zone-watermarks.js';
import { zoneKinds } from './zones/zonelist.js';

/**
 * The page allocator of a Linux kernel: zones with watermarks and reserves, pages grouped by mobility, per-CPU lists, a
 * slow path that reclaims and compacts.
 *
 * Running out is a result ({@link NO_PAGE} or a {@link Refusal}); a call that no correct program makes throws, and the
 * allocator is as it was. The way of a request that is served allocates no object.
 */
export class PageAllocator extends BlockRequests {
  private readonly resolved: Resolved;

  /**
   * @throws {MmError} `BAD_OPTION`, `BAD_ZONES`, `UNKNOWN_PROFILE`; `MisuseError` of `@nopage/buddy` for a size that no
   *   arena can have.
   */
  constructor(options: PageAllocatorOptions);
  /** @internal */
  constructor(options: SeamOptions, memory: Memory, resolved: Resolved);
  constructor(options: PageAllocatorOptions | SeamOptions, memory?: Memory, resolved?: Resolved) {
    const settings = resolved ?? resolveFor(options as PageAllocatorOptions);
    super(memory ?? buildFor(options as PageAllocatorOptions, settings), options);
    this.resolved = settings;
    this.memory.trace = options.trace ?? null;
    this.memory.growMemory = options.growMemory ?? null;
    this.memory.outOfMemory = options.outOfMemory ?? null;
    this.memory.onKswapdWanted = options.onKswapdWanted ?? null;
    if (options.shrinkers !== undefined && options.shrinkers.length > 0) this.memory.shrinkers = new Shrinkers(options.shrinkers);
    if (options.movePages !== undefined) this.enableMoving(options.movePages);
    this.memory.layLanes();
  }

  /**
   * An allocator that stands as a state says, list by list. Frames that are on no list are in use and can be freed with
   * whatever order they have. Watermarks and limits are the state's own until settings change.
   *
   * @throws {MmError} `BAD_STATE` when the state contradicts itself.
   */
  static fromState(state: AllocatorState, options: Omit<PageAllocatorOptions, 'zones'> = {}): PageAllocator {
    assertZones(state);
    const resolved = resolveOptions(options, zoneKinds(state.zones));
    return new PageAllocator(options, loadState(resolved.profile, state, resolved.geometry, resolved.boostFactor), resolved);
  }

  /** The profile's name. */
  get profile(): string {
    return this.memory.profile.name;
  }

  /**
   * Takes a block, waiting for it if need be: shrinkers are awaited, and a request that must not fail easily (order 0
   * to 3 without `__GFP_NORETRY` or `__GFP_RETRY_MAYFAIL`, or any with `__GFP_NOFAIL`) then waits for memory to be
   * freed, first come first served among requests of equal rights.
   *
   * @returns The frame, or why there is none. Aborting is a refusal, not an exception.
   * @throws {MmError} As a rejection: `BAD_GFP`, `ORDER_RANGE`, `MUST_NOT_WAIT`.
   */
  async allocWait(gfp: MayWait, order = 0, { signal }: WaitOptions = {}): Promise<Outcome> {
    const { memory, queue } = this;
    assertRequest(memory, gfp, order, 'waiting');
    const stack = this.onFailure === null ? null : captureOrigin(this, 'allocWait', null);
    const outcome = await queue.alloc(gfp, order, signal, this.fault);
    if (outcome.ok) this.noteMovable(outcome.pfn, gfp, order);
    else if (this.onFailure !== null && stack !== null) this.onFailure(eventOf(memory, outcome, this.clock?.() ?? null, { ...stack, site: this.siteOf?.() ?? stack.site }));
    return outcome;
  }

  /**
   * Takes up to `count` single pages with one look at the watermarks for all.
   *
   * @returns Frames written to the front of `out`; fewer than asked when a zone ran dry. Of none, `onFailure` has been
   *   told.
   * @throws {MmError} `BAD_GFP`; `ARRAY_TYPE`; `PAGES_RANGE` when `count` is not 0 to `out.length`.
   */
  allocBulk(gfp: MayFail, out: Int32Array, count: number = lengthOf(out)): number {
    const { memory } = this;
    const highest = highestZone(memory, gfp);
    assertFrameArray(out, count);
    let taken = 0;
    if (count > 1) {
      if (injects(this.fault, gfp, 0)) {
        this.refuse('injected');
        this.failed(gfp, 0, 'allocBulk');
        return 0;
      }
      taken = takeBulk(memory, gfp >> 3 & 3, highest, out, count);
      for (let i = 0; i < taken && memory.movePages !== null; i++) this.noteMovable(out[i]!, gfp, 0);
    }
    if (taken > 0 || count === 0) return taken;
    const pfn = this.request(gfp, 0);
    if (pfn === NO_PAGE) {
      this.failed(gfp, 0, 'allocBulk');
      return 0;
    }
    out[0] = pfn;
    return 1;
  }

  /**
   * Frees the first `count` of `pfns`, each a single page.
   *
   * @throws {MmError} `ARRAY_TYPE`; `PAGES_RANGE` when `count` is not 0 to `pfns.length`. As {@link free} for a frame that
   *   can't be freed or is there twice, and none has been.
   */
  freeBulk(pfns: Int32Array, count: number = lengthOf(pfns)): void {
    assertFrameArray(pfns, count);
    assertFreeable(this.memory, pfns, count);
    for (let i = 0; i < count; i++) this.free(pfns[i]!, 0);
  }

  /** Makes a held block into `2 ** order` held single pages. @throws As {@link free}. */
  split(pfn: number, order: number): void {
    this.findZone(pfn, order).buddy.split(pfn, order);
  }

  /** Gives every per-CPU list back to its zone. */
  drain(): void {
    for (const zone of this.memory.zones) drainZone(this.memory, zone);
    if (this.memory.waiting > 0) this.queue.serve();
  }

  /** What the allocator was made with, defaults in place. */
  get settings(): AllocatorSettings {
    const { geometry, boostFactor, profile } = this.resolved;
    return { profile: profile.name, ...geometry, hugeOrder: geometry.hugeOrder ?? null, cachesPages: geometry.hugeOrder !== undefined, watermarkBoostFactor: boostFactor, movesPages: this.memory.movePages !== null };
  }

  /** Is kswapd wanted: has a request met low memory since it last got everything in balance? */
  get kswapdWanted(): boolean {
    return this.memory.kswapdWanted;
  }

  /** Reclaims in the background, one run: with shrinkers that answer at once. */
  kswapd(): KswapdRun {
    const run = runKswapd(this.memory);
    if (this.memory.waiting > 0) this.queue.serve();
    return run;
  }

  /** Requests that wait for memory. */
  get waiting(): number {
    return this.memory.waiting;
  }

  addShrinker(shrinker: Shrinker): void {
    (this.memory.shrinkers ??= new Shrinkers([])).add(shrinker);
  }

  removeShrinker(shrinker: Shrinker): void {
    this.memory.shrinkers?.remove(shrinker);
  }

  /**
   * Adds frames behind a zone's last one; watermarks and reserves of every zone follow.
   *
   * @param pages - 1 or more; the zone's new frames are movable and free.
   * @param node - Whose zone of that name.
   * @throws {MmError} `PAGES_RANGE`; `BAD_ZONES` when there is no such zone, or the frames reach into the next one;
   *   `MisuseError` `ARENA_SIZE` of `@nopage/buddy` when the zone would be larger than any. Nothing has changed then.
   */
  addMemory(zoneName: string, pages: number, node = 0): void {
    addZoneMemory(this.memory, zoneName, pages, node, this.resolved);
    if (this.memory.waiting > 0) this.queue.serve();
  }

  memInfo(): MemInfo {
    return memInfoOf(this.memory);
  }

  /** Counters since construction, by the names of /proc/vmstat. */
  vmstat(): Record<string, number> {
    return namedVmCounters(this.memory.vm, this.memory.zones);
  }

  /** Zones, lists and counters as plain data: what recordings hold and states are compared by. */
  state(): AllocatorState {
    return dumpState(this.memory);
  }

  /** The numbers of one zone by its index, without its lists; null when there is none. A live view, to be read only. */
  zoneNumbers(index: number): ZoneNumbers | null {
    return this.memory.zones[index] ?? null;
  }

  /** Every broken invariant as text; `[]` when all is sound. O(pages). */
  check(): string[] {
    return checkMemory(this.memory);
  }

  /** A copy of everything; plain data that survives `structuredClone`. Requests that wait are not in it. */
  snapshot(): MemorySnapshot {
    return snapshotMemory(this.memory);
  }

  /** Becomes what `snapshot` was taken of. @throws {MmError} `BAD_STATE` when it is of another allocator or broken. */
  restore(snapshot: MemorySnapshot): void {
    restoreMemory(this.memory, snapshot);
  }

  /**
   * Gives back all but the first `pages` pages of a held block. What stays is held as the blocks that `pages` is made
   * of, largest first (5 pages: one of order 2, then one of order 0): free each by itself.
   *
   * @throws {MmError} `PAGES_RANGE`, and as {@link free}.
   */
  trim(pfn: number, order: number, pages: number): void {
    trimBlock(this.memory, this.findZone(pfn, order), pfn, order, pages);
    if (this.memory.waiting > 0) this.queue.serve();
  }

  /** The largest order that has a free block; -1 when nothing is free. Makes no object. */
  largestFreeOrder(): number {
    return largestFreeOrder(this.memory);
  }

  /** The event of a refusal, for an allocator on top of this one that tells of its own callers. */
  eventOf(refusal: Refusal, origin: Origin): FailureEvent {
    return eventOf(this.memory, refusal, this.clock?.() ?? null, origin);
  }

  private enableMoving(movePages: NonNullable<SeamOptions['movePages']>): void {
    this.memory.movePages = movePages;
    for (const zone of this.memory.zones) zone.movable ??= new MovablePages(zone.buddy.basePfn, zone.endPfn - zone.buddy.basePfn);
  }
}

function resolveFor(options: PageAllocatorOptions): Resolved {
  if (!Array.isArray(options.zones)) throw new MmError('BAD_ZONES', 'zones is a list of zones');
  return resolveOptions(options, zoneKinds(options.zones));
}

function buildFor({ zones }: PageAllocatorOptions, { profile, geometry, boostFactor, sysctls }: Resolved): Memory {
  const memory = buildMemory(profile, zones, geometry, boostFactor);
  setupZones(memory, sysctls);
  return memory;
}

import { __GFP_NOFAIL, AllocFlag, zoneTable, type WatermarkRules, type ZoneName } from '@nopage/gfp';
import type { Profile } from './profiles/profile.js';
import type { MovePages } from './reclaim/compaction.js';
import type { GrowMemory, OutOfMemory } from './reclaim/direct-reclaim.js';
import type { Shrinkers } from './reclaim/shrinkers.js';
import type { AllocatorTrace } from './trace.js';
import { vmCounters } from './zones/vm-counters.js';
import type { Zone } from './zones/zone.js';
import { zoneKinds } from './zones/zonelist.js';

/** No zone for any of the five low bits of a word, which say what zones it may use and what it will hold. */
const NO_LANES: readonly null[] = Array.from({ length: 32 }, () => null);

/**
 * What the rooms of one allocator share: its zones, the order in which requests try them, its settings and counters.
 * Plain fields; `PageAllocator` is the door.
 */
export class Memory {
  readonly profile: Profile;
  readonly rules: WatermarkRules;
  /** By index, those without memory included. */
  readonly zones: readonly Zone[];
  /** The kinds of its zones, each once; a rank is a place here. */
  readonly kinds: readonly string[];
  /** Rank of a request's highest zone by the low four bits of its word; -1 for bits that exclude one another. */
  readonly zoneOfBits: Int8Array;
  /** Largest order of any block. */
  readonly maxOrder: number;
  /** Bits that mean something in the profile's era. */
  readonly knownBits: number;
  /** Bits that a request can't have, or has to be looked at for. */
  readonly suspectBits: number;
  /** By the rank of a request's highest zone: the zones to try, in order. */
  zonelists: readonly (readonly Zone[])[] = [];
  /**
   * By the low five bits of a word: the first zone that it tries. Null when it has none, when it contradicts itself, and
   * as long as the allocator is {@link attended}.
   */
  lanes: readonly (Zone | null)[] = NO_LANES;
  /** Told when nobody may go on to a zone that was noted before. */
  onLanesLaid: (() => void) | null = null;
  /** By the rank of a request's highest zone: the flags that every request of it starts with. */
  readonly fastFlags: Int32Array;
  readonly vm: Float64Array = vmCounters();
  trace: AllocatorTrace | null = null;
  shrinkers: Shrinkers | null = null;
  movePages: MovePages | null = null;
  growMemory: GrowMemory | null = null;
  outOfMemory: OutOfMemory | null = null;
  /** Requests that wait for memory. */
  waiting = 0;
  /** Bits of `TaskFlag` for whoever asks now: while a shrinker runs, its requests free memory. */
  task = 0;
  /** Rank of the zone Normal, below which nothing is killed for a request; 0 when there is none. */
  readonly normalRank: number;

  /** Hundredths of a percent of the high watermark that a zone can be boosted by; 0 for never. */
  watermarkBoostFactor: number;
  readonly boostClearingFlags: number;
  readonly lastResortFlags: number;

  /** Is kswapd to run, and for which order and highest zone? */
  kswapdWanted = false;
  kswapdOrder = 0;
  kswapdHighest = 0;
  /** Told when kswapd is wanted that was not before. */
  onKswapdWanted: (() => void) | null = null;

  constructor(profile: Profile, zones: readonly Zone[], watermarkBoostFactor: number) {
    this.profile = profile;
    this.rules = profile.rules;
    this.zones = zones;
    this.kinds = zoneKinds(zones);
    for (const zone of zones) zone.rank = this.kinds.indexOf(zone.name);
    this.zoneOfBits = rankOfBits(this.kinds);
    this.fastFlags = new Int32Array(this.kinds.length);
    this.maxOrder = Math.max(...zones.map((zone) => zone.maxOrder));
    this.knownBits = profile.era.known;
    this.suspectBits = ~this.knownBits | __GFP_NOFAIL;
    this.normalRank = Math.max(0, this.kinds.indexOf('Normal'));
    this.watermarkBoostFactor = watermarkBoostFactor;
    this.boostClearingFlags = profile.boostClearingFlags;
    this.lastResortFlags = profile.lastResortFlags;
  }

  /** Is somebody to be told of each block that is taken or comes back: a trace, a mover of pages, one who waits? */
  get attended(): boolean {
    return this.trace !== null || this.movePages !== null || this.waiting > 0;
  }

  /** To be called when {@link attended} or the zonelists have changed. */
  layLanes(): void {
    this.lanes = this.attended ? NO_LANES : NO_LANES.map((_, bits) => this.laneOf(bits));
    this.onLanesLaid?.();
  }

  private laneOf(bits: number): Zone | null {
    const movableAndReclaimable = bits >> 3 === 3;
    return movableAndReclaimable ? null : this.zonelists[this.zoneOfBits[bits & 15]!]?.[0] ?? null;
  }

  /** Asks for kswapd. Source: mm/vmscan.c, wakeup_kswapd(), v6.12. */
  wakeKswapd(zone: Zone, order: number, highest: number, gfp: number): void {
    this.kswapdOrder = Math.max(this.kswapdOrder, order);
    this.kswapdHighest = Math.max(this.kswapdHighest, highest);
    if (this.kswapdWanted) return;
    this.kswapdWanted = true;
    if (this.trace !== null) this.trace.wakeKswapd?.(zone.index, order, gfp);
    if (this.onKswapdWanted !== null) this.onKswapdWanted();
  }

  /**
   * Pages of a zone that reclaim could free.
   * Source: mm/vmscan.c, zone_reclaimable_pages(), v6.12.117.
   */
  reclaimablePages(zone: Zone, freePages: number): number {
    if (this.shrinkers !== null) {
      const pages = this.shrinkers.count();
      if (pages > 0) return Math.min(pages, zone.managedPages);
    }
    return this.profile.freeCountsAsReclaimable ? freePages : 0;
  }

  /** Is a zone's free memory above its high mark, for any request? */
  recovered(zone: Zone): boolean {
    return this.rules.check(zone, 0, zone.highPages + zone.boostPages, this.kinds.length - 1, AllocFlag.WMARK_MIN, zone.freePages, null);
  }
}

/** Rank of a request's highest zone by the low bits of its word. A machine without a zone Normal has one for everything: its last. */
function rankOfBits(kinds: readonly string[]): Int8Array {
  return kinds.includes('Normal') ? zoneTable(kinds as readonly ZoneName[]) : new Int8Array(16).fill(kinds.length - 1);
}

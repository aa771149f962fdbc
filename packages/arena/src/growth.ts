/** Why an arena did not grow for a request, or that it did. */
export type GrowthVerdict =
  | 'grown'
  /** Its memory has one size. */
  | 'fixed'
  /** It would be larger than it may be. */
  | 'at-maximum'
  /** The memory goes on behind the arena: somebody else made it longer, or the arena was given a part of it. */
  | 'not-adjacent'
  /** The runtime had no memory for it, or the owner of the memory said no. */
  | 'refused'
  /** Only a request that may wait, without `__GFP_NORETRY`, makes memory grow. */
  | 'not-allowed'
  /** The request was refused before: by a fault point, for its size, by its signal. */
  | 'not-asked';

/** Memory that an arena lies in. */
export interface Room {
  readonly byteLength: number;
  /** Most bytes that it can have. */
  readonly limitBytes: number;
  /** Makes it at least `toBytes` long; false, and nothing has changed, when that can't be. Null: it has one size. */
  readonly grow: ((toBytes: number) => boolean) | null;
}

export interface GrowthLimits {
  readonly pageBytes: number;
  /** Where the arena begins and ends, and the farthest that it may reach: offsets in the memory. */
  readonly offset: number;
  readonly end: number;
  readonly limit: number;
  /** Where what the arena may take without growth ends: behind it, all is somebody else's. */
  readonly owned: number;
  /** Least that memory grows by for a request; null for a quarter of what there is. */
  readonly growBytes: number | null;
}

/** The far end of an arena: how far it reaches, and how it is moved outwards. Memory that came is never given back. */
export class Growth {
  private readonly room: Room;
  private readonly pageBytes: number;
  private readonly offset: number;
  private readonly limit: number;
  private readonly growBytes: number | null;
  private end: number;
  /** Where memory ended when this arena last made it longer. */
  private owned: number;
  private verdictNow: GrowthVerdict;

  constructor(room: Room, { pageBytes, offset, end, limit, owned, growBytes }: GrowthLimits) {
    this.room = room;
    this.pageBytes = pageBytes;
    this.offset = offset;
    this.limit = limit;
    this.growBytes = growBytes;
    this.end = end;
    this.owned = owned;
    this.verdictNow = room.grow === null ? 'fixed' : 'not-asked';
  }

  /** Bytes from the start of the arena to its end. */
  get byteLength(): number {
    return this.end - this.offset;
  }

  /** How the latest attempt ended. */
  get verdict(): GrowthVerdict {
    return this.verdictNow;
  }

  /**
   * Pages to add so that a block of `order` will be free, at the least; 0 when they would not fit.
   *
   * @param shortPages - What is missing for the request to keep its watermark, whatever the block.
   */
  pagesNeeded(order: number, shortPages: number): number {
    const endPfn = this.end / this.pageBytes;
    const size = 2 ** order;
    const most = Math.floor((this.limit - this.end) / this.pageBytes);
    const whole = Math.max(Math.ceil(endPfn / size) * size + size - endPfn, shortPages);
    if (whole <= most) return whole;
    // The last pages there are might be free, and make up a block with fewer new ones.
    const last = Math.floor(endPfn / size) * size;
    const completing = Math.max(last + size - endPfn, shortPages);
    return last * this.pageBytes >= this.offset && completing <= most ? completing : 0;
  }

  /**
   * Makes memory longer by `least` pages or, with `more`, by what growth for requests comes to; says how many came. They
   * count once they are taken over by {@link Growth.adopt}.
   */
  extend(least: number, more: boolean): number {
    const { room, end, pageBytes } = this;
    const leastEnd = end + least * pageBytes;
    if (room.grow === null) return this.none('fixed');
    if (room.byteLength !== this.owned) return this.none('not-adjacent');
    if (least === 0 || leastEnd > this.limit) return this.none('at-maximum');
    if (leastEnd > this.owned) {
      const step = this.growBytes ?? this.byteLength / 4;
      const wished = more ? Math.max(leastEnd, Math.min(this.limit, end + Math.ceil(step / pageBytes) * pageBytes)) : leastEnd;
      if (!room.grow(wished) && (wished === leastEnd || !room.grow(leastEnd))) return this.none('refused');
      this.owned = room.byteLength;
    }
    return Math.floor((Math.min(this.owned, this.limit) - end) / pageBytes);
  }

  /** Pages that {@link Growth.extend} made room for are the arena's now. */
  adopt(pages: number): void {
    this.end += pages * this.pageBytes;
    this.verdictNow = 'grown';
  }

  /** Notes an attempt that came to nothing. */
  none(verdict: GrowthVerdict): 0 {
    this.verdictNow = verdict;
    return 0;
  }
}

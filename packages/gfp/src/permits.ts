/** How deep into the reserves a request may go, from not at all to the last page. */
export type Reserves = 'none' | 'harder' | 'high' | 'atomic' | 'oom' | 'all';

/** What a request does when the first attempt fails: give up at once, try as usual, try hard, never give up. */
export type Retry = 'none' | 'noretry' | 'default' | 'mayfail' | 'nofail';

/** What a flag word allows, in plain fields. */
export interface Permits {
  /** May the caller sleep (`__GFP_DIRECT_RECLAIM`; up to 4.3 `__GFP_WAIT`)? In JavaScript: may it await? */
  readonly sleep: boolean;
  /** Does it wake kswapd? */
  readonly kswapd: boolean;
  readonly io: boolean;
  readonly fs: boolean;
  /** `harder`: a quarter of min (up to 6.2); `high`: half of min; `atomic`: 5/8 of min; `oom`: half, as a victim; `all`: no watermark at all. */
  readonly reserves: Reserves;
  readonly retry: Retry;
  /** Does a failure print a warning (`__GFP_NOWARN` absent)? */
  readonly warn: boolean;
  /** The highest zone that the word allows, on a machine that has every zone of its kind. */
  readonly highestZone: 'DMA' | 'DMA32' | 'Normal' | 'HighMem' | 'Movable';
  readonly migratetype: 'unmovable' | 'movable' | 'reclaimable';
  /** Only the preferred node (`__GFP_THISNODE`). */
  readonly thisNode: boolean;
  readonly zero: boolean;
  readonly account: boolean;
}

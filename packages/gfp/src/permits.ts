import type { Era } from './era.js';
import { orderOf } from './release.js';

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

/**
 * What a word allows, in plain fields, by the rules of an era. Only the word counts: what a task's own state adds (a
 * real-time task, a victim of the OOM killer, a task inside reclaim) is not in it.
 *
 * Up to 2.4 the two bits of a word that matter are WAIT and, since 2.4.10, FS; there `kswapd` and `warn` are always true.
 */
export function permits(mask: number, era: Era): Permits {
  const has = (name: string): boolean => (mask & (era.bits[name] ?? 0)) !== 0;
  const exists = (name: string): boolean => name in era.bits;
  const sleep = has(exists('__GFP_DIRECT_RECLAIM') ? '__GFP_DIRECT_RECLAIM' : '__GFP_WAIT');
  return {
    sleep,
    kswapd: exists('__GFP_KSWAPD_RECLAIM') ? has('__GFP_KSWAPD_RECLAIM') : !has('__GFP_NO_KSWAPD'),
    io: has('__GFP_IO'),
    fs: has(exists('__GFP_FS') ? '__GFP_FS' : '__GFP_IO'),
    reserves: reservesOf(era, has, exists, sleep),
    retry: retryOf(has, sleep),
    warn: !has('__GFP_NOWARN'),
    highestZone: highestZoneOf(has),
    migratetype: has('__GFP_RECLAIMABLE') ? 'reclaimable' : has('__GFP_MOVABLE') ? 'movable' : 'unmovable',
    thisNode: has('__GFP_THISNODE'),
    zero: has('__GFP_ZERO'),
    account: has('__GFP_ACCOUNT') || has('__GFP_KMEMCG'),
  };
}

type Has = (name: string) => boolean;

/**
 * Up to 4.3 whoever can't wait goes deeper: up to 2.6.35 even with __GFP_NOMEMALLOC, since 3.16 not with __GFP_NO_KSWAPD.
 * From 4.4 to 6.2 __GFP_ATOMIC says it; of a word that may wait, too, the kernel takes it off.
 * An era that spans such a change has its first release's rule.
 */
// mm/page_alloc.c, gfp_to_alloc_flags() and zone_watermark_ok(), of each era
function reservesOf(era: Era, has: Has, exists: Has, sleep: boolean): Reserves {
  // 2.4: mm/page_alloc.c, __alloc_pages(), v2.4.17: pages_min / 4 for whoever can't wait; __GFP_HIGH plays no part.
  if (era.id.startsWith('2.4')) return sleep ? 'none' : 'atomic';
  const nomemalloc = has('__GFP_NOMEMALLOC');
  if (has('__GFP_MEMALLOC') && !nomemalloc) return 'all';
  const harder = !sleep && (exists('__GFP_ATOMIC') ? has('__GFP_ATOMIC') && !nomemalloc : !(since(era, 3, 16) && has('__GFP_NO_KSWAPD')) && (!nomemalloc || !since(era, 2, 6, 36)));
  if (exists('__GFP_DIRECT_RECLAIM') && !exists('__GFP_ATOMIC')) return has('__GFP_HIGH') ? (sleep || nomemalloc ? 'high' : 'atomic') : 'none';
  return has('__GFP_HIGH') ? (harder ? 'atomic' : 'high') : harder ? 'harder' : 'none';
}

function since(era: Era, major: number, minor: number, patch = 0): boolean {
  return era.starts >= orderOf({ major, minor, patch });
}

function retryOf(has: Has, sleep: boolean): Retry {
  if (!sleep) return 'none';
  if (has('__GFP_NOFAIL')) return 'nofail';
  if (has('__GFP_NORETRY')) return 'noretry';
  return has('__GFP_REPEAT') || has('__GFP_RETRY_MAYFAIL') ? 'mayfail' : 'default';
}

/** Bits that exclude one another (a bug of the caller) are read as their lowest zone. */
function highestZoneOf(has: Has): Permits['highestZone'] {
  if (has('__GFP_DMA')) return 'DMA';
  if (has('__GFP_DMA32')) return 'DMA32';
  if (has('__GFP_HIGHMEM')) return has('__GFP_MOVABLE') ? 'Movable' : 'HighMem';
  return 'Normal';
}

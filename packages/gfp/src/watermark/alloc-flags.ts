import type { Era } from '../era.js';

/**
 * What an attempt at allocating may do, in the numbering of 6.12. Up to 6.2 bit 0x10 was called HARDER (a quarter off
 * min, and the reserve for atomic blocks) and bit 0x20 HIGH.
 */
// mm/internal.h, ALLOC_*, v6.12
export const AllocFlag = {
  WMARK_MIN: 0x0,
  WMARK_LOW: 0x1,
  WMARK_HIGH: 0x2,
  WMARK_MASK: 0x3,
  NO_WATERMARKS: 0x4,
  OOM: 0x8,
  NON_BLOCK: 0x10,
  HARDER: 0x10,
  MIN_RESERVE: 0x20,
  HIGH: 0x20,
  CPUSET: 0x40,
  CMA: 0x80,
  NOFRAGMENT: 0x100,
  HIGHATOMIC: 0x200,
  KSWAPD: 0x800,
  /** Since 6.3: any of these may use the free pages of the reserve for atomic blocks. */
  RESERVES: 0x238,
} as const;

/**
 * The flags that the slow path makes of a request, mark included.
 *
 * @param realtimeTask - A real-time task asks, outside interrupt context.
 */
export type SlowPathFlags = (mask: number, order: number, realtimeTask: boolean) => number;

/**
 * The flags that a request is retried with instead of its own when the task may use the reserves; 0 when it may not.
 *
 * @param pfMemalloc - The task frees memory itself (PF_MEMALLOC), and is not interrupted.
 * @param oomVictim - The OOM killer chose the task.
 * @param flags - The request's own flags, whose KSWAPD bit survives.
 */
export type ReserveFlags = (mask: number, pfMemalloc: boolean, oomVictim: boolean, flags: number) => number;

/**
 * Since 6.3.
 *
 * @param anyHighatomic - 6.3 to 6.14 as released: whoever can't wait may use the reserve for atomic blocks, without __GFP_HIGH too.
 */
// mm/page_alloc.c, gfp_to_alloc_flags(), v6.12.117
export function slowPathFlags63(era: Era, anyHighatomic: boolean): SlowPathFlags {
  const bit = bitsOf(era);
  return (mask, order, realtimeTask) => {
    let flags: number = AllocFlag.CPUSET;
    if ((mask & bit.high) !== 0) flags |= AllocFlag.MIN_RESERVE;
    if ((mask & bit.kswapd) !== 0) flags |= AllocFlag.KSWAPD;
    if ((mask & bit.direct) === 0) {
      if ((mask & bit.nomemalloc) === 0) {
        flags |= AllocFlag.NON_BLOCK;
        if (order > 0 && (anyHighatomic || (mask & bit.high) !== 0)) flags |= AllocFlag.HIGHATOMIC;
      }
      if ((mask & bit.high) !== 0) flags &= ~AllocFlag.CPUSET;
    } else if (realtimeTask) {
      flags |= AllocFlag.MIN_RESERVE;
    }
    return (mask & bit.mobility) === bit.movable ? flags | AllocFlag.CMA : flags;
  };
}

/** 4.4 to 6.2: __GFP_ATOMIC is what goes harder; with leave to wait beside it, it is taken off with a warning. */
// mm/page_alloc.c, gfp_to_alloc_flags(), v6.2
export function slowPathFlags44(era: Era): SlowPathFlags {
  const bit = bitsOf(era);
  return (mask, _order, realtimeTask) => {
    let flags: number = AllocFlag.CPUSET;
    if ((mask & bit.high) !== 0) flags |= AllocFlag.HIGH;
    if ((mask & bit.kswapd) !== 0) flags |= AllocFlag.KSWAPD;
    if ((mask & (bit.atomic | bit.direct)) === bit.atomic) {
      if ((mask & bit.nomemalloc) === 0) flags |= AllocFlag.HARDER;
      flags &= ~AllocFlag.CPUSET;
    } else if (realtimeTask) {
      flags |= AllocFlag.HARDER;
    }
    return (mask & bit.mobility) === bit.movable ? flags | AllocFlag.CMA : flags;
  };
}

/**
 * 2.4 to 4.3: whoever can't wait goes harder.
 *
 * @param nomemallocToo - Up to 2.6.35: even with __GFP_NOMEMALLOC.
 * @param noKswapdToo - Up to 3.15: even with __GFP_NO_KSWAPD.
 * @param cma - Since 3.8: movable requests may use CMA pages.
 */
// mm/page_alloc.c, gfp_to_alloc_flags(), v2.6.39
export function slowPathFlags26(era: Era, nomemallocToo: boolean, noKswapdToo: boolean, cma: boolean): SlowPathFlags {
  const bit = bitsOf(era);
  const mustNotWait = noKswapdToo ? bit.wait : bit.wait | bit.noKswapd;
  return (mask, _order, realtimeTask) => {
    let flags: number = AllocFlag.CPUSET;
    if ((mask & bit.high) !== 0) flags |= AllocFlag.HIGH;
    if ((mask & mustNotWait) === 0) {
      if (nomemallocToo || (mask & bit.nomemalloc) === 0) flags |= AllocFlag.HARDER;
      flags &= ~AllocFlag.CPUSET;
    } else if (realtimeTask) {
      flags |= AllocFlag.HARDER;
    }
    return cma && (mask & bit.mobility) === bit.movable ? flags | AllocFlag.CMA : flags;
  };
}

/** @param victimsHaveAll - Up to 4.13 a victim of the OOM killer ignored every mark; since 4.14 it gets half of min. */
// mm/page_alloc.c, __gfp_pfmemalloc_flags(), v6.12
export function reserveFlagsOf(era: Era, victimsHaveAll: boolean): ReserveFlags {
  const bit = bitsOf(era);
  const keep = bit.direct === 0 ? 0 : AllocFlag.KSWAPD;
  return (mask, pfMemalloc, oomVictim, flags) => {
    if ((mask & bit.nomemalloc) !== 0) return 0;
    const right = (mask & bit.memalloc) !== 0 || pfMemalloc ? AllocFlag.NO_WATERMARKS : !oomVictim ? 0 : victimsHaveAll ? AllocFlag.NO_WATERMARKS : AllocFlag.OOM;
    return right === 0 ? 0 : right | (flags & (keep | AllocFlag.CMA));
  };
}

function bitsOf({ bits }: Era): Record<'wait' | 'noKswapd' | 'high' | 'atomic' | 'direct' | 'kswapd' | 'memalloc' | 'nomemalloc' | 'movable' | 'mobility', number> {
  const {
    __GFP_WAIT: wait = 0, __GFP_NO_KSWAPD: noKswapd = 0, __GFP_HIGH: high = 0, __GFP_ATOMIC: atomic = 0, __GFP_DIRECT_RECLAIM: direct = 0,
    __GFP_KSWAPD_RECLAIM: kswapd = 0, __GFP_MEMALLOC: memalloc = 0, __GFP_NOMEMALLOC: nomemalloc = 0, __GFP_MOVABLE: movable = 0, __GFP_RECLAIMABLE: reclaimable = 0,
  } = bits;
  // An era without the bit has a mobility that no mask shows.
  return { wait, noKswapd, high, atomic, direct, kswapd, memalloc, nomemalloc, movable: movable === 0 ? -1 : movable, mobility: movable | reclaimable };
}

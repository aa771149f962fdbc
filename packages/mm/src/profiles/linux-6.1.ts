import { AllocFlag } from '@nopage/gfp';
import { moveAndRetry, renamePageblock } from './move-and-retry.js';
import { fixedHighPcp } from './pcp-fixed-high.js';
import { rulesOf } from './profile-rules.js';
import type { Profile } from './profile.js';

/** The allocator of Linux 6.1.192. */
export function linux61(): Profile {
  return {
    name: 'linux-6.1',
    ...rulesOf('6.1.192'),
    retypeOnMerge: false,
    splitLargeFrees: false,
    fallback: moveAndRetry,
    pcp: fixedHighPcp,
    convertPageblock: renamePageblock,
    reservesLargeBlocks: false,
    countsFreeHighatomic: false,
    probesHighMark: false,
    boostClearingFlags: -1,
    lastResortFlags: AllocFlag.OOM | AllocFlag.NON_BLOCK,
    // Ported back from 6.13, as to 6.12.117.
    freeCountsAsReclaimable: true,
    countsFruitlessReclaimTwice: false,
  };
}

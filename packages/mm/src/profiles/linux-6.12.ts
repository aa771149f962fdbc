import { AllocFlag } from '@nopage/gfp';
import { convertPageblock } from '../zones/pageblocks.js';
import { claimOrSteal } from './claim-or-steal.js';
import { autoTunedPcp } from './pcp-auto-tuned.js';
import { rulesOf } from './profile-rules.js';
import type { Profile } from './profile.js';

/** The allocator of Linux 6.12.117, back-ports of that stable release included. */
export function linux612(): Profile {
  return {
    name: 'linux-6.12',
    ...rulesOf('6.12.117'),
    retypeOnMerge: true,
    splitLargeFrees: true,
    fallback: claimOrSteal,
    pcp: autoTunedPcp,
    convertPageblock,
    reservesLargeBlocks: true,
    countsFreeHighatomic: true,
    probesHighMark: true,
    boostClearingFlags: AllocFlag.KSWAPD,
    lastResortFlags: AllocFlag.OOM | AllocFlag.NON_BLOCK,
    freeCountsAsReclaimable: true,
    countsFruitlessReclaimTwice: true,
  };
}

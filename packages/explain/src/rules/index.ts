import type { Rule } from '../rule.js';
import { allocationStall } from './allocation-stall.js';
import { cmaFailure } from './cma-failure.js';
import { nodeConstraint } from './constraint.js';
import { transient, unknown } from './fallback.js';
import { faultInjected } from './fault-injected.js';
import { fragmentation, latelyFragmented, likelyFragmentation } from './fragmentation.js';
import { noHeadline, suppressedOnly } from './headless.js';
import { cmaHeld, highatomicHeld, lowmemReserve } from './held-back.js';
import { cgroupOom, oomKill } from './oom-kill.js';
import { hugePage, noReservesWanted, nowait, retryNotWanted } from './opportunistic.js';
import { orderTooLarge } from './order-too-large.js';
import { atomicReserve, exhausted, reservesGone, tinyMachine } from './shortage.js';
import { slubCgroup, slubShortage } from './slub-failure.js';
import { tooEarly } from './too-early.js';
import { vmallocPages, vmallocSize, vmallocSpace } from './vmalloc.js';
import { dmaZone, lowmemOf32bit, outOfReach } from './zone-limit.js';

/**
 * The diagnosis, top down. First what is no shortage at all, then what the mask alone decides, then amounts, then
 * fragmentation, then what is left.
 */
export const defaultRules: readonly Rule[] = [
  faultInjected, orderTooLarge, vmallocSize, vmallocSpace, vmallocPages, allocationStall, cgroupOom, slubCgroup, slubShortage, cmaFailure, tooEarly, suppressedOnly,
  hugePage, noHeadline, retryNotWanted, noReservesWanted, nodeConstraint, dmaZone, reservesGone, cmaHeld, tinyMachine, highatomicHeld, lowmemOf32bit, outOfReach, oomKill, nowait, lowmemReserve, atomicReserve, exhausted,
  fragmentation, latelyFragmented, transient, likelyFragmentation, unknown,
];

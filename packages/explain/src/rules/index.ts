import type { Rule } from '../rule.js';
import { allocationStall } from './allocation-stall.js';
import { atomicReserve } from './atomic-reserve.js';
import { cgroupOom } from './cgroup-oom.js';
import { cmaFailure } from './cma-failure.js';
import { cmaHeld } from './cma-held.js';
import { dmaZone } from './dma-zone.js';
import { exhausted } from './exhausted.js';
import { faultInjected } from './fault-injected.js';
import { fragmentation } from './fragmentation.js';
import { highatomicHeld } from './highatomic-held.js';
import { hugePage } from './huge-page.js';
import { latelyFragmented } from './lately-fragmented.js';
import { likelyFragmentation } from './likely-fragmentation.js';
import { lowmemOf32bit } from './lowmem-of-32-bit.js';
import { lowmemReserve } from './lowmem-reserve.js';
import { marksTooHigh } from './marks-too-high.js';
import { memoryHotplug } from './memory-hotplug.js';
import { namedTry } from './named-try.js';
import { noHeadline } from './no-headline.js';
import { noReservesWanted } from './no-reserves-wanted.js';
import { nodeConstraint } from './node-constraint.js';
import { nowait } from './nowait.js';
import { oomByHand } from './oom-by-hand.js';
import { oomOfNodes } from './oom-constraint.js';
import { oomFragmentation } from './oom-fragmentation.js';
import { oomKill } from './oom-kill.js';
import { oomOfFault } from './oom-of-fault.js';
import { orderTooLarge } from './order-too-large.js';
import { outOfReach } from './out-of-reach.js';
import { reservesGone } from './reserves-gone.js';
import { retryNotWanted } from './retry-not-wanted.js';
import { runtimeRefused } from './runtime-refused.js';
import { slubCgroup } from './slub-cgroup.js';
import { slubNode } from './slub-node.js';
import { slubShortage } from './slub-shortage.js';
import { suppressedOnly } from './suppressed-only.js';
import { tinyMachine } from './tiny-machine.js';
import { tooEarly } from './too-early.js';
import { transient } from './transient.js';
import { unknown } from './unknown.js';
import { vmallocPages } from './vmalloc-pages.js';
import { vmallocSize } from './vmalloc-size.js';
import { vmallocSpace } from './vmalloc-space.js';

/**
 * The diagnosis, top down. The order is a part of it: a particular finding comes before the general one that is true as
 * well (a control group that is full kills like a full machine), and one that needs no zones before those that do.
 */
export const defaultRules: readonly Rule[] = [
  // The kind of report says it, or its own words.
  faultInjected, runtimeRefused, orderTooLarge, allocationStall, cmaFailure, suppressedOnly, tooEarly,
  // vmalloc: a size that nothing could serve, then a range without a gap of that size, then the pages.
  vmallocSize, vmallocSpace, vmallocPages,
  // A kill that was not for the whole machine, or not for memory; the others come below.
  cgroupOom, oomByHand, oomOfNodes,
  // A cache: the limit of its group, a node that is not there, then a shortage.
  slubCgroup, slubNode, slubShortage,
  // Whoever has something to fall back on is refused first, and need not care how much was free.
  hugePage, memoryHotplug, noHeadline, retryNotWanted, noReservesWanted, namedTry,
  // What is free where the request may not go does not count.
  nodeConstraint, dmaZone,
  // What there is was kept from it: by a mark that is wrong, by CMA, a reserve, a zone out of reach; or there never was enough.
  marksTooHigh, reservesGone, cmaHeld, tinyMachine, highatomicHeld, lowmemOf32bit, outOfReach,
  // A kill for the whole machine: for a page fault, for a block in one piece, then for memory.
  oomOfFault, oomFragmentation, oomKill,
  // Too little is free: for those without a claim on the reserve before it is touched, for the others when it is gone.
  nowait, lowmemReserve, atomicReserve, exhausted,
  // Enough is free: not in one piece, or not until a moment later; without numbers, what order and mask make likely.
  fragmentation, latelyFragmented, transient, likelyFragmentation,
  unknown,
];

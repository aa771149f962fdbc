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

/** The diagnosis, top down. */
export const defaultRules: readonly Rule[] = [
  // No shortage of pages at all.
  faultInjected, runtimeRefused, orderTooLarge, vmallocSize, vmallocSpace, vmallocPages, allocationStall, cgroupOom, oomByHand, oomOfNodes, slubCgroup, slubNode, slubShortage, cmaFailure, tooEarly, suppressedOnly,
  // What mask and caller decide.
  hugePage, memoryHotplug, noHeadline, retryNotWanted, noReservesWanted, namedTry, nodeConstraint, dmaZone,
  // Amounts: what is held for others, then what is gone.
  marksTooHigh, reservesGone, cmaHeld, tinyMachine, highatomicHeld, lowmemOf32bit, outOfReach, oomFragmentation, oomKill, nowait, lowmemReserve, atomicReserve, exhausted,
  // Enough, but not in one piece; then what is left.
  fragmentation, latelyFragmented, transient, likelyFragmentation, unknown,
];

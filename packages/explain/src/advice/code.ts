import { NEAREST_ROLES, type Role } from '../caller/roles.js';
import type { Advice } from '../explanation.js';
import type { Facts } from '../facts.js';
import { isBefore, isSince } from '../kernel/version.js';
import { cleanText, sizeText } from '../words.js';

/** What the kernel calls with nothing but mutexes held. */
const SETTING_UP: readonly Role[] = ['interface-up', 'ring-change', 'probe', 'module-load', 'mount'];

/** Is it for a device to reach? The work around it (a probe, a resume) may be what names the call path. */
export function isForDma({ path, frames }: Facts): boolean {
  return path?.role === 'dma-buffer' || NEAREST_ROLES.some((entry) => entry.role === 'dma-buffer' && frames.own.some((name) => entry.frames.test(name)));
}

/** For whoever runs the machine and does not own the code, where no machine could meet its request; where the cure is known, the advice to upgrade is. */
export function fromElsewhere({ signatures }: Pick<Facts, 'signatures'>): Advice[] {
  return signatures.some(({ nature }) => nature === 'fault') ? [] : [{
    id: 'other-version', for: 'operator', text: 'No setting of this machine helps. Upgrade the kernel, or the module that asked, and if the newest does it too, report it with the whole trace to whoever maintains it.',
    verify: 'the report does not come back',
  }];
}

/** For whoever owns the code: the request as it should be. */
export function smallerBlocks(facts: Facts): Advice[] {
  const { order, canSleep, pageBytes, path } = facts;
  // Whoever forks, faults or maps huge pages runs no code of his own there.
  if (order === null || order === 0 || path?.role === 'fork' || path?.role === 'page-fault' || path?.role === 'huge-page') return [];
  const size = sizeText(2 ** order * pageBytes);
  if (path?.role === 'without-mmu') {
    return [{
      id: 'smaller-pieces', for: 'developer',
      text: `If the program is yours: without an MMU whatever it asks for in one call has to lie in one piece. Ask for less than ${size} at a time, early, and keep it; see that stack and data of the program are no larger than they must be.`,
    }];
  }
  if (canSleep === false && path !== null && SETTING_UP.includes(path.role)) {
    return [{
      id: 'may-sleep', for: 'developer',
      text: `If the code is yours: ${path.what} is work that may sleep, unless you hold a spinlock there. Ask for the ${size} with GFP_KERNEL${isForDma(facts) ? ' (dma_alloc_coherent() takes it; pci_alloc_consistent() of old never slept)' : ''}, so that the kernel can make room, or take it in smaller blocks.`,
    }];
  }
  if (canSleep === false) {
    return [{
      id: 'order0-atomic', for: 'developer',
      text: `If the code is yours: ${size} in one piece can not be promised to a caller that must not sleep. Use single pages, allocate beforehand, or move the allocation to where it may sleep.`,
    }];
  }
  if (isForDma(facts)) {
    return [{
      id: 'use-scatter-list', for: 'developer',
      text: `If the code is yours: vmalloc() is no way out where a device has to reach the ${size} in one piece. Take it as a scatter list of smaller blocks, or take it early and keep it${order > 3 ? '; __GFP_RETRY_MAYFAIL has the kernel try harder' : ''}.`,
    }];
  }
  const dma = path?.role === 'gpu' || path?.role === 'usb' ? ' For DMA, use a scatter list.' : '';
  return [{
    id: 'use-kvmalloc', for: 'developer',
    text: `If the code is yours: ask for the ${size} with kvmalloc()/kvcalloc(), which falls back to vmalloc, or use a list of single pages.${dma}`,
  }];
}

/**
 * For whoever runs a module that somebody else wrote: the next version of it may ask for less. Not where it is known
 * which one does, and not where the module may be the interrupted task's.
 */
export function askItsOwner({ order, canSleep, pageBytes, module, signatures, frames }: Facts): Advice[] {
  if (module === null || order === null || order <= 3 || signatures.length > 0 || frames.own.length < frames.all.length) return [];
  return [{
    id: 'ask-its-owner', for: 'operator',
    text: `Look for a newer version of ${cleanText(module)} (a newer kernel, where it comes with that), or report this to whoever maintains it: ${sizeText(2 ** order * pageBytes)} in one piece is more than any setting can promise${canSleep === false ? ' to a caller that can not wait' : ''}.`,
  }];
}

/** The caller copes: say so in the mask. */
export function addNowarn(): Advice[] {
  return [{
    id: 'add-nowarn', for: 'developer',
    text: 'If the code is yours and it copes with the failure: add __GFP_NOWARN, so that this report is not printed.',
  }];
}

/** A caller that could sleep and says it can not. */
export function maySleepInstead(): Advice[] {
  return [{
    id: 'may-sleep', for: 'developer',
    text: 'If the code is yours and runs where it may sleep: GFP_KERNEL instead of GFP_ATOMIC lets the kernel free memory first.',
  }];
}

/** What an operator can do about fragmentation. */
export function defragment(facts: Facts): Advice[] {
  const { order, age } = facts;
  // mm/Kconfig: COMPACTION depends on MMU
  if (facts.path?.role === 'without-mmu') {
    return [{
      id: 'drop-cache', for: 'operator', text: 'Without an MMU the kernel can not move memory together. Give the page cache back before the program starts: its pages lie between the free ones.',
      command: 'echo 3 > /proc/sys/vm/drop_caches', cost: 'files are read from the disk or flash again', verify: 'the program starts',
    }];
  }
  // /proc/sys/vm/compact_memory came with v2.6.35; Red Hat put it into its 2.6.32.
  const canCompact = isSince(age, '2.6.35') || /^2\.6\.32-\d.*\.el\d/.test(facts.release?.text ?? '');
  if (isBefore(age, '2.6.35') && !canCompact) return [];
  const once = `Compact memory once${canCompact ? '' : ' (kernels from 2.6.35 on)'}`;
  const advice: Advice[] = [{
    id: 'compact-now', for: 'operator',
    text: facts.canSleep === false
      ? `${once}: if the report stays away for a while, fragmentation was the cause.`
      : `${once}, then repeat what failed: if it works, fragmentation was the cause.`,
    command: 'echo 1 > /proc/sys/vm/compact_memory', cost: 'a short stall; it is a test and a stopgap, not a cure',
    verify: `/proc/buddyinfo shows free blocks in column ${order ?? 0} and above`,
  }];
  if (isSince(age, '5.9')) {
    advice.push({
      id: 'raise-compaction-proactiveness', for: 'operator',
      text: 'Let the kernel compact in the background: vm.compaction_proactiveness from 20 to 50.',
      command: 'sysctl -w vm.compaction_proactiveness=50', persist: "echo 'vm.compaction_proactiveness = 50' > /etc/sysctl.d/60-compaction.conf",
      cost: 'some CPU time of kcompactd', verify: 'compact_daemon_wake in /proc/vmstat grows and the report stays away',
    });
  }
  return advice;
}

/** What nobody loads, or could load earlier. */
const NO_DRIVER: readonly Role[] = ['without-mmu', 'filesystem', 'syscall', 'core-dump', 'namespace', 'fork', 'page-fault', 'huge-page'];

/** Does the report leave room for a driver to have asked, one that can be loaded at another time? */
function mayBeDriver({ path, module, frames }: Facts): boolean {
  if (path === null) return frames.all.length > 0;
  return path.role !== 'mount' && (module !== null || !NO_DRIVER.includes(path.role));
}

/** A block this large is only sure to be had soon after boot. */
export function reserveEarly(facts: Facts): Advice[] {
  const { order, pageBytes } = facts;
  if (order === null || order < 6 || !mayBeDriver(facts)) return [];
  // There is nothing to load early: each new session opens channels to the host, and each needs such a block.
  if (facts.release?.text.includes('microsoft-standard') === true) {
    return [{ id: 'restart-wsl', for: 'operator', text: 'If new sessions still hang: restart the virtual machine (wsl --shutdown, in Windows); blocks this large are easy to get after a start.', cost: 'all that runs in it ends' }];
  }
  return [{
    id: 'allocate-early', for: 'operator',
    text: `${sizeText(2 ** order * pageBytes)} in one piece is easy to get soon after boot and hard later: load the driver early, let it keep its buffers, or ask it for smaller ones (its module options).`,
    verify: 'the device works after days of uptime too',
  }];
}

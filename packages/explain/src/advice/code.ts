import { NEAREST_ROLES, type Role } from '../caller/roles.js';
import type { Advice } from '../explanation.js';
import type { Facts } from '../facts.js';
import { sizeText } from '../words.js';

/** What the kernel calls with nothing but mutexes held. */
const SETTING_UP: readonly Role[] = ['interface-up', 'ring-change', 'probe', 'module-load', 'mount'];

/** Is it for a device to reach? The work around it (a probe, a resume) may be what names the call path. */
export function isForDma({ path, frames }: Facts): boolean {
  return path?.role === 'dma-buffer' || NEAREST_ROLES.some((entry) => entry.role === 'dma-buffer' && frames.own.some((name) => entry.frames.test(name)));
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

import type { Advice } from '../explanation.js';
import type { Facts } from '../facts.js';
import { sizeText } from '../words.js';
import { swapLeft } from '../zones/machine-memory.js';

/** Where did the memory go? The largest holder that the report shows. */
export function findConsumer({ memory, pageBytes, canSleep }: Facts): Advice[] {
  const { managedPages, anonPages, unreclaimableSlabPages, reclaimableSlabPages, slabPages, filePages, unwrittenPages } = memory;
  const share = (part: number | null): number => (managedPages === null || part === null || managedPages === 0 ? 0 : part / managedPages);
  const size = (part: number | null): string => sizeText((part ?? 0) * pageBytes);
  if (share(unreclaimableSlabPages) > 0.3) {
    return [{ id: 'find-slab', for: 'operator', text: `Kernel objects hold ${size(unreclaimableSlabPages)} that can not be freed: see which cache grows.`, command: 'slabtop -o -s c | head -20' }];
  }
  if (share(reclaimableSlabPages) > 0.3) {
    return [{ id: 'find-slab', for: 'operator', text: `Kernel objects that can be freed, as a rule inodes and dentries, hold ${size(reclaimableSlabPages)}; freeing them may wait for the file system. See which cache it is, and what walks so many files (a backup, find, rsync).`, command: 'slabtop -o -s c | head -20' }];
  }
  if (share(slabPages) > 0.3) {
    return [{ id: 'find-slab', for: 'operator', text: `Kernel objects (slab) hold ${size(slabPages)} of ${size(managedPages)}: see which cache grows.`, command: 'slabtop -o -s c | head -20' }];
  }
  if (share(anonPages) > 0.5) {
    return [{ id: 'find-consumer', for: 'operator', text: `Programs hold ${size(anonPages)} of ${size(managedPages)}: find the one that grew, or give it a limit.`, command: 'ps -eo pid,rss,comm --sort=-rss | head' }];
  }
  if (share(filePages) > 0.5 && canSleep === true) {
    const unwritten = share(unwrittenPages) > 0.02 ? `, ${size(unwrittenPages)} of it not written out yet` : '';
    return [{ id: 'find-cache', for: 'operator', text: `Page cache holds ${size(filePages)} of ${size(managedPages)} and could not be freed in time${unwritten}: look for a slow or stuck disk or network file system, for messages of the file system, and for what locks pages.`, command: 'grep -E "Dirty|Writeback|Unevictable|Mlocked" /proc/meminfo; iostat -x 1 3' }];
  }
  const known = share(anonPages) + share(unreclaimableSlabPages) + share(reclaimableSlabPages) + share(filePages);
  if (managedPages !== null && anonPages !== null && known < 0.4) {
    return [{ id: 'find-hidden', for: 'operator', text: `Find what holds the memory: programs, cache and slab account for only ${Math.round(known * 100)} % of it; the rest is with drivers or the kernel (buffers, balloon, huge pages, a cache like that of ZFS, a leak).`, command: 'grep -E "Slab|Unreclaim|PageTables|Percpu|HugePages|Vmalloc" /proc/meminfo' }];
  }
  return [{ id: 'find-consumer', for: 'operator', text: 'Find what holds the memory: the largest processes, then the slab caches.', command: 'ps -eo pid,rss,comm --sort=-rss | head; slabtop -o -s c | head' }];
}

/** Swap helps sleepers; say so when there is none or it is full. */
export function swapAdvice({ memory, canSleep }: Facts): Advice[] {
  const left = swapLeft(memory);
  if (left === 'no swap') return [{ id: 'add-swap', for: 'operator', text: 'There is no swap: idle memory of programs can not be moved out. A few GiB of swap or zram give the kernel room.', cost: 'disk or CPU time when it is used' }];
  if (left === 'full' && canSleep !== false) return [{ id: 'add-swap', for: 'operator', text: 'Swap is full. Add some, or reduce what runs.', cost: 'a slower machine when it is used' }];
  return [];
}

/** Does the kernel itself not fit, before there is any program that could be stopped? */
export function isStarting({ path, memory, comm }: Pick<Facts, 'path' | 'memory' | 'comm'>): boolean {
  return path?.role === 'boot' || (memory.anonPages === 0 && memory.filePages === 0 && /^(?:swapper|kthreadd)/.test(comm ?? ''));
}

/** What to do where the kernel ran out of memory while it was starting. */
export function fitKernel(facts: Facts): Advice[] {
  return [
    ...moreMemory(facts),
    { id: 'fit-kernel', for: 'operator', text: 'Have the kernel need less: a smaller initramfs, and no debugging (KASAN, kmemleak, lockdep). For one that saves crash dumps raise crashkernel=.', cost: 'a reboot' },
  ];
}

/** The machine is too small for what it does. */
export function moreMemory(facts: Facts): Advice[] {
  const { memory, pageBytes, crashKernel } = facts;
  if (crashKernel) {
    return [{
      id: 'bigger-crashkernel', for: 'operator', text: 'The kernel that saves crash dumps has too little memory: reserve more with crashkernel= (with `,low` for DMA), and keep drivers it does not need out of its initramfs.',
      persist: 'crashkernel=512M (or crashkernel=1G,high crashkernel=256M,low) on the kernel command line', cost: 'that memory is not usable otherwise', verify: 'a test dump (echo c > /proc/sysrq-trigger) is written',
    }];
  }
  const { managedPages: total, presentPages: present } = memory;
  const all = total === null || present === null || present < 2 * total ? '' : `; the rest of ${sizeText(present * pageBytes)} was reserved at boot, or is not set up yet: see crashkernel=, huge pages, the initramfs`;
  const has = total === null ? '' : ` (it has ${sizeText(total * pageBytes)}${all})`;
  return [{ id: 'more-memory', for: 'operator', text: `Give the machine more memory${has}${isStarting(facts) ? '' : ' or less to do'}.` }];
}

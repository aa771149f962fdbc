import type { Role } from '../caller/roles.js';
import type { Advice } from '../explanation.js';
import type { Facts } from '../facts.js';
import { isBefore, isSince } from '../kernel/version.js';
import { sizeText } from '../words.js';
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

import type { FailureEvent } from '@nopage/gfp';
import { largerCma } from '../advice/cma.js';
import { isForDma } from '../advice/code.js';
import { defragment } from '../advice/large-blocks.js';
import { moreMemory } from '../advice/machine.js';
import type { Advice } from '../explanation.js';
import type { Facts } from '../facts.js';
import type { Rule } from '../rule.js';
import { shortfallText } from '../zones/nearest-zone.js';

/** Do the zones this request may use hold most of the machine? Then being held to them is no constraint. */
function holdMost({ zones, eligible }: Facts): boolean {
  const managed = (list: Facts['zones']): number => list.reduce((sum, zone) => sum + (zone.state.managedPages ?? zone.state.presentPages ?? zone.state.freePages ?? 0), 0);
  return zones.length > eligible.length && managed(eligible) * 2 > managed(zones);
}

function isDmaWord(event: FailureEvent, facts: Facts): 'DMA' | 'DMA32' | null {
  const highest = facts.permits?.highestZone;
  if (highest === 'DMA' || facts.has('GFP_DMA') || facts.has('__GFP_DMA')) return 'DMA';
  return highest === 'DMA32' ? 'DMA32' : null;
}

/** Without its trace: does the start-up of the kernel ask for the pool that is kept for requests which may not sleep? */
function looksLikePool({ mode, site }: FailureEvent, { frames, comm, order }: Facts): boolean {
  return frames.all.length === 0 && site === null && comm !== null && /^swapper\/\d+$/.test(comm) && order !== null && order > 4 && /^GFP_KERNEL,GFP_DMA(?:32)?$/.test(mode?.names?.join() ?? '');
}

/** The request may only be served from a low zone, and that one has nothing. */
export const dmaZone: Rule = {
  name: 'dma-zone',
  source: 'mm/page_alloc.c, warn_alloc(): has_managed_dma(), v5.17; https://lore.kernel.org/r/CAJ2QiJJgw0Cm=XBeVvOJ8WnWB0Xfv3JEYKTQUovnwrrDw17w9g@mail.gmail.com',
  applies(event, facts) {
    if (event.kind !== 'page-allocation-failure' && event.kind !== 'oom-kill') return null;
    const word = isDmaWord(event, facts);
    if (word === null) return null;
    const poolByShape = looksLikePool(event, facts);
    const pool = poolByShape || facts.frames.all.some((name) => /^_*(?:dma_atomic_pool_init|atomic_pool_expand)$/.test(name));
    // DMA32 is large as a rule: without its numbers a block above order 3 fails for its size first.
    if (word === 'DMA32' && facts.eligible.length === 0 && facts.order !== null && facts.order > 3 && !pool && facts.path?.role !== 'boot') return null;
    const empty = facts.eligible.length > 0 && facts.eligible.every((zone) => zone.verdict.reason === 'no-pages');
    const fragmented = facts.eligible.some((zone) => zone.amountOk === true && zone.blockOk === false);
    if (!empty && (facts.granting.length > 0 || (fragmented && holdMost(facts)))) return null;
    const zone = facts.eligible[0];
    const numbers = !fragmented && zone?.verdict.usablePages != null && zone.verdict.neededPages !== null
      ? [shortfallText(zone.verdict)] : [];
    return {
      cause: 'zone-limit', severity: (!pool && (facts.path?.role === 'boot' || facts.path?.harm === 'broken')) || event.kind === 'oom-kill' || facts.crashKernel ? 'act' : 'watch', confidence: facts.eligible.length > 0 ? 'computed' : 'inferred',
      why: [
        empty || facts.eligible.length === 0
          ? `The request is only for memory in zone ${word}${empty ? ', and that zone has no pages on this machine' : ''}; memory elsewhere does not count.`
          : `The request is only for memory in zone ${word}, and ${fragmented ? 'no block of the size is free' : 'there is too little'} there; free memory elsewhere does not count.`,
        ...numbers,
        ...(poolByShape ? ['The trace is missing; process, mask and size are those of the pool the kernel sets aside at start-up for such requests.'] : []),
      ],
      means: pool
        ? `Devices that reach only zone ${word} and need memory at once will find none set aside; few machines have such a device.`
        : facts.path?.consequence ?? 'The device or driver that needs memory at low addresses does without it, or fails to start.',
      advice: adviceFor(facts, word, { pool, empty, isShort: facts.eligible.length > 0 && !fragmented, arch: event.arch }),
    };
  },
};

interface Case {
  /** It is the kernel's own pool for such requests. */
  readonly pool: boolean;
  /** The zone has no pages. */
  readonly empty: boolean;
  /** It has too few, so that no compaction could make the block. */
  readonly isShort: boolean;
  readonly arch: string | null;
}

function adviceFor(facts: Facts, word: 'DMA' | 'DMA32', { pool, empty, isShort, arch }: Case): readonly Advice[] {
  const { order, path, pageBytes, crashKernel } = facts;
  const atBoot = path?.role === 'boot' && !pool;
  const large = order !== null && order > 3;
  const advice: Advice[] = [];
  if (pool && !empty) {
    advice.push({
      id: 'smaller-dma-pool', for: 'operator', text: 'Nothing needs doing unless a device complains. A smaller pool may fit.', persist: `coherent_pool=${smallerPoolKib(facts)}K on the kernel command line`,
      cost: 'less for drivers that need such memory at once', verify: '`dmesg | grep preallocated` shows a pool for the zone',
    });
  }
  if (empty || crashKernel || atBoot) {
    advice.push({
      id: 'crashkernel-low', for: 'operator', text: 'If this is the kernel that saves crash dumps: reserve memory for it at low addresses too.', persist: 'crashkernel=256M,low beside crashkernel=...,high on the kernel command line',
      cost: 'that memory is not usable otherwise', verify: '`dmesg | grep -i crashkernel` shows a low range',
    });
  }
  if (empty) advice.push({ id: 'upgrade-kernel', for: 'operator', text: 'From kernel 5.17 a machine with an empty DMA zone no longer prints this, and makes its DMA pools only where there are pages.' });
  // The DMA API asks the zone only when the area for contiguous memory has nothing; x86 has no such area as a rule.
  else if (!pool && large && isForDma(facts) && arch !== null && !arch.startsWith('x86')) advice.push(...largerCma(2 ** order * pageBytes));
  if (!pool && !empty && large && !isShort) advice.push(...defragment(facts));
  else if (!pool && !empty) {
    advice.push({
      id: 'lowmem-reserve-ratio', for: 'operator', text: `Keep more of zone ${word} for requests like this: a smaller number in vm.lowmem_reserve_ratio reserves more.`,
      command: 'sysctl vm.lowmem_reserve_ratio; sysctl -w vm.lowmem_reserve_ratio="32 32 32 0 0"', cost: 'ordinary requests can use less of it', verify: 'lowmem_reserve[] in later reports is larger',
    });
  }
  advice.push({ id: 'dma-mask', for: 'developer', text: `If the driver is yours: set the DMA mask the device really has and use the DMA API, instead of ${word === 'DMA' ? 'GFP_DMA' : 'GFP_DMA32'}.` });
  return crashKernel ? [...advice, ...moreMemory(facts)] : advice;
}

/** Half of what was not to be had, and no more than is enough for the few devices that need it. */
const smallerPoolKib = ({ order, pageBytes }: Facts): number => Math.min(512, Math.max(1, 2 ** ((order ?? 9) - 1)) * (pageBytes / 1024));

import type { Rule } from '../rule.js';
import type { ZoneMath } from '../arithmetic.js';
import { raiseMinFree } from '../advice/reserve.js';
import { isSince } from '../version.js';
import { pagesText, zoneText } from '../words.js';

const only = (zone: ZoneMath, letters: RegExp): boolean => zone.amountOk !== false && zone.blockOk === false && zone.bigBlockTypes !== '' && !/[UMER]/.test(zone.bigBlockTypes) && letters.test(zone.bigBlockTypes);

/** Free pages that belong to CMA serve movable requests only. */
export const cmaHeld: Rule = {
  name: 'cma-held',
  source: 'mm/page_alloc.c, __zone_watermark_ok(): ALLOC_CMA, v6.12; https://unix.stackexchange.com/q/593335',
  applies(event, facts) {
    const zone = facts.eligible.find((candidate) => candidate.amountOkWithout.cma || only(candidate, /C/));
    if (zone === undefined || facts.eligible.some((other) => other.verdict.allowed === true)) return null;
    const held = zone.state.freeCmaPages;
    const block = only(zone, /C/);
    return {
      cause: 'cma-held', severity: facts.path?.harm === 'broken' || event.kind === 'oom-kill' ? 'act' : 'watch', confidence: 'computed',
      why: [
        `${zoneText(zone.state)}: ${held === null || held === 0 ? 'the large free blocks' : `${pagesText(held)} of the ${zone.state.freePages ?? '?'} free`} belong to CMA, which lends only to memory that can be moved away again; this request is not of that kind.`,
        block ? 'No other free block is large enough.' : `What is left, ${pagesText(Math.max(zone.verdict.usablePages ?? 0, 0))}, is not more than the ${zone.verdict.neededPages ?? '?'} needed.`,
      ],
      advice: [
        { id: 'cma-size', for: 'operator', text: 'Make the CMA area smaller, so that more memory is for everyone.', command: 'grep Cma /proc/meminfo', persist: 'cma=64M on the kernel command line (or the linux,cma node of the device tree)', cost: 'smaller buffers for the camera, video or display that use it', verify: 'free_cma in later reports is a smaller part of free' },
        ...(facts.order !== null && facts.order > 3 ? [{ id: 'use-dma-api', for: 'developer' as const, text: 'If the code is yours: take a buffer of this size with dma_alloc_coherent(), which can use the CMA area, or make it smaller.' }] : []),
      ],
    };
  },
};

/** Free pages that are kept for atomic requests above order 0. */
export const highatomicHeld: Rule = {
  name: 'highatomic-held',
  source: 'mm/page_alloc.c, reserve_highatomic_pageblock(), v6.12; https://lore.kernel.org/r/20200619235958.11283-1-jaewon31.kim@samsung.com',
  applies(event, facts) {
    if (event.kind !== 'page-allocation-failure') return null;
    // Single pages are not taken from H blocks, whatever the mask: mm/page_alloc.c, rmqueue(), v4.19 to v6.10.
    const mayTakeHigh = facts.order !== 0 && facts.permits?.reserves === 'atomic';
    const allHigh = (zone: ZoneMath): boolean => {
      if (mayTakeHigh) return false;
      const free = zone.state.freeBlocks.filter((blocks) => blocks.count > 0);
      return free.length > 0 && free.every((blocks) => blocks.types === 'H');
    };
    const zone = facts.eligible.find((candidate) => candidate.amountOkWithout.highatomic || only(candidate, /H/) || allHigh(candidate));
    if (zone === undefined || facts.eligible.some((other) => other !== zone && other.verdict.allowed === true)) return null;
    const held = zone.state.freeHighatomicPages ?? zone.state.reservedHighatomicPages;
    return {
      cause: 'highatomic-held', severity: 'watch', confidence: 'computed',
      why: [
        `${zoneText(zone.state)}: ${allHigh(zone) ? 'all free blocks are' : held === null ? 'the free blocks large enough are' : `${pagesText(held)} are`} in the reserve for urgent requests of more than one page (H); this request may not use it.`,
        `So ${zone.state.freePages ?? '?'} pages look free and are not, for this request.`,
      ],
      advice: [
        ...(isSince(facts.release, '6.8') ? [] : [{ id: 'upgrade-kernel', for: 'operator' as const, text: 'Kernels from 6.8 no longer reserve more than 1 % of a small zone this way, and from 5.9 the quick check takes the reserve into account.', cost: 'a reboot' }]),
        ...raiseMinFree(facts),
      ],
    };
  },
};

/** Enough is free, but it is kept from requests that could have used a higher zone. */
export const lowmemReserve: Rule = {
  name: 'lowmem-reserve',
  source: 'mm/page_alloc.c, setup_per_zone_lowmem_reserve(), v6.12',
  applies(event, facts) {
    if (event.kind !== 'page-allocation-failure') return null;
    const kept = facts.eligible.filter((zone) => zone.amountOk === false && zone.amountOkWithout.reserve);
    if (kept.length === 0 || facts.eligible.some((zone) => zone.amountOk !== false)) return null;
    const behind = kept.reduce((sum, zone) => sum + (zone.state.freePages ?? 0), 0);
    const managed = facts.memory.managedPages;
    const free = facts.eligible.reduce((sum, zone) => sum + (zone.state.freePages ?? 0), 0);
    if (managed === null || behind < managed / 50 || behind * 2 < free) return null;
    const zone = kept.reduce((most, next) => ((next.state.freePages ?? 0) > (most.state.freePages ?? 0) ? next : most));
    return {
      cause: 'lowmem-reserve', severity: 'watch', confidence: 'computed',
      why: [
        `${zoneText(zone.state)} has ${pagesText(zone.state.freePages ?? 0)} free, but ${zone.reservePages} of them are kept for requests that can use no higher zone; this one could have.`,
        `More than ${zone.verdict.neededPages ?? 0} would have to be free there, and the zones it prefers are below their marks.`,
      ],
      advice: [
        ...raiseMinFree(facts),
        { id: 'lowmem-reserve-ratio', for: 'operator', text: 'On a small machine the reserve can be made smaller: a larger number in vm.lowmem_reserve_ratio keeps less.', command: 'sysctl vm.lowmem_reserve_ratio; sysctl -w vm.lowmem_reserve_ratio="512 512 32 0 0"', cost: 'devices that need low addresses may find none', verify: 'lowmem_reserve[] in later reports is smaller' },
      ],
    };
  },
};

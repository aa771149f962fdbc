import type { FailureEvent } from '@nopage/gfp';
import type { Advice } from '../explanation.js';
import type { Facts } from '../facts.js';
import type { Finding, Rule } from '../rule.js';
import { pagesText, zoneText } from '../words.js';
import { blocksAlone } from '../zones/blocks-alone.js';
import { isLargePart } from '../zones/free-pages.js';
import { onlyBlocksOf } from '../zones/zone-amounts.js';

/** Free pages that belong to CMA serve movable requests only. */
export const cmaHeld: Rule = {
  name: 'cma-held',
  source: 'mm/page_alloc.c, __zone_watermark_ok(): ALLOC_CMA, v6.12; https://unix.stackexchange.com/q/593335',
  applies(event, facts) {
    if (facts.granting.length > 0) return null;
    const zone = facts.eligible.find((candidate) => (candidate.amountOkWithout.cma && isLargePart(candidate.state.freeCmaPages ?? Infinity, candidate.state)) || onlyBlocksOf(candidate, /C/));
    if (zone === undefined) return byTheLists(event, facts);
    const held = zone.state.freeCmaPages;
    const block = onlyBlocksOf(zone, /C/);
    return {
      cause: 'cma-held', severity: severityOf(event, facts), confidence: 'computed',
      why: [
        `${zoneText(zone.state)}: ${held === null || held === 0 ? 'the large free blocks' : `${pagesText(held)} of the ${zone.state.freePages ?? '?'} free`} belong to ${LENDS}`,
        block ? 'No other free block is large enough.' : `What is left, ${pagesText(Math.max(zone.verdict.usablePages ?? 0, 0))}, is not more than the ${zone.verdict.neededPages ?? '?'} needed.`,
      ],
      advice: adviceFor(event, facts),
    };
  },
};

const LENDS = 'CMA, which lends only to memory that can be moved away again; this request is not of that kind.';

function severityOf(event: FailureEvent, { path }: Facts): Finding['severity'] {
  return path?.harm === 'broken' || event.kind === 'oom-kill' ? 'act' : 'watch';
}

/** Where the lines with the numbers are left out: by the blocks of the zones that hold most of what is free. */
function byTheLists(event: FailureEvent, facts: Facts): Finding | null {
  const alone = blocksAlone(facts);
  if (alone === null || facts.permits?.migratetype === 'movable' || alone.cmaPages * 2 <= alone.freePages) return null;
  return {
    cause: 'cma-held', severity: severityOf(event, facts), confidence: 'inferred',
    why: [`${pagesText(alone.cmaPages)} of the ${alone.freePages} listed as free belong to ${LENDS}`],
    advice: adviceFor(event, facts),
  };
}

function adviceFor(event: FailureEvent, facts: Facts): Advice[] {
  return [
    {
      id: 'cma-size', for: 'operator', text: 'Make the CMA area smaller, so that more memory is for everyone.', command: 'grep Cma /proc/meminfo',
      persist: `${smallerArea(event.memory['cma_reserved'], facts.pageBytes)} on the kernel command line (or the linux,cma node of the device tree)`,
      cost: 'smaller buffers for the camera, video or display that use it', verify: 'free_cma in later reports is a smaller part of free',
    },
    ...(facts.order !== null && facts.order > 3 ? [{ id: 'use-dma-api', for: 'developer' as const, text: 'If the code is yours: take a buffer of this size with dma_alloc_coherent(), which can use the CMA area, or make it smaller.' }] : []),
  ];
}

/** Half of the area, where the report says how large it is. */
function smallerArea(pages: number | undefined, pageBytes: number): string {
  const mib = Math.floor(((pages ?? 0) * pageBytes) / 2 / (1 << 20));
  return mib >= 1 ? `cma=${mib}M` : 'cma= with half of CmaTotal';
}

import { collectMore } from '../advice/collect-more.js';
import { findConsumer } from '../advice/machine.js';
import type { Rule } from '../rule.js';
import { pagesText, zoneText } from '../words.js';
import { allShort, nothingToFree, topZones } from '../zones/zone-amounts.js';
import type { ZoneMath } from '../zones/zone-math.js';

/** Is less free than even urgent callers may take, which is 3/8 of min? Then only who frees memory for others goes on. */
// mm/page_alloc.c, __zone_watermark_ok(): min -= min / 2, then min -= min / 4, v2.6.13 to v6.2
function isDrained({ state: { freePages, minPages } }: ZoneMath): boolean {
  return freePages !== null && minPages !== null && freePages * 8 < minPages * 3;
}

/** The memory part of a report whose headline is gone. */
export const noHeadline: Rule = {
  name: 'no-headline',
  source: 'mm/show_mem.c, __show_mem(), v6.12',
  applies(event, facts) {
    if (event.kind !== 'mem-info' || event.order !== null) return null;
    if (facts.path?.harm === 'absorbed') {
      return {
        cause: 'opportunistic', severity: 'benign', confidence: 'inferred',
        why: [`The headline is missing, but the stack shows ${facts.path.what} (${facts.path.frame ?? ''}), which has a fallback.`], advice: [],
      };
    }
    const tops = topZones(facts);
    const missing = ['its headline (order and mask)'];
    if (allShort(facts)) {
      const nothingLeft = nothingToFree(event, facts), drained = tops.every(isDrained);
      return {
        cause: 'exhausted', severity: nothingLeft || drained ? 'act' : 'watch', confidence: 'guess',
        why: [
          'The headline is missing; every zone is at or below its min mark and what it keeps back, so memory was short when this was printed.',
          ...(nothingLeft ? ['There is next to nothing left that could be freed.'] : []),
          ...(drained ? ['Even the reserve for callers that can not wait was used up.'] : []),
        ],
        advice: [...findConsumer(facts), ...collectMore(missing, facts)],
      };
    }
    const [top] = tops.sort((a, b) => (b.state.managedPages ?? 0) - (a.state.managedPages ?? 0));
    // The kernel's own data can not live in HighMem: what it has itself counts there, however much is free above.
    const least = (top?.state.name === 'HighMem' ? facts.zones.find(({ state }) => state.name === 'Normal') : undefined) ?? top;
    const free = least?.state.freePages ?? 0;
    const high = least?.state.highPages ?? Infinity;
    const ample = least !== undefined && free > high;
    // A trace stands in front of a memory part only where a request was refused, had to wait, or cost a process its life.
    const refused = facts.frames.all.length > 0;
    return {
      cause: 'unknown', severity: ample && !refused ? 'benign' : 'watch', confidence: 'guess',
      why: [
        refused
          ? `The headline is missing; by the trace that is left ${event.site === null ? 'somebody' : `${event.site}()`} asked for what was not there${ample ? ': most likely a block of many pages, as enough single ones were free' : ''}.`
          : 'The headline is missing: without order and mask the numbers can not be judged.',
        ...facts.zones.filter(({ state }) => (state.freeCmaPages ?? 0) * 2 > (state.freePages ?? 0)).map(({ state }) => `${zoneText(state)}: ${pagesText(state.freeCmaPages ?? 0)} of the ${state.freePages ?? 0} free belong to CMA; only memory that can be moved away again may use them.`),
        ...(ample ? [`Memory as such was not short: ${zoneText(least.state)} had ${pagesText(free)} free, more than its high mark of ${high}.`] : []),
      ],
      advice: collectMore(missing, facts),
    };
  },
};

import { lowmemAdvice } from '../advice/lowmem.js';
import type { Facts } from '../facts.js';
import type { Finding, Rule } from '../rule.js';
import { pagesText, sizeText, zoneText } from '../words.js';
import { shortfallText } from '../zones/nearest-zone.js';
import { amountFailed } from '../zones/zone-amounts.js';
import type { ZoneMath } from '../zones/zone-math.js';

/** Is most of the zone page cache and programs' memory, which can be freed? */
function canBeFreed({ state: { counters, managedPages, presentPages } }: ZoneMath): boolean {
  const lists = ['active', 'inactive', 'active_anon', 'inactive_anon', 'active_file', 'inactive_file'];
  const pages = lists.reduce((sum, name) => sum + (counters[name] ?? 0), 0);
  return pages * 2 > (managedPages ?? presentPages ?? Infinity);
}

/** A kill whose request is not told, or its order not: with so much high memory free it can only have been one for low memory. */
function killedBeside({ state: high }: ZoneMath, facts: Facts): Finding | null {
  const normal = facts.zones.find(({ state }) => state.name === 'Normal')?.state;
  const free = high.freePages ?? 0;
  if (normal?.freePages == null || normal.highPages === null || normal.freePages > normal.highPages || free <= 2 * (high.highPages ?? Infinity)) return null;
  return {
    cause: 'zone-limit', severity: 'act', confidence: 'inferred',
    why: [
      `${pagesText(free)} of HighMem were free when a process was killed, so the request was one that HighMem is of no use to: a 32-bit kernel keeps its own data in low memory, and that was used up.`,
      `${zoneText(normal)}: ${pagesText(normal.freePages)} free, no more than its high mark of ${normal.highPages}.`,
    ],
    advice: lowmemAdvice(facts),
  };
}

/** High memory is not in the report, as since 6.1 no zone is that the request may not use: how much of it was free is not told. */
function withoutHighmem(facts: Facts): Finding | null {
  const { eligible, memory, pageBytes, permits } = facts;
  if (!/^(?:DMA|Normal)$/.test(permits?.highestZone ?? '') || !amountFailed(facts) || (facts.canSleep === false && eligible.some(canBeFreed))) return null;
  const normal = eligible.at(-1);
  return {
    cause: 'zone-limit', severity: 'act', confidence: 'inferred',
    why: [
      `A 32-bit kernel can keep its own data only in low memory, and that is used up; its ${sizeText(memory.unlistedHighPages * pageBytes)} of HighMem, which the report leaves out, are of no use to it.`,
      ...(normal ? [shortfallText(normal.verdict)] : []),
    ],
    advice: lowmemAdvice(facts),
  };
}

/** A 32-bit kernel: the memory that is free lies where the kernel can't use it for itself. */
export const lowmemOf32bit: Rule = {
  name: 'lowmem-of-32-bit',
  source: 'Documentation/mm/highmem.rst, v6.12',
  applies(event, facts) {
    const high = facts.zones.find((zone) => zone.state.name === 'HighMem');
    if (high === undefined) return facts.memory.unlistedHighPages > 0 ? withoutHighmem(facts) : null;
    if (event.kind === 'oom-kill' && (facts.permits === null || facts.order === null)) return /^(?:HighMem|Movable)$/.test(facts.permits?.highestZone ?? '') ? null : killedBeside(high, facts);
    if (high.eligible || facts.order === null) return null;
    const free = high.state.freePages ?? 0;
    const low = facts.eligible.filter((zone) => zone.amountOk !== null);
    if (low.length === 0 || low.some((zone) => zone.amountOk === true)) return null;
    // Whoever can not wait came in a burst: low memory is not used up, only not freed in time.
    if (facts.canSleep === false && low.some(canBeFreed)) return null;
    if (free <= 2 * (high.state.minPages ?? 0) + 2 ** facts.order) return null;
    const normal = low.at(-1);
    return {
      cause: 'zone-limit', severity: 'act', confidence: 'computed',
      why: [
        `A 32-bit kernel can keep its own data only in low memory, and that is used up; the ${pagesText(free)} free in HighMem are of no use to it.`,
        ...(normal ? [shortfallText(normal.verdict)] : []),
      ],
      advice: lowmemAdvice(facts),
    };
  },
};

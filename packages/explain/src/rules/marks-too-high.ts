import type { Advice } from '../explanation.js';
import type { Facts } from '../facts.js';
import type { Rule } from '../rule.js';
import { pagesText, sizeText, zoneText } from '../words.js';
import type { ZoneMath } from '../zones/zone-math.js';

/** A kernel sets aside a twentieth of low memory by itself, at most. */
// mm/khugepaged.c, set_recommended_min_free_kbytes(), v6.12: 5 % of lowmem
const MOST_BY_ITSELF = 0.05;
const SET_BY_HAND = 4 * MOST_BY_ITSELF;

interface Held {
  readonly zone: ZoneMath;
  readonly freePages: number;
  readonly minPages: number;
  readonly sizePages: number;
}

/** What a zone keeps back without need; null where min is no more than a kernel's own, or less than that is free. */
function heldBy(zone: ZoneMath, { memory }: Facts): Held | null {
  const { freePages, minPages, boostPages, managedPages, presentPages } = zone.state;
  const sizePages = managedPages ?? presentPages ?? memory.managedPages;
  if (zone.amountOk !== false || freePages === null || minPages === null || sizePages === null || sizePages === 0) return null;
  const unboosted = minPages - (boostPages ?? 0);
  const isHeld = unboosted > sizePages || (unboosted > sizePages * SET_BY_HAND && freePages > sizePages * MOST_BY_ITSELF);
  return isHeld ? { zone, freePages, minPages: unboosted, sizePages } : null;
}

function lowerMinFree({ memory, pageBytes }: Facts): Advice {
  const lowmemKb = ((memory.lowmemPages ?? memory.managedPages ?? 0) * pageBytes) / 1024;
  const kb = Math.max(256, Math.min(1_048_576, Math.round(lowmemKb / 100 / 256) * 256));
  return {
    id: 'lower-min-free-kbytes', for: 'operator', text: `Lower vm.min_free_kbytes to ${kb} (1 % of the memory it is about): so much that programs and page cache may not use helps nobody.`,
    command: `sysctl -w vm.min_free_kbytes=${kb}`, persist: `echo 'vm.min_free_kbytes = ${kb}' > /etc/sysctl.d/60-min-free.conf, and take out the line that sets more`,
    cost: 'a smaller reserve for callers that can not wait', verify: 'free memory falls below the old mark, and the report stays away',
  };
}

const BROKEN_COUNT: Advice = {
  id: 'upgrade-kernel', for: 'operator', text: 'Restart the machine, then use a newer kernel, and report it where the newest does it, too: such counts went wrong where memory was taken out of a running machine, or given back to its host.',
  cost: 'a restart', verify: '`grep -E "^Node|min |managed" /proc/zoneinfo` shows no min larger than managed',
};

/** Memory is free, and a min mark that no kernel sets by itself keeps it back. */
export const marksTooHigh: Rule = {
  name: 'marks-too-high',
  source: 'mm/page_alloc.c, __setup_per_zone_wmarks(), v6.12; a count below zero: "virtio-balloon: fix managed page counts when migrating pages between zones", December 2019',
  applies(event, facts) {
    if ((event.kind !== 'page-allocation-failure' && event.kind !== 'oom-kill') || facts.granting.length > 0) return null;
    const [held] = facts.eligible.flatMap((zone) => heldBy(zone, facts) ?? []).sort((a, b) => b.freePages - a.freePages);
    if (held === undefined) return null;
    const { zone, freePages, minPages, sizePages } = held;
    const name = zoneText(zone.state);
    if (minPages > sizePages) {
      return {
        cause: 'unknown', severity: 'act', confidence: 'computed',
        why: [`${name} wants ${pagesText(minPages)} left free, more than there are (${sizePages}): the kernel's own count is wrong, and no amount of memory would be enough.`],
        advice: [BROKEN_COUNT],
      };
    }
    return {
      cause: 'exhausted', severity: 'act', confidence: 'computed',
      why: [`${name}: ${sizeText(freePages * facts.pageBytes)} are free, but vm.min_free_kbytes keeps ${Math.round((100 * minPages) / sizePages)} % of the zone back. By itself a kernel keeps 5 % at most.`],
      advice: [lowerMinFree(facts)],
    };
  },
};

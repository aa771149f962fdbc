import { higherLimit } from '../advice/cgroup.js';
import { detailText, oomConstraint } from '../event-detail.js';
import type { Rule } from '../rule.js';
import { cleanText } from '../words.js';

/** Was it the account of a control group that was full? Of the charge and the page, the one that is nearer to the kill failed. */
// mm/memcontrol.c: mem_cgroup_out_of_memory() since v2.6.25, often inlined; out_of_memory() alone is the machine's.
function isCharge(frames: readonly string[]): boolean {
  const nearest = frames.find((name) => /^_*(?:mem_cgroup_\w*(?:oom|out_of_memory|charge)\w*|(?:try_)?get_mem_cgroup_from_mm|try_charge\w*|charge_memcg|obj_cgroup_charge\w*|alloc_pages\w*|get_free_pages)$/.test(name));
  return nearest !== undefined && !/^_*(?:alloc_pages|get_free)/.test(nearest);
}

/** A control group reached its own limit: the machine may have plenty. */
export const cgroupOom: Rule = {
  name: 'cgroup-oom',
  source: 'mm/memcontrol.c, mem_cgroup_out_of_memory(), v6.12',
  applies(event, { frames }) {
    const group = cleanText(detailText(event, 'cgroup'));
    if (event.kind !== 'oom-kill' || !(isCharge(frames.all) || event.detail['cgroupLimit'] === true || oomConstraint(event).includes('MEMCG') || group !== '' || typeof event.detail['cgroupLimitKb'] === 'number' || event.reason === 'limit')) return null;
    return {
      cause: 'cgroup-limit', severity: 'act', confidence: 'computed',
      why: [`The control group ${group === '' ? 'of this process' : group} reached its own memory limit; that of the machine was not reached.`],
      advice: higherLimit(group),
    };
  },
};

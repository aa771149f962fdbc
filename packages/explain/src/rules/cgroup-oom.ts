import type { FailureEvent } from '@nopage/gfp';
import { checkGroup, higherLimit } from '../advice/cgroup.js';
import { detailText, oomConstraint } from '../event-detail.js';
import type { Facts } from '../facts.js';
import { mostHeld } from '../message/most-held.js';
import type { Finding, Rule } from '../rule.js';
import { cleanText, LONGEST_PATH, sizeText } from '../words.js';

/** Was it the account of a control group that was full? Of the charge and the page, the one that is nearer to the kill failed. */
// mm/memcontrol.c: mem_cgroup_out_of_memory() since v2.6.25, often inlined; out_of_memory() alone is the machine's.
function isCharge(frames: readonly string[]): boolean {
  const nearest = frames.find((name) => /^_*(?:mem_cgroup_\w*(?:oom|out_of_memory|charge)\w*|(?:try_)?get_mem_cgroup_from_mm|try_charge\w*|charge_memcg|obj_cgroup_charge\w*|alloc_pages\w*|get_free_pages)$/.test(name));
  return nearest !== undefined && !/^_*(?:alloc_pages|get_free)/.test(nearest);
}

/** A pod that asked for as much as it may have; what a node runs for itself is protected further. */
// pkg/kubelet/qos/policy.go, guaranteedOOMScoreAdj: -998, since Kubernetes 1.20 -997
const GUARANTEED_POD: ReadonlySet<unknown> = new Set([-998, -997]);

/** Of a headline alone: is it such as a charge prints, which asks for one page with plain GFP_KERNEL whatever the page is for? */
// mm/memory.c, do_anonymous_page(): mem_cgroup_charge(folio, mm, GFP_KERNEL), v6.12; for the page itself it is GFP_HIGHUSER_MOVABLE
function looksLikeCharge({ detail, mode, zones }: FailureEvent, { frames, order }: Facts): boolean {
  const { oomScoreAdj, victim } = detail;
  return frames.all.length === 0 && zones.length === 0 && order === 0 && victim == null && typeof oomScoreAdj === 'number' && (oomScoreAdj >= 0 || GUARANTEED_POD.has(oomScoreAdj)) && mode?.names?.join() === 'GFP_KERNEL';
}

/** Does the kernel never kill for the machine when it is asked like that? To free memory it would have to enter file systems, and may not. */
// mm/page_alloc.c, __alloc_pages(), v2.6.24; mm/oom_kill.c, out_of_memory(), v4.9 and v6.12. A page fault's own attempt has no mask.
function isForGroupsOnly({ mode, zones }: FailureEvent, facts: Facts): boolean {
  return facts.permits?.fs === false && mode?.mask !== 0 && zones.length === 0 && !facts.has('__GFP_NOFAIL');
}

const likelyCharge = (event: FailureEvent): Finding => ({
  cause: 'cgroup-limit', severity: 'act', confidence: 'guess',
  why: ['Only the headline is left, and it does not say whether the machine or a control group (a container) was full. One page with plain GFP_KERNEL is what a group at its limit asks for; a machine that is full is mostly asked for movable pages.'],
  advice: [...checkGroup(), ...higherLimit('', event.cpuset)],
});

const wentOn = (event: FailureEvent): Finding => ({
  cause: 'cgroup-limit', severity: 'act', confidence: 'inferred',
  why: ['Nobody could be killed: all were protected (oom_score_adj -1000) or dying already. And yet the kernel went on; for the whole machine it would have stopped (panic), so a control group, such as that of a container, was at its limit.'],
  advice: higherLimit('', event.cpuset),
});

const forGroupsOnly = (event: FailureEvent): Finding => ({
  cause: 'cgroup-limit', severity: 'act', confidence: 'inferred',
  why: ['The request may not enter file systems (no __GFP_FS), and for such a one the kernel kills nobody when the machine is full: a control group, such as that of a container, was at its limit.'],
  advice: higherLimit('', event.cpuset),
});

/** ` of 4 GiB`, where the kernel tells the limit, and that it was this one that was full: those of swap and of kernel memory have lines of their own. */
function howMuch({ cgroupUsageKb: usage, cgroupLimitKb: limit }: FailureEvent['detail']): string {
  return typeof usage === 'number' && typeof limit === 'number' && usage > limit * 0.95 ? ` of ${sizeText(limit * 1024)}` : '';
}

/** What the mask tells of a kill whose end is lost. */
function byMask(event: FailureEvent, facts: Facts): Finding | null {
  if (isForGroupsOnly(event, facts)) return forGroupsOnly(event);
  return looksLikeCharge(event, facts) ? likelyCharge(event) : null;
}

/** A control group reached its own limit: the machine may have plenty. */
export const cgroupOom: Rule = {
  name: 'cgroup-oom',
  source: 'mm/memcontrol.c, mem_cgroup_out_of_memory(), v6.12',
  applies(event, facts) {
    if (event.kind !== 'oom-kill') return null;
    const group = cleanText(detailText(event, 'cgroup'), LONGEST_PATH), constraint = oomConstraint(event);
    if (!(isCharge(facts.frames.all) || event.detail['cgroupLimit'] === true || constraint.includes('MEMCG') || group !== '' || typeof event.detail['cgroupLimitKb'] === 'number' || event.reason === 'limit')) {
      if (event.detail['wentOn'] === true && event.order !== -1) return wentOn(event);
      return constraint === '' ? byMask(event, facts) : null;
    }
    return {
      cause: 'cgroup-limit', severity: 'act', confidence: 'computed',
      why: [`The control group ${group === '' ? 'of this process' : group} reached its own memory limit${howMuch(event.detail)}; that of the machine was not reached.`, ...mostHeld(event)],
      advice: higherLimit(group, event.cpuset),
    };
  },
};

import type { FailureEvent } from '@nopage/gfp';
import type { Rule } from '../rule.js';
import { defragment, smallerBlocks } from '../advice/code.js';
import { findConsumer, moreMemory, swapAdvice } from '../advice/machine.js';
import { cleanText, pastePath } from '../words.js';

const text = (event: FailureEvent, key: string): string => {
  const value = event.detail[key];
  return typeof value === 'string' ? value : '';
};

function constraintOf(event: FailureEvent): string {
  return text(event, 'constraint').toUpperCase();
}

/** A control group reached its own limit: the machine may have plenty. */
export const cgroupOom: Rule = {
  name: 'cgroup-oom',
  source: 'mm/memcontrol.c, mem_cgroup_out_of_memory(), v6.12',
  applies(event) {
    const group = cleanText(text(event, 'cgroup'));
    const path = pastePath(group);
    if (event.kind !== 'oom-kill' || !(constraintOf(event).includes('MEMCG') || group !== '' || typeof event.detail['cgroupLimitKb'] === 'number' || event.reason === 'limit')) return null;
    return {
      cause: 'cgroup-limit', severity: 'act', confidence: 'computed',
      why: [`The control group ${group === '' ? 'of this process' : group} reached its own memory limit; that of the machine was not reached.`],
      means: 'A process of that container was killed.',
      advice: [{
        id: 'raise-cgroup-limit', for: 'operator', text: `Raise the memory limit of ${group === '' ? 'the container' : group}, or find what grew in it.`,
        command: path === null ? 'systemd-cgtop -m' : `cat /sys/fs/cgroup${path}/memory.max /sys/fs/cgroup${path}/memory.stat`, verify: 'memory.events: oom_kill stops growing',
      }],
    };
  },
};

/** The OOM killer ran for the whole machine, or for the nodes a task is confined to. */
export const oomKill: Rule = {
  name: 'oom-kill',
  source: 'mm/oom_kill.c, out_of_memory(), v6.12',
  applies(event, facts) {
    if (event.kind !== 'oom-kill') return null;
    if (event.order === -1) {
      return {
        cause: 'unknown', severity: 'benign', confidence: 'computed', why: ['Somebody asked for this kill by hand (order=-1 means SysRq f). It says nothing about memory.'], means: 'One process was killed on request.', advice: [],
      };
    }
    if (/CPUSET|MEMORY_POLICY/.test(constraintOf(event))) {
      return {
        cause: 'constraint', severity: 'act', confidence: 'computed', why: ['The nodes this task is confined to are full, while other nodes may have memory.'], means: 'A process was killed.',
        advice: [{ id: 'widen-cpuset', for: 'operator', text: `Give the task more nodes (cpuset.mems${event.memsAllowed === null ? '' : `, now ${event.memsAllowed}`}, numactl --membind), or less to do.`, command: 'numastat -m; cat /proc/PID/status | grep Mems_allowed' }],
      };
    }
    const cut = facts.eligible.filter((zone) => zone.amountOk !== null);
    if (facts.order !== null && facts.order > 0 && cut.some((zone) => zone.blockOk === false) && cut.every((zone) => zone.verdict.allowed === false)) {
      return {
        cause: 'fragmentation', severity: 'act', confidence: 'computed',
        why: [`Enough memory is free, but no block of order ${facts.order}: the kernel killed a process in the hope of getting one.`],
        means: 'A process was killed for a block of memory in one piece.',
        advice: [...defragment(facts), ...smallerBlocks(facts)],
      };
    }
    const { memory } = facts;
    const noSwap = memory.swapTotalPages === 0 || (memory.swapTotalPages !== null && memory.swapFreePages !== null && memory.swapFreePages < memory.swapTotalPages / 50);
    return {
      cause: 'exhausted', severity: 'act', confidence: event.zones.length > 0 ? 'computed' : 'inferred',
      why: [
        'A request that may sleep found nothing left to free, so the kernel killed a process to go on.',
        ...(noSwap ? [memory.swapTotalPages === 0 ? 'There is no swap.' : 'Swap is full.'] : []),
      ],
      means: 'A process was killed; the one named first only asked at the wrong moment.',
      advice: [...findConsumer(facts), ...swapAdvice(facts), ...moreMemory(facts)],
    };
  },
};

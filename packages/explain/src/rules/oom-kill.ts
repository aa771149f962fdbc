import type { FailureEvent } from '@nopage/gfp';
import { findConsumer, fitKernel, isStarting, moreMemory, swapAdvice } from '../advice/machine.js';
import { oomConstraint } from '../event-detail.js';
import type { Advice } from '../explanation.js';
import { mostHeld, preferred } from '../message/most-held.js';
import type { Rule } from '../rule.js';
import { cleanText, sizeText } from '../words.js';
import { swapLeft } from '../zones/machine-memory.js';
import { whatIsFree, zonesTell } from '../zones/zone-amounts.js';

/** What libvirt names the cpusets of a virtual machine. */
const OF_MACHINE = /^(?:vcpu\d+|emulator|iothread\d+)$/;

/** Without the zones and the end of the report it may have been the limit of a container or a virtual machine that was full. */
function checkLimit(cpuset: string | null): Advice[] {
  const whose = OF_MACHINE.test(cpuset ?? '') ? 'virtual machine' : 'container';
  return [{
    id: 'check-cgroup', for: 'operator', text: `The task is confined to the cpuset "${cleanText(cpuset ?? '')}", as that of a ${whose} is: see first whether a limit of the ${whose} was full. Then the log says "Memory cgroup out of memory" a few lines on.`,
    command: 'dmesg | grep -i "memory cgroup out of memory"',
  }];
}

// mm/oom_kill.c, out_of_memory(): "no killable processes" and then panic(), for a control group without it, v5.0
function whatWasDone({ victim, panic }: FailureEvent['detail'], starting: boolean): string[] {
  const found = 'A request that may sleep found nothing left to free';
  if (starting) return [`${found} while the kernel was still starting: there was no program yet that could have used it up.`];
  if (panic === true) return [`${found}${typeof victim === 'string' ? ': the kernel killed a process, and then stopped' : ', and the kernel stopped'}.`];
  if (victim !== null) return [`${found}, so the kernel killed a process to go on.`];
  return [`${found}, and there was nobody to kill: all were protected (oom_score_adj -1000) or dying already.`, 'For the whole machine a kernel then stops (panic); one that goes on had a control group at its limit.'];
}

/** The OOM killer ran for the whole machine, or for the nodes a task is confined to. */
export const oomKill: Rule = {
  name: 'oom-kill',
  source: 'mm/oom_kill.c, out_of_memory(), v6.12',
  applies(event, facts) {
    if (event.kind !== 'oom-kill') return null;
    const starting = isStarting(facts) && typeof event.detail['victim'] !== 'string';
    const swap = starting ? null : swapLeft(facts.memory);
    const { order } = facts;
    const told = zonesTell(facts);
    const contained = event.cpuset !== null && event.cpuset !== '/' && event.zones.length === 0 && oomConstraint(event) === '';
    const inPieces = !told && order !== null && order > 0;
    return {
      cause: 'exhausted', severity: 'act', confidence: told ? 'computed' : inPieces ? 'guess' : 'inferred',
      why: [
        ...whatWasDone(event.detail, starting),
        ...whatIsFree(facts),
        ...(inPieces ? [`It wanted ${sizeText(2 ** order * facts.pageBytes)} in one piece: there may have been enough in smaller ones, and only the zones (Mem-Info) would tell.`] : []),
        ...(swap === 'no swap' ? ['There is no swap.'] : swap === 'full' ? ['Swap is full.'] : []),
        ...mostHeld(event), ...preferred(event),
      ],
      ...(starting ? { means: 'The kernel can not start: with nobody to kill it stops (panic).' } : {}),
      advice: [...(contained ? checkLimit(event.cpuset) : []), ...(starting ? fitKernel(facts) : [...findConsumer(facts), ...swapAdvice(facts), ...moreMemory(facts)])],
    };
  },
};

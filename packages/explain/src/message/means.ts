import type { FailureEvent } from '@nopage/gfp';
import type { Facts } from '../facts.js';
import type { Finding } from '../rule.js';
import { cleanText, sizeText } from '../words.js';

/** What the failure means for whoever asked: the most particular word that there is on it. */
export function meansOf(event: FailureEvent, finding: Finding, facts: Facts): string {
  const isKill = event.kind === 'oom-kill' || typeof event.detail['victim'] === 'string';
  return meansIfHandled(facts) ?? finding.means ?? (isKill ? killedText(event, finding) : facts.path?.consequence) ?? meansByDefault(event, facts);
}

/** What those who own the code say of it, where they say that it copes. */
function meansIfHandled({ signatures, live }: Facts): string | null {
  const known = signatures.find(({ harmless }) => harmless);
  return known === undefined || live || signatures.some(({ nature }) => nature === 'fault') ? null : `${known.text.charAt(0).toUpperCase()}${known.text.slice(1)}`;
}

/** Who was killed, where the report names the victim. */
function killedText({ detail, comm }: FailureEvent, { cause }: Finding): string {
  const { victim, victimPid: pid } = detail;
  const asker = comm === null ? null : `"${cleanText(comm)}"`;
  const panic = detail['panic'] === true;
  if (panic && typeof victim !== 'string') return 'The kernel stopped (panic): it had nobody to kill, or is set to stop when memory runs out (vm.panic_on_oom).';
  if (victim === null) return `Nobody was killed, because there was nobody left to kill${asker === null ? '' : `; ${asker} got nothing`}.`;
  if (typeof victim !== 'string' || victim === '') return `A process was killed${asker === null ? '' : `, not necessarily ${asker}, which only asked`}.`;
  const killed = `"${cleanText(victim)}"${typeof pid === 'number' ? ` (pid ${pid})` : ''} was killed${victimHeld(detail)}`;
  if (panic) return `${killed}, and then the kernel stopped (panic): nobody was left to kill.`;
  if (asker === null || victim === comm) return `${killed}.`;
  // mm/oom_kill.c, oom_badness(), v6.12: get_mm_counter() of all nodes
  if (cause === 'constraint') return `${killed}, on whichever nodes; only ${asker} and others like it are confined.`;
  return `${killed}; ${asker} only asked at the wrong moment.`;
}

/** How much the victim held: of its own, and where that is the lesser part of files and memory that it shared with others. */
function victimHeld({ victimAnonKb: own, victimFileKb: file, victimShmemKb: shmem }: FailureEvent['detail']): string {
  const kb = (value: unknown): number => (typeof value === 'number' ? value : 0);
  const shared = kb(file) + kb(shmem);
  if (kb(own) + shared === 0) return '';
  if (shared <= kb(own)) return `, which held ${sizeText(kb(own) * 1024)}`;
  return `, which held ${sizeText(kb(own) * 1024)} of its own and ${sizeText(shared * 1024)} of files and shared memory`;
}

function meansByDefault({ kind }: FailureEvent, { canSleep, order, live }: Facts): string {
  if (kind === 'mem-info') return 'Something made the kernel print the state of its memory; the line in front of it, which says what, is missing.';
  if (live) return 'The caller was told that it gets nothing, and why.';
  if (canSleep === false && kind !== 'vmalloc-failure') return order === 0 ? 'Callers that can not wait are built to cope: they retry or drop one packet or request.' : 'The caller has to do without the block; drivers usually retry or drop one request.';
  if (canSleep !== null || kind === 'vmalloc-failure') return 'The operation that asked returns ENOMEM; look for its own message right after the report.';
  return 'Look at the lines right after the report: they say whether anything failed.';
}

import type { FailureEvent } from '@nopage/gfp';
import { detailText } from '../event-detail.js';
import { cleanText, pagesText, sizeText } from '../words.js';

/** Who held most by the list of tasks of a kill, in a sentence; nothing where there is no list, or where it was the one process that was killed. */
export function mostHeld(event: FailureEvent): string[] {
  const { mostHeldProcesses: processes, mostHeldPages: pages, victim } = event.detail, name = detailText(event, 'mostHeldBy');
  if (name === '' || typeof processes !== 'number' || typeof pages !== 'number' || pages === 0 || (processes === 1 && name === victim)) return [];
  const list = event.detail['taskListCut'] === true ? 'what is left of the list of tasks' : 'the list of tasks';
  const size = event.pageBytes === null ? `${pagesText(pages)} (${sizeText(pages * 4096)} where a page has 4 KiB)` : sizeText(pages * event.pageBytes);
  return [processes === 1
    ? `By ${list} "${cleanText(name)}" held most: ${size}.`
    : `By ${list} ${processes} processes "${cleanText(name)}" held most: together up to ${size} (memory that they share is counted for each).`];
}

/** Was the process that was killed put before others by its `oom_score_adj`? */
export function preferred({ detail: { victim, victimScoreAdj: adj } }: FailureEvent): string[] {
  if (typeof victim !== 'string' || typeof adj !== 'number' || adj <= 0) return [];
  return [`"${cleanText(victim)}" was killed sooner than its size alone would have it: its oom_score_adj is ${adj} (0 is usual, 1000 goes first).`];
}

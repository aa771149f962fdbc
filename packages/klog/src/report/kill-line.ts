import { containerLimit } from '../headline/container-limit.js';
import { placementIn, type Placement } from '../headline/placement.js';
import type { Detail } from './detail.js';

/** What the end of an OOM report says of who was killed, and why there. */
export interface Kill {
  /** Enough to know it by without the lines before it: programs of users write of killed processes, too. */
  readonly sure: boolean;
  /** `none`: nobody could be killed. `killed`: somebody was. `chosen`: the line before the killing one (up to 4.19). `faulted`: whose page fault got no page (up to 2.6.28). */
  readonly step: 'faulted' | 'killed' | 'chosen' | 'none' | 'panic' | 'constraint' | 'cgroup';
  readonly detail: Detail;
  /** Where whoever asked may have memory: since 5.0 the line of the constraint says so, and no longer the headline. */
  readonly placement?: Placement;
}

// Some carriers run lines of the kernel together: the next one begins with a capital.
const KILLED = /^(Memory cgroup )?(?:[Oo]ut of [Mm]emory(?: \([^)]*\)| in UB \d+)?: )?(?:OOM )?[Kk]ill(ed)? process +(\d+),?(?: \(|, UID \d+, \()(.*?)\)(?:,?(?: with)? score (\d+))?(?=[ ,.]|[A-Z][a-z]|$)/;
const RSS = /anon-rss:(\d+)kB/;
const FILE_RSS = /file-rss:(\d+)kB/;
const SHMEM_RSS = /shmem-rss:(\d+)kB/;
const ADJ = /oom_score_adj:(-?\d+)$/;
const CONSTRAINT = /^oom-kill:[ \t]?constraint=(\w+)/;
// arch/i386/mm/fault.c, do_page_fault(), v2.4.32
const FAULTED = /^VM: killing process (.{1,15})$/;
const NOBODY = /^(?:Memory cgroup )?[Oo]ut of memory and no killable processes/;
const PANIC = /^Kernel panic - not syncing: (?:System is deadlocked on memory|Out of memory)/i;
// A page that has lost its line breaks goes on with the next line's stamp. Some vendors write `limit of host` for the machine.
const TASK_IN = /^Task in .+? killed as a result of limit of (\/.*?)(?:\[ *\d+\.\d{6}\].*)?$/;
// Cut within the group's path it says that there was one.
const STATS = /^Memory cgroup stats for (.+?)(?:(:)(?: |$)|$)/;
// OpenVZ on 2.6.32.
const CONTAINER = /^Out of memory in UB (\d+):/;
const LIMIT = /^memory: usage (\d+)kB, limit (\d+)kB/;

/** What they all begin with: hardly any other line does. */
const BEGINNINGS = /^(?:oom-kill:|(?:Memory cgroup )?(?:out of memory|kill)|Memory cgroup stats|Kernel panic|memory: usage|Task in |VM: kill)/i;

/** What tells a kill wherever it stands in a line: programs that watch the kernel's log pass it on in their own. */
const PASSED_ON = /(?:Memory cgroup o|\bO)ut of memory: Kill(?:ed)? process \d+ \(/;

/** Reads a line of the end of an OOM report; null for every other line. */
export function parseKill(line: string): Kill | null {
  const at = BEGINNINGS.test(line) ? 0 : line.includes('ut of memory: Kill') ? line.search(PASSED_ON) : -1;
  return at < 0 ? null : parseWords(line.slice(at));
}

function parseWords(text: string): Kill | null {
  if (text.startsWith('oom-kill:')) {
    const found = CONSTRAINT.exec(text);
    if (found === null) return null;
    const memcg = /oom_memcg=([^,]*)/.exec(text), task = /,task=(.*?),pid=(\d+)/.exec(text);
    return { sure: true, step: 'constraint', placement: placementIn(text), detail: { constraint: found[1] ?? null, ...(memcg === null ? {} : { cgroup: memcg[1] ?? null }), ...(task === null ? {} : { victim: task[1] ?? null, victimPid: Number(task[2]) }) } };
  }
  if (NOBODY.test(text)) return { sure: true, step: 'none', detail: { victim: null } };
  if (PANIC.test(text)) return { sure: true, step: 'panic', detail: { panic: true } };
  const stats = STATS.exec(text);
  if (stats !== null) return { sure: true, step: 'cgroup', detail: stats[2] === undefined ? { cgroupLimit: true } : { cgroup: stats[1] ?? null } };
  const limit = LIMIT.exec(text);
  if (limit !== null) return { sure: false, step: 'cgroup', detail: { cgroupUsageKb: Number(limit[1]), cgroupLimitKb: Number(limit[2]) } };
  const container = containerLimit(CONTAINER.exec(text)?.[1]);
  const task = TASK_IN.exec(text);
  if (task !== null) return { sure: true, step: 'cgroup', detail: { cgroup: task[1] ?? null } };
  if (!text.includes('process ')) return container === null ? null : { sure: true, step: 'cgroup', detail: { ...container } };
  const faulted = FAULTED.exec(text);
  if (faulted !== null) return { sure: false, step: 'faulted', detail: { victim: faulted[1] ?? null } };
  const found = KILLED.exec(text.replace(/^(Memory cgroup) out/, '$1 Out'));
  if (found === null) return null;
  const rss = RSS.exec(text), file = FILE_RSS.exec(text), shmem = SHMEM_RSS.exec(text), adj = ADJ.exec(text);
  return {
    sure: text.includes('total-vm:') || /out of memory/i.test(text),
    step: found[2] === undefined ? 'chosen' : 'killed',
    detail: {
      victim: found[4] ?? null, victimPid: Number(found[3]),
      ...(found[1] === undefined ? {} : { cgroupLimit: true }),
      ...container,
      ...(found[5] === undefined ? {} : { victimScore: Number(found[5]) }),
      ...(rss === null ? {} : { victimAnonKb: Number(rss[1]) }),
      ...(file === null ? {} : { victimFileKb: Number(file[1]) }),
      ...(shmem === null ? {} : { victimShmemKb: Number(shmem[1]) }),
      ...(adj === null ? {} : { victimScoreAdj: Number(adj[1]) }),
    },
  };
}

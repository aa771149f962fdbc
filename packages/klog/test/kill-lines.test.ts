import { describe, expect, it } from 'vitest';
import { kernelText, LogParser, parseLog } from '../src/index.js';

const confined = (group: string, task: string, pid: number): string => `oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=${group},mems_allowed=0-1,oom_memcg=/pods/${group},task_memcg=/pods/${group}/main,task=${task},pid=${pid},uid=7`;
const killed = (task: string, pid: number): string => `Memory cgroup out of memory: Killed process ${pid} (${task}) total-vm:81920kB, anon-rss:4096kB, file-rss:0kB, shmem-rss:0kB, UID:7 pgtables:64kB oom_score_adj:9`;
const told = (log: string): readonly unknown[] => parseLog(log).map(({ kind, comm, detail }) => [kind, comm, detail['cgroup'] ?? null, detail['victim'] ?? null, detail['victimPid'] ?? null]);

describe('what is left of kills', () => {
  it('is a kill for each line that says what confined it, as a search for them leaves it', () => {
    expect(told([confined('a', 'alpha', 11), confined('b', 'beta', 12), confined('c', 'gamma', 13)].join('\n'))).toEqual([
      ['oom-kill', null, '/pods/a', 'alpha', 11], ['oom-kill', null, '/pods/b', 'beta', 12], ['oom-kill', null, '/pods/c', 'gamma', 13],
    ]);
  });

  it('is one kill where both its lines are there', () => {
    expect(told([confined('a', 'alpha', 11), killed('alpha', 11), confined('b', 'beta', 12), killed('beta', 12)].join('\n'))).toEqual([
      ['oom-kill', null, '/pods/a', 'alpha', 11], ['oom-kill', null, '/pods/b', 'beta', 12],
    ]);
  });

  it.each([24, 38, 44, 61, 80, 118, 140])('keeps its victim where the line was broken at column %i', (column) => {
    const line = confined('a', 'alpha', 11);
    const broken = (mark: string): string => `${mark}${line.slice(0, column)}\n${mark}${line.slice(column, column + 40)}\n${mark}${line.slice(column + 40)}`;
    for (const mark of ['', '> ']) expect(told(`${broken(mark)}\n${mark}${killed('alpha', 11)}`)).toEqual([['oom-kill', null, '/pods/a', 'alpha', 11]]);
    expect(told(`[  100.000001] ${broken('')}\n[  100.000002] ${killed('alpha', 11)}`)).toEqual([['oom-kill', null, '/pods/a', 'alpha', 11]]);
  });

  it('takes no other word behind a broken line for its rest', () => {
    expect(told('oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),\nhello,task=mallory,pid=3 to all\n')).toEqual([['oom-kill', null, null, null, null]]);
  });

  it('takes nobody else for the one who asked: the stack part of a kill stands before it', () => {
    const warned = ['------------[ cut here ]------------', 'WARNING: CPU: 0 PID: 11 at kernel/gizmo.c:9 gizmo_map+0x1/0x2', 'CPU: 1 PID: 11 Comm: alpha Tainted: G        W         5.17.0 #1', ' gizmo_map+0x1/0x2'];
    expect(parseLog([confined('a', 'alpha', 11), killed('alpha', 11), ...warned].join('\n'))).toMatchObject([{ comm: null, pid: null, stack: [], kernel: '5.17.0' }]);
  });

  it('knows the group by its statistics, also where nobody could be killed', () => {
    const log = ['memory: usage 204800kB, limit 204800kB, failcnt 6901', 'swap: usage 0kB, limit 0kB, failcnt 0', 'Memory cgroup stats for /pods/a: cache:680KB rss:176336KB', 'inactive_anon:708KB', 'unevictable:0KB', 'Tasks state (memory values in pages):', '[  pid  ]   uid  tgid total_vm      rss', 'Out of memory and no killable processes...'];
    expect(parseLog(log.map((line) => `[  100.000001] ${line}`).join('\n'))).toMatchObject([{ kind: 'oom-kill', detail: { cgroup: '/pods/a', victim: null } }]);
  });

  const inContainer = { cgroup: 'UB 301', cgroupLimit: true, victim: 'index.cgi', victimPid: 88 };
  it.each([
    ['who was killed', ['Out of memory in UB 301: OOM killed process 88 (index.cgi) score 0 vm:90000kB, rss:70000kB, swap:500kB'], { comm: null, detail: inContainer }],
    ['broken by a mailer', ['Out of memory in UB 301: OOM ', 'killed process 88 (index.cgi) score 0 vm:90000kB, rss:70000kB, swap:500kB'], { comm: null, detail: inContainer }],
    ['who asked', ['4711 (cron job) invoked oom-killer in ub 301 generation 2 gfp 0x280da', 'Out of memory in UB 301: OOM killed process 88 (index.cgi) score 0 vm:90000kB, rss:70000kB, swap:500kB'], { comm: 'cron job', pid: 4711, mode: { mask: 0x280da }, detail: inContainer }],
    ['the machine', ['4711 (cron) invoked oom-killer in ub 0 generation 2 gfp 0x280da'], { comm: 'cron', detail: { form: 'openvz' } }],
  ])('reads a kill of OpenVZ: %s', (_what, lines, event) => {
    const [, ...next] = lines;
    expect(parseLog([`Jan  2 03:04:05 node kernel: [  100.000001] ${lines[0] ?? ''}`, ...next.map((line) => (line.startsWith('killed') ? line : `Jan  2 03:04:05 node kernel: [  100.000002] ${line}`))].join('\n'))).toMatchObject([{ kind: 'oom-kill', ...event }]);
  });
});

describe('statistics of a group that are cut within its path', () => {
  it('tell of a kill for a group\'s limit, and name no group', () => {
    expect(parseLog('Memory cgroup stats for /pods/a-very-lo')).toMatchObject([{ kind: 'oom-kill', truncated: true }]);
    expect(parseLog('Memory cgroup stats for /pods/a-very-lo').map(({ detail }) => detail)).toEqual([{ cgroupLimit: true }]);
  });
});

describe('a headline and stack parts of two tasks', () => {
  it('has the one that names the same task, whichever comes first', () => {
    const trace = (cpu: number, pid: number, comm: string, frame: string): string[] => [`CPU: ${cpu} PID: ${pid} Comm: ${comm} Kdump: loaded Not tainted 5.4.18 #6`, 'Call Trace:', ` dump_stack+0x1/0x2`, ` ${frame}+0x1/0x2`];
    const own = trace(5, 71, 'lister', 'out_of_memory'), other = trace(3, 55, 'watcher', 'hung_panic');
    for (const traces of [[...own, ...other], [...other, ...own]]) {
      const log = ['lister invoked oom-killer: gfp_mask=0xc40(GFP_NOFS), order=0, oom_score_adj=0', ...traces].map((line) => `[  100.000001] ${line}`).join('\n');
      expect(parseLog(log)).toMatchObject([{ comm: 'lister', pid: 71, cpu: 5, kernel: '5.4.18', detail: {} }]);
    }
    const last = ['lister invoked oom-killer: gfp_mask=0xc40(GFP_NOFS), order=0, oom_score_adj=0', ...other, ...own].join('\n');
    expect(parseLog(last).flatMap(({ stack }) => stack)).toEqual(['dump_stack', 'out_of_memory']);
  });
});

describe('the list of tasks', () => {
  const row = (pid: number, pages: number, name: string): string => `[  100.000002] [${String(pid).padStart(5)}]  1000 ${pid}    90000 ${pages}     50        0             0 ${name}`;

  it('tells whose processes hold most, those of one name taken together', () => {
    const log = [
      '[  100.000001] alpha invoked oom-killer: gfp_mask=0x201da, order=0, oom_score_adj=0', '[  100.000002] [ pid ]   uid  tgid total_vm      rss nr_ptes swapents oom_score_adj name',
      row(7, 300, 'worker one'), row(8, 800, 'beta'), row(9, 600, 'worker one'), '[  100.000003] Out of memory: Kill process 8 (beta) score 90 or sacrifice child',
    ];
    expect(parseLog(log.join('\n'))).toMatchObject([{ detail: { mostHeldBy: 'worker one', mostHeldProcesses: 2, mostHeldPages: 900, victim: 'beta' } }]);
  });

  it.each([['there is none', []], ['it was cut before the one that was killed', [row(7, 300, 'worker one')]]])('says nothing where %s', (_what, rows) => {
    const log = ['[  100.000001] alpha invoked oom-killer: gfp_mask=0x201da, order=0, oom_score_adj=0', ...rows, `[  100.000003] ${killed('alpha', 11)}`];
    expect(parseLog(log.join('\n')).map(({ detail }) => [detail['victimPid'], detail['mostHeldBy']])).toEqual([[11, undefined]]);
  });

  it.each([0, 5, 30])('is what is left of it where the log begins within it, behind %i rows of others', (others) => {
    const rows = [row(7, 900, 'beta'), ...Array.from({ length: others }, (_, i) => row(100 + i, 3, `small${i}`)), row(11, 300, 'alpha')];
    expect(parseLog([...rows, `[  100.000003] ${killed('alpha', 11)}`].join('\n'))).toMatchObject([{ detail: { mostHeldBy: 'beta', mostHeldPages: 900, taskListCut: true } }]);
  });

  it('is not that of a kill which comes much later', () => {
    const log = [row(11, 300, 'alpha'), ...Array.from({ length: 9 }, (_, i) => `[  100.000002] eth0: link ${i}`), `[  100.000003] ${killed('alpha', 11)}`];
    expect(parseLog(log.join('\n')).map(({ detail }) => detail['mostHeldBy'])).toEqual([undefined]);
  });

  it('is told apart from what put the victim before others', () => {
    expect(parseLog(killed('alpha', 11))).toMatchObject([{ detail: { victimScoreAdj: 9 } }]);
  });
});

describe('a kill in quoted-printable text', () => {
  it('keeps its parts together where lines are broken in both ways', () => {
    const log = '> [ 100.000001] Out of memory: Killed process 11 (alpha) total-=\nvm:\n> 105068kB, anon-rss:9792kB, file-rss:0kB, shmem-rss:0kB, UID:7=20\npgtables:\n> 136kB oom_score_adj:200\n';
    expect(parseLog(log)).toMatchObject([{ detail: { victimAnonKb: 9792, victimScoreAdj: 200 } }]);
  });
});

describe('a kill that another program tells of', () => {
  it.each([
    'I0102 03:04:05.678 7 watcher.go:9] seen: &{Source:kernel Message:Memory cgroup out of memory: Kill process 12 (indexer) score 2004 or sacrifice child',
    '  Warning  Killing  2m   kernel-watch, <node>  Memory cgroup out of memory: Killed process 12 (indexer) total-vm:9kB, anon-rss:5kB}] Conditions:[]',
  ])('is read where its words begin: %s', (line) => {
    expect(parseLog(line)).toMatchObject([{ kind: 'oom-kill', detail: { victim: 'indexer', victimPid: 12, cgroupLimit: true } }]);
  });

  it('is one with what the kernel tells of the same process', () => {
    expect(parseLog(`${killed('alpha', 11)}\nwatcher: Message:${killed('alpha', 11)}`)).toHaveLength(1);
  });
});

describe('a kernel that stops for want of memory', () => {
  it.each(['Out of memory: compulsory panic_on_oom is enabled', 'Out of memory and no killable processes...'])('is a report by that line alone: %s', (why) => {
    expect(parseLog(`[    2.000001] Kernel panic - not syncing: ${why}\n[    2.000002] CPU: 0 PID: 1 Comm: init Not tainted 4.1.16 #1`)).toMatchObject([{ kind: 'oom-kill', kernel: '4.1.16', comm: 'init', truncated: true, detail: { panic: true } }]);
  });

  it('is followed by the trace of what it wanted', () => {
    const log = ['Kernel panic - not syncing: Out of memory and no killable processes...', 'CPU: 0 PID: 1 Comm: init Not tainted 4.1.16 #1', 'Call Trace:', ...['dump_stack', 'panic', '__out_of_memory', 'out_of_memory', '__alloc_pages_nodemask', 'gizmo_open'].map((name) => ` ${name}+0x1/0x2`)];
    expect(parseLog(log.map((line) => `[    2.000001] ${line}`).join('\n'))).toMatchObject([{ pid: 1, site: 'gizmo_open', stack: expect.arrayContaining(['out_of_memory', 'gizmo_open']) as unknown }]);
  });

  it('is none of its own behind the kill that it stops at', () => {
    expect(parseLog(`${killed('alpha', 11)}\nKernel panic - not syncing: Out of memory: compulsory panic_on_oom is enabled`)).toMatchObject([{ detail: { victim: 'alpha', panic: true } }]);
  });
});

describe('a kill that found nobody', () => {
  const nobody = 'Out of memory and no killable processes...', next = 'alpha invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0';
  it.each([
    ['the kernel goes on', [nobody, next], [true, undefined]],
    ['it stops', [nobody, 'Kernel panic - not syncing: System is deadlocked on memory', next], [undefined, undefined]],
    ['it is started anew', [nobody, 'Linux version 6.1.0 (a@b) #1 SMP', next], [undefined, undefined]],
    ['the log ends', [nobody], [undefined]],
  ])('tells whether %s', (_what, log, wentOn) => {
    expect(parseLog(log.map((line) => `[    5.000001] ${line}`).join('\n')).map(({ detail }) => detail['wentOn'])).toEqual(wentOn);
  });

  it.each([[3, true], [150, true], [260, undefined]])('tells so however the log comes in pieces, with %i lines between', (between, wentOn) => {
    const log = [nobody, ...Array.from({ length: between }, (_, i) => `eth0: link ${i}`), next].map((line, i) => `[    5.${String(i).padStart(6, '0')}] ${line}\n`);
    const parser = new LogParser();
    const events = [...log.flatMap((line) => parser.push(Buffer.from(line))), ...parser.flush()];
    expect(events[0]?.detail['wentOn']).toBe(wentOn);
    expect(parseLog(log.join(''))).toEqual(events);
  });
});

describe('kills that were searched for', () => {
  const chosen = (task: string, pid: number): string => `Out of memory: Kill process ${pid} (${task}) score 9 or sacrifice child`;
  const asked = 'alpha invoked oom-killer: gfp_mask=0x280da, order=0, oom_score_adj=0';

  it('are one for each process, by the line that tells who was chosen', () => {
    expect(told([chosen('beta', 12), chosen('gamma', 13), chosen('gamma', 13), chosen('delta', 14)].join('\n'))).toEqual([
      ['oom-kill', null, null, 'beta', 12], ['oom-kill', null, null, 'gamma', 13], ['oom-kill', null, null, 'delta', 14],
    ]);
  });

  it('are told wherever somebody lined their numbers up', () => {
    expect(told('Out of memory: Killed process   12 (beta) total-vm:9kB, anon-rss:8kB, file-rss:0kB')).toEqual([['oom-kill', null, null, 'beta', 12]]);
  });

  it('have the child that was killed for its parent', () => {
    expect(told([asked, chosen('beta', 12), 'Killed process 14 (delta) total-vm:9kB, anon-rss:8kB, file-rss:0kB'].join('\n'))).toEqual([['oom-kill', 'alpha', null, 'delta', 14]]);
  });

  it('are not of the report that they stand behind when they are older than it', () => {
    const at = (second: number, text: string): string => `2019-03-04T05:06:${String(second)}+00:00 node kernel: ${text}`;
    expect(told([at(50, asked), at(10, chosen('beta', 12)), at(20, chosen('gamma', 13))].join('\n'))).toEqual([
      ['oom-kill', 'alpha', null, null, null], ['oom-kill', null, null, 'beta', 12], ['oom-kill', null, null, 'gamma', 13],
    ]);
    expect(told([at(50, asked), at(51, chosen('beta', 12))].join('\n'))).toEqual([['oom-kill', 'alpha', null, 'beta', 12]]);
  });
});

describe('the end of a report of a kill', () => {
  it('tells where the task may have memory, as the headline no longer does', () => {
    const [event] = parseLog('alpha invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0\noom-kill:constraint=CONSTRAINT_MEMORY_POLICY,nodemask=2,cpuset=jobs,mems_allowed=0-2,global_oom,task_memcg=/,task=beta,pid=12,uid=7');
    expect(event).toMatchObject({ nodemask: '2', cpuset: 'jobs', memsAllowed: '0-2' });
    expect(event === undefined ? '' : kernelText(event)).toContain('gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0');
  });

  it('has no memory part behind it: that is of what comes next', () => {
    const zone = 'Node 0 DMA32 free:8kB min:40kB low:50kB high:60kB active_anon:0kB present:4096kB managed:4096kB';
    expect(parseLog([confined('a', 'alpha', 11), killed('alpha', 11), zone, 'Out of memory: Killed process 12 (beta) total-vm:9kB, anon-rss:8kB'].join('\n'))).toMatchObject([
      { detail: { victim: 'alpha' }, zones: [] }, { detail: { victim: 'beta' }, zones: [{ freePages: 2 }] },
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { parseLog } from '../src/index.js';

const prefix = (line: string): string => `Dec  5 01:07:09 host kernel: [  100.000000] ${line}`;

/** A report of 2.6.32 in which no number is another one with a digit more or less. */
const REPORT = [
  'tmux: server: page allocation failure. order:3, mode:0x4020', 'Pid: 4177, comm: tmux: server Not tainted 2.6.32-22-generic #33-Ubuntu', 'Call Trace:', ' [<ffffffff810f9d27>] __alloc_pages_slowpath+0x4a7/0x590', ' [<ffffffff8140f1a3>] gizmo_rx_refill+0x63/0x180 [gizmo]',
  'Mem-Info:', 'active_anon:123411 inactive_anon:23417 isolated_anon:31', ' active_file:98371 inactive_file:87313 isolated_file:17', ' unevictable:211 dirty:733 writeback:19 unstable:5', ' free:31177 slab_reclaimable:11733 slab_unreclaimable:22199', ' mapped:33117 shmem:4177 pagetables:5119 bounce:0',
  'DMA free:4632kB min:64kB low:80kB high:96kB active_anon:6844kB inactive_anon:4852kB active_file:12468kB inactive_file:16516kB unevictable:68kB isolated(anon):0kB isolated(file):0kB present:15868kB mlocked:0kB pages_scanned:0 all_unreclaimable? no',
  'lowmem_reserve[]: 0 865 3031 3031',
  'Normal free:64632kB min:3720kB low:4648kB high:5580kB active_anon:96844kB inactive_anon:74852kB active_file:22468kB inactive_file:36516kB unevictable:768kB isolated(anon):0kB isolated(file):0kB present:885880kB mlocked:0kB pages_scanned:0 all_unreclaimable? no',
  'lowmem_reserve[]: 0 0 17332 17332',
  'HighMem free:7468kB min:512kB low:3368kB high:6224kB active_anon:516832kB inactive_anon:523524kB active_file:790460kB inactive_file:805780kB unevictable:0kB isolated(anon):0kB isolated(file):0kB present:2708152kB mlocked:0kB pages_scanned:0 all_unreclaimable? no',
  'lowmem_reserve[]: 0 0 0 0',
  'DMA: 98*4kB 62*8kB 31*16kB 23*32kB 14*64kB 6*128kB 3*256kB 0*512kB 0*1024kB 0*2048kB 0*4096kB = 4648kB',
];
const [CLEAN] = parseLog(REPORT.join('\n'));

describe('a terminal or a tool that ends its lines at a column', () => {
  it.each(Array.from({ length: 60 }, (_, at) => 58 + at))('cuts them off at column %i: what stands at the edge is not known', (width) => {
    for (const event of parseLog(REPORT.map((line) => prefix(line).slice(0, width)).join('\n'))) {
      expect([event.mode?.mask ?? 0x4020, event.order ?? 3]).toEqual([0x4020, 3]);
      expect(Object.entries(event.memory).filter(([word, pages]) => pages !== CLEAN?.memory[word] && !/^(?:unstable|bounce)$/.test(word))).toEqual([]);
      expect(event.zones.map(({ lowmemReserve }) => lowmemReserve).filter((pages) => pages.length !== 0 && pages.length !== 4)).toEqual([]);
    }
  });

  it.each([
    ['in the middle of a word', 'x: page allocation fai\nlure. order:3, mode:0x4020'], ['in front of the order', 'x: page allocation failure. ord\ner:3, mode:0x4020'], ['in the mask', 'x: page allocation failure. order:3, mode:0x40\n20'],
    ['in a word behind it', 'x: page allocation failure. order:3, mo\nde:0x4020'],
  ])('breaks a headline %s', (_name, headline) => {
    expect(parseLog(prefix(`${headline}\n`))).toMatchObject([{ comm: 'x', order: 3, mode: { mask: 0x4020 } }]);
  });

  it('takes no other line that begins with a digit for the rest of a mask', () => {
    expect(parseLog('1 Time(s): oom-killer: gfp_mask=0x1d2\n1 Time(s): protections[]: 0 0 0\n')).toMatchObject([{ mode: { mask: 0x1d2 } }]);
  });

  it('breaks an order between its digits', () => {
    expect(parseLog(prefix('x: page allocation failure: order:1\n0, mode:0x4020\n'))).toMatchObject([{ order: 10, mode: { mask: 0x4020 } }]);
  });

  it('breaks the summary within words and numbers', () => {
    for (const broken of ['Mem-Info:\nactive_anon:123411 inactive_a\nnon:23417 isolated_anon:31', 'Mem-Info:\nactive_anon:12\n3411 inactive_anon:23417 isol\nated_anon:31', 'Mem-Info:\nactive_anon:123411 inac\ntive_anon:23417 isolated_anon:3\n1']) {
      const [title = '', first = '', ...rest] = broken.split('\n');
      expect(parseLog([prefix(title), prefix(first), ...rest, prefix('Normal free:64632kB min:3720kB'), prefix('lowmem_reserve[]: 0 0')].join('\n'))).toMatchObject([{ memory: { active_anon: 123_411, inactive_anon: 23_417, isolated_anon: 31 } }]);
    }
  });

  it('breaks a list of free blocks within a number', () => {
    const [event] = parseLog(['x: page allocation failure. order:3, mode:0x4020', 'Mem-Info:', 'DMA free:4632kB min:64kB low:80kB high:96kB present:15868kB', 'lowmem_reserve[]: 0 0', 'DMA: 98*4kB 6', '2*8kB 3', '1*16kB = 1384kB'].join('\n'));
    expect(event?.zones[0]?.freeBlocks.map(({ count }) => count)).toEqual([98, 62, 31]);
  });

  it('breaks a release; two numbers that a line ends with are none', () => {
    const kernel = (cpu: string): unknown => parseLog(`x: page allocation failure: order:3, mode:0x4020\n${cpu}\n`)[0]?.kernel;
    expect([kernel(`${prefix('CPU: 0 PID: 1 Comm: x Not tainted 6.12.1')}17-generic #1`), kernel(prefix('CPU: 0 PID: 1 Comm: x Not tainted 6.1')), kernel('CPU: 0 PID: 1 Comm: x Not tainted 6.1 #3')]).toEqual(['6.12.117-generic', null, '6.1']);
    expect(kernel(`${prefix('CPU: 0 PID: 1 Comm: x Not tainted 6.12.1')}\n17-generic #1`)).toBe('6.12.117-generic');
  });

  it('cuts nothing off where a headline goes on in the next row', () => {
    const row = (text: string): string => prefix(text).padEnd(prefix('a-program: page allocation failure. order:0, ').length, '.');
    const log = [prefix('a-program: page allocation failure. order:0, '), 'mode:0x20', row('one'), row('two'), row('three'), prefix('Mem-Info:')];
    expect(parseLog(log.join('\n'))).toMatchObject([{ order: 0, mode: { mask: 0x20 } }]);
  });

  it('takes no row that ends in a word of a headline for the beginning of one', () => {
    const zone = 'DMA free:5016kB min:4096kB low:5120kB high:6144kB present:22552kB page';
    expect(parseLog(['x invoked oom-killer: gfp_mask=0xd0, order=0, oom_score_adj=0', 'Mem-Info:', zone, 's_scanned:32 all_unreclaimable? yes', 'lowmem_reserve[]: 0 489'].join('\n'))).toMatchObject([{ zones: [{ name: 'DMA', freePages: 1254, lowmemReserve: [0, 489] }] }]);
  });

  it('fills its rows with blanks', () => {
    const log = ['x invoked oom-killer: gfp_mask=0xcc0(GFP_KE', 'RNEL), order=0, oom_score_adj=0'].join(' '.repeat(60));
    expect(parseLog(`${log}\nCPU: 0 PID: 1 Comm: x Not tainted 6.1.0-v${' '.repeat(117)}8+ #1`)).toMatchObject([{ kernel: '6.1.0-v8+', mode: { names: ['GFP_KERNEL'] } }]);
  });
});

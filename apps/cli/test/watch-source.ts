import type { Arrival, Place } from '../src/watch/source.js';

/** A short report: a headline, a stack, Mem-Info to its last line. */
export function report(atSeconds: number, comm = 'kworker/0:1', site = 'pa_call_a'): string {
  const lines = [
    `${comm}: page allocation failure: order:2, mode:0x820(GFP_ATOMIC), nodemask=(null),cpuset=/,mems_allowed=0`,
    'CPU: 0 UID: 0 PID: 46 Comm: kworker/0:1 Not tainted 6.12.0 #1',
    'Call Trace:',
    ' <TASK>',
    ' dump_stack_lvl+0x5d/0x80',
    ' warn_alloc+0x165/0x1e0',
    ' __alloc_pages_noprof+0x2f/0x40',
    ` ${site}+0x10/0x20`,
    ' kthread+0x10/0x20',
    ' </TASK>',
    'Mem-Info:',
    'Node 0 DMA32 free:180kB boost:0kB min:184kB low:228kB high:272kB reserved_highatomic:0KB free_highatomic:0KB active_anon:0kB inactive_anon:0kB active_file:0kB inactive_file:0kB unevictable:0kB writepending:0kB present:65400kB managed:39912kB mlocked:0kB bounce:0kB free_pcp:0kB local_pcp:0kB free_cma:0kB',
    'lowmem_reserve[]: 0 0 0 0',
    'Node 0 DMA32: 1*4kB (U) 2*8kB (U) 2*16kB (UM) 2*32kB (U) 1*64kB (U) 0*128kB 0*256kB 0*512kB 0*1024kB 0*2048kB 0*4096kB = 180kB',
    '120 total pagecache pages',
    '0 pages in swap cache',
    'Free swap  = 0kB',
    'Total swap = 0kB',
    '16350 pages RAM',
    '0 pages HighMem/MovableOnly',
    '6372 pages reserved',
    '0 pages cma reserved',
    '0 pages hwpoisoned',
  ];
  return lines.map((line, at) => `[${(atSeconds + at / 1e6).toFixed(6).padStart(12)}] ${line}\n`).join('');
}

export const arrival = (text: string, place: Place | null = null, { begins = null, lost = 0 }: Partial<Pick<Arrival, 'begins' | 'lost'>> = {}): Arrival => ({ bytes: Buffer.from(text), place, begins, lost });

/** Timers that fire when the test says so. */
export class HandTimers {
  private readonly waiting = new Map<number, { readonly callback: () => void; readonly delayMs: number }>();
  private last = 0;

  setTimeout(callback: () => void, delayMs: number): number {
    this.last += 1;
    this.waiting.set(this.last, { callback, delayMs });
    return this.last;
  }

  clearTimeout(handle: unknown): void {
    this.waiting.delete(handle as number);
  }

  get armed(): number {
    return this.waiting.size;
  }

  /** Lets everything that is armed fire. */
  fire(): void {
    const due = [...this.waiting.values()];
    this.waiting.clear();
    for (const { callback } of due) callback();
  }
}

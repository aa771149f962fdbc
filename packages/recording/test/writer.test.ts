import { GFP_ATOMIC, GFP_KERNEL, GFP_HIGHUSER_MOVABLE, GFP_NOWAIT, __GFP_NORETRY, __GFP_RECLAIMABLE, or } from '@nopage/gfp';
import { NO_PAGE, PageAllocator, type PageAllocatorOptions, type Shrinker } from '@nopage/mm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Recorder, replay, type ReplayReport } from '../src/index.js';

const words = [GFP_ATOMIC, or(GFP_KERNEL, __GFP_NORETRY), GFP_HIGHUSER_MOVABLE, or(GFP_ATOMIC, __GFP_RECLAIMABLE)];

function drive(options: PageAllocatorOptions, choices: readonly number[]): Promise<ReplayReport> {
  const lines: string[] = [];
  const recorder = new Recorder(new PageAllocator(options), (text) => lines.push(text), 'a random walk');
  const held: [number, number][] = [];
  const out = new Int32Array(20);
  for (const choice of choices) {
    const kind = choice & 7;
    const order = (choice >> 3) % 7;
    const gfp = words[(choice >> 6) & 3]!;
    if (kind < 4) {
      const pfn = recorder.alloc(gfp, order);
      if (pfn !== NO_PAGE) held.push([pfn, order]);
    } else if (kind < 6) {
      const [block] = held.splice(choice % (held.length || 1), 1);
      if (block !== undefined) recorder.free(...block);
    } else if (kind === 6) {
      for (const pfn of out.subarray(0, recorder.allocBulk(gfp, out, (choice >> 3) % 20))) held.push([pfn, 0]);
    } else if (order === 0) {
      recorder.drain();
    } else if (order === 1) {
      recorder.state('mid');
    } else {
      const block = held.pop();
      if (block !== undefined) {
        recorder.split(...block);
        for (let i = 0; i < 1 << block[1]; i++) held.push([block[0] + i, 0]);
      }
    }
  }
  recorder.end();
  // What is written here says that it has no events: there is nothing to miss.
  return replay([Buffer.from(lines.join(''))], { events: true });
}

describe('what was recorded here replays here', () => {
  const zones = [{ name: 'DMA32', pages: 3000, startPfn: 100 }, { name: 'Normal', pages: 5000, managedPages: 4800, startPfn: 4096 }, { name: 'Movable', pages: 0 }] as const;
  it.each<[string, Partial<PageAllocatorOptions>]>([
    ['linux-6.12', {}],
    ['linux-6.1', { profile: 'linux-6.1' }],
    ['without per-CPU lists', { pcp: false }],
    ['without lists for huge pages', { pcp: { hugeOrder: null } }],
    ['small blocks', { maxOrder: 6, pageblockOrder: 4 }],
    ['three nodes', { zones: [0, 1, 2].flatMap((node) => (['DMA32', 'Normal', 'Movable'] as const).map((name) => ({ name, pages: 900, node }))), maxOrder: 6, pageblockOrder: 5 }],
  ])('%s', async (_what, options) => {
    await fc.assert(fc.asyncProperty(fc.array(fc.nat(4095), { minLength: 50, maxLength: 800 }), async (choices) => {
      const report = await drive({ zones, ...options }, choices);
      expect(report.firstMismatch).toBeNull();
      expect(report.statesMatched).toBe(report.states);
    }), { seed: 11, numRuns: 15 });
  });

  it.each<[string, (recorder: Recorder) => void]>([
    ['alloc', (recorder) => { recorder.alloc(GFP_KERNEL, 2); }],
    ['allocBulk', (recorder) => { recorder.allocBulk(GFP_KERNEL, new Int32Array(8)); }],
  ])('taking up again after an %s inside which a shrinker did whatever a recorder can', async (_name, request) => {
    const lines: string[] = [];
    const held: number[] = [];
    const shrinker: Shrinker = {
      count: () => held.length,
      scan: () => {
        const block = recorder.alloc(GFP_ATOMIC, 1);
        if (block !== NO_PAGE) {
          recorder.split(block, 1);
          held.push(block, block + 1);
        }
        const given = held.splice(0, 64);
        for (const pfn of given) recorder.free(pfn);
        recorder.drain();
        const out = new Int32Array(4);
        held.push(...out.subarray(0, recorder.allocBulk(GFP_ATOMIC, out)));
        return given.length;
      },
    };
    const recorder = new Recorder(new PageAllocator({ zones: [{ name: 'Normal', pages: 512 }], maxOrder: 5, minFreeKbytes: 200, shrinkers: [shrinker] }), (text) => lines.push(text));
    for (let pfn = recorder.alloc(GFP_NOWAIT); pfn !== NO_PAGE; pfn = recorder.alloc(GFP_NOWAIT)) held.push(pfn);
    request(recorder);
    const words = lines.findLast((line) => / ![a-zA-Z]/.test(line)) ?? '';
    expect(words.match(/ !([a-zA-Z])/g)).toEqual(expect.arrayContaining([' !f', ' !D', ' !L', ' !T']));
    expect(lines.filter((line) => /^[TDF] /.test(line))).toEqual([]);
    recorder.state('after');
    recorder.alloc(GFP_ATOMIC);
    recorder.end();
    expect(await replay([Buffer.from(lines.join(''))])).toMatchObject({ firstMismatch: null, states: 1, statesMatched: 1, skippedOps: 1 });
  });

  it('taking up again after a request inside which a shrinker freed pages', async () => {
    const lines: string[] = [];
    const held: number[] = [];
    const shrinker: Shrinker = {
      count: () => held.length,
      scan: (pages) => {
        const given = held.splice(0, pages);
        for (const pfn of given) recorder.free(pfn);
        return given.length;
      },
    };
    const recorder = new Recorder(new PageAllocator({ zones: [{ name: 'Normal', pages: 512 }], maxOrder: 5, shrinkers: [shrinker] }), (text) => lines.push(text));
    for (let pfn = recorder.alloc(GFP_ATOMIC); pfn !== NO_PAGE; pfn = recorder.alloc(GFP_ATOMIC)) held.push(pfn);
    expect(recorder.alloc(GFP_KERNEL)).not.toBe(NO_PAGE);
    recorder.state('after');
    recorder.alloc(GFP_ATOMIC);
    recorder.end();
    expect(lines.join('')).toMatch(/ !f[0-9a-f]+:0 /);
    expect(await replay([Buffer.from(lines.join(''))])).toMatchObject({ firstMismatch: null, states: 1, statesMatched: 1 });
  });
});

describe('what happens beside requests', () => {
  it('linux-6.1: a state says what type each page on a per-CPU list was freed with', async () => {
    const lines: string[] = [];
    const mm = new PageAllocator({ zones: [{ name: 'Normal', pages: 4096 }], profile: 'linux-6.1' });
    const recorder = new Recorder(mm, (text) => lines.push(text));
    recorder.free(recorder.alloc(GFP_HIGHUSER_MOVABLE));
    recorder.end();
    const text = lines.join('');
    const [, types = ''] = /^PT 0 0 1 (1+)$/m.exec(text) ?? [];
    expect(types).toHaveLength(mm.state().zones[0]!.pcp!.count);
    expect(await replay([Buffer.from(text)])).toMatchObject({ firstMismatch: null, statesMatched: 1 });
    const { firstMismatch } = await replay([Buffer.from(text.replace(`PT 0 0 1 ${types}`, `PT 0 0 1 3${types.slice(1)}`))]);
    expect(firstMismatch?.what).toBe('state final: types kept with per-CPU list 1');
    await expect(replay([Buffer.from(text.replace('PT 0 0 1 ', 'PT 0 0 1 9'))])).rejects.toMatchObject({ code: 'CORRUPT' });
  });

  it('kswapd: the replay is taken up at the state that it leaves; one that changed nothing leaves none', async () => {
    const lines: string[] = [];
    const held: number[] = [];
    const shrinker: Shrinker = { count: () => held.length, scan: (pages) => { const given = held.splice(0, pages); for (const pfn of given) recorder.free(pfn); return given.length; } };
    const recorder = new Recorder(new PageAllocator({ zones: [{ name: 'Normal', pages: 1024 }], minFreeKbytes: 200, shrinkers: [shrinker] }), (text) => lines.push(text));
    expect(recorder.kswapd()).toEqual({ pages: 0, balanced: true });
    expect(lines.filter((line) => line.startsWith('STATE'))).toHaveLength(1);
    for (let pfn = recorder.alloc(GFP_ATOMIC); pfn !== NO_PAGE; pfn = recorder.alloc(GFP_ATOMIC)) held.push(pfn);
    expect(recorder.kswapd()).toMatchObject({ balanced: true });
    recorder.alloc(GFP_ATOMIC, 2);
    recorder.end();
    expect(lines.join('')).toContain('!kswapd\nSTATE kswapd');
    expect(await replay([Buffer.from(lines.join(''))])).toMatchObject({ firstMismatch: null, skippedOps: 0, skippedStates: 1, states: 1, statesMatched: 1 });
  });

  it('compaction: a request inside which a block was moved is left out; movable pages are told from others as they were', async () => {
    const lines: string[] = [];
    const mm: PageAllocator = new PageAllocator({
      zones: [{ name: 'Normal', pages: 256 }], maxOrder: 6, pageblockOrder: 5, minFreeKbytes: 0, pcp: false,
      movePages: (from, to) => { recorder.moved(from, to); return true; },
    });
    const recorder = new Recorder(mm, (text) => lines.push(text));
    const held: number[] = [];
    for (let pfn = recorder.alloc(GFP_HIGHUSER_MOVABLE); pfn !== NO_PAGE; pfn = recorder.alloc(GFP_HIGHUSER_MOVABLE)) held.push(pfn);
    for (const pfn of held) if (pfn % 2 === 1) recorder.free(pfn);
    // Half of every pageblock is movable: nothing is alike, so none is taken over.
    recorder.alloc(or(GFP_ATOMIC, __GFP_RECLAIMABLE));
    recorder.state('scattered');
    expect(recorder.alloc(or(GFP_KERNEL, __GFP_NORETRY), 3)).not.toBe(NO_PAGE);
    recorder.state('compacted');
    recorder.end();
    expect(lines.join('')).toMatch(/ !m[0-9a-f]+:[0-9a-f]+ /);
    expect(await replay([Buffer.from(lines.join(''))])).toMatchObject({ firstMismatch: null, skippedOps: 1, skippedStates: 1, states: 2, statesMatched: 2 });
  });
});

describe('a recording that has ended', () => {
  it('takes no more lines, whatever is asked and however often it is ended', async () => {
    const lines: string[] = [];
    const mm = new PageAllocator({ zones: [{ name: 'Normal', pages: 512 }], maxOrder: 5 });
    const recorder = new Recorder(mm, (text) => lines.push(text));
    const pfn = recorder.alloc(GFP_ATOMIC);
    recorder.end();
    const written = lines.length;
    recorder.free(pfn);
    recorder.drain();
    expect(recorder.alloc(GFP_ATOMIC, 2)).not.toBe(NO_PAGE);
    recorder.state('after');
    recorder.end();
    expect(lines.length).toBe(written);
    expect(await replay([Buffer.from(lines.join(''))])).toMatchObject({ firstMismatch: null, ops: 1, matched: 1 });
  });
});

describe('a line that could not be written', () => {
  it.each<[string, (recorder: Recorder, pfn: number) => void]>([
    ['free', (recorder, pfn) => { recorder.free(pfn, 1); }],
    ['split', (recorder, pfn) => { recorder.split(pfn, 1); }],
    ['drain', (recorder) => { recorder.drain(); }],
  ])('%s: the call throws, is done all the same, and the next state is a new start', async (_name, call) => {
    const lines: string[] = [];
    let broken = false;
    const recorder = new Recorder(new PageAllocator({ zones: [{ name: 'Normal', pages: 2048 }] }), (text) => {
      if (broken) throw new Error('disk full');
      lines.push(text);
    });
    const pfn = recorder.alloc(GFP_ATOMIC, 1);
    broken = true;
    expect(() => { call(recorder, pfn); }).toThrow('disk full');
    broken = false;
    recorder.state('after');
    recorder.alloc(GFP_ATOMIC);
    recorder.end();
    expect(await replay([Buffer.from(lines.join(''))])).toMatchObject({ firstMismatch: null, states: 1, statesMatched: 1, skippedOps: 0, skippedStates: 1 });
  });

  it.each(['alloc', 'allocBulk'] as const)('%s: the call throws, what it took is free again, and the recording goes on', async (call) => {
    const lines: string[] = [];
    let broken = false;
    const mm = new PageAllocator({ zones: [{ name: 'Normal', pages: 2048 }] });
    const recorder = new Recorder(mm, (text) => {
      if (broken) throw new Error('disk full');
      lines.push(text);
    });
    recorder.alloc(GFP_ATOMIC);
    const before = mm.memInfo();
    broken = true;
    expect(() => (call === 'alloc' ? recorder.alloc(GFP_ATOMIC, 3) : recorder.allocBulk(GFP_ATOMIC, new Int32Array(30)))).toThrow('disk full');
    broken = false;
    const { freePages, pcpPages } = mm.memInfo();
    expect(freePages + pcpPages).toBe(before.freePages + before.pcpPages);
    expect(mm.check()).toEqual([]);
    recorder.alloc(GFP_ATOMIC, 1);
    recorder.state('after');
    recorder.alloc(GFP_ATOMIC, 2);
    recorder.end();
    expect(await replay([Buffer.from(lines.join(''))])).toMatchObject({ firstMismatch: null, statesMatched: 1, skippedOps: 1, skippedStates: 1 });
  });
});

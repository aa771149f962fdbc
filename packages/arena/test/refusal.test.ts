import { explain } from '@nopage/explain';
import { sweep, sweepTable, type SweepReport } from '@nopage/fault';
import { arrayBuffers, typedArrays, wasm } from '@nopage/fault/adapters';
import { __GFP_NORETRY, __GFP_NOWARN, __GFP_ZERO, GFP_ATOMIC, GFP_KERNEL, or, type FailureEvent } from '@nopage/gfp';
import { families, takeReading } from '@nopage/metrics';
import type { FaultPoint } from '@nopage/mm';
import { describe, expect, it } from 'vitest';
import { Arena, type ArenaOptions, type Block } from '../src/index.js';
import { arenaOf, fill, got, KIB, refusalOf, wasmMemory } from './memories.js';

function failing(options: Partial<ArenaOptions> = {}): { readonly arena: Arena; readonly events: FailureEvent[] } {
  const events: FailureEvent[] = [];
  return { events, arena: arenaOf({ onFailure: (event) => events.push(event), ...options }) };
}

describe('a refusal is a value that says why, and what would have fitted', () => {
  it('too little memory', () => {
    const { arena } = failing();
    got(arena.alloc(40 * KIB, GFP_KERNEL));
    expect(arena.alloc(30 * KIB, GFP_ATOMIC)).toEqual({ ok: false, reason: 'below-watermark', gfp: GFP_ATOMIC, askedBytes: 30 * KIB, largestBytes: 16 * KIB, freeBytes: 24 * KIB, growth: 'fixed' });
    expect(arena.alloc(16 * KIB, GFP_ATOMIC).ok).toBe(true);
  });

  it('memory enough, in pieces too small', () => {
    const { arena } = failing();
    fill(arena).forEach((block) => { if (block.offset % (2 * KIB) !== 0) block.free(); });
    expect(refusalOf(arena.alloc(2 * KIB, GFP_KERNEL))).toMatchObject({ reason: 'no-suitable-block', largestBytes: KIB, freeBytes: 32 * KIB });
  });

  it('more than a block can have', () => {
    const { arena, events } = failing();
    for (const bytes of [64 * KIB + 1, 2 ** 31, 2 ** 40 + 1, Number.MAX_SAFE_INTEGER]) expect(refusalOf(arena.alloc(bytes, GFP_KERNEL))).toMatchObject({ reason: 'order-too-large', askedBytes: bytes, largestBytes: 64 * KIB });
    expect(refusalOf(arena.alloc(1, GFP_KERNEL, { align: 2 ** 30 })).reason).toBe('order-too-large');
    expect(events.map(({ kind, order }) => [kind, order])).toEqual([7, 21, 31, 43, 20].map((order) => ['order-too-large', order]));
  });

  it('somebody wanted it to fail', () => {
    const { arena, events } = failing({ fault: { shouldFail: (_gfp, order) => order === 1 } });
    expect(arena.alloc(KIB, GFP_KERNEL).ok).toBe(true);
    expect(refusalOf(arena.alloc(2 * KIB, GFP_KERNEL))).toMatchObject({ reason: 'injected', largestBytes: 32 * KIB });
    expect(events).toMatchObject([{ kind: 'fault-injection', bytes: 2 * KIB }]);
  });

  it('is counted, with the served and the freed', () => {
    const { arena } = failing();
    const held = fill(arena);
    held[0]?.free();
    expect([arena.served, arena.refused, arena.freed]).toEqual([64, 1, 1]);
  });
});

describe('onFailure is told in the family\'s currency', () => {
  it('with the arena\'s own page size, bytes and growth', () => {
    const { arena, events } = failing({ clock: () => 1234 });
    fill(arena);
    events.length = 0;
    arena.alloc(5000, or(GFP_KERNEL, __GFP_NOWARN));
    expect(events).toMatchObject([{
      kind: 'page-allocation-failure', at: 1234, kernel: 'linux-6.12', order: 3, bytes: 5000, pageBytes: KIB, reason: 'below-watermark', largestOrder: -1,
      permits: { sleep: true, warn: false }, zones: [{ name: 'Normal', freePages: 0, managedPages: 64 }], detail: { growth: 'fixed' },
    }]);
    expect(structuredClone(events)).toEqual(events);
  });

  it('the site is whoever called the arena', async () => {
    const { arena, events } = failing();
    function askNow(): void { arena.alloc(65 * KIB, GFP_KERNEL); }
    async function askAndWait(): Promise<void> { await arena.allocWait(65 * KIB, GFP_KERNEL); }
    askNow();
    await askAndWait();
    expect(events.map(({ site }) => site?.replace(/^async /, '').split(' ')[0])).toEqual(['askNow', 'askAndWait']);
    expect(events.every(({ site, stack }) => stack[0] === site && !stack.some((frame) => frame.includes('packages/arena/src')))).toBe(true);
  });

  it('or what siteOf says, at the time of the request', async () => {
    let site = 'mesh loader';
    const { arena, events } = failing({ siteOf: () => site });
    const waiting = arena.allocWait(65 * KIB, GFP_KERNEL);
    site = 'somebody else';
    await waiting;
    expect(events.map((event) => event.site)).toEqual(['mesh loader']);
  });

  it('explain understands it', () => {
    const { arena, events } = failing();
    got(arena.alloc(63 * KIB, GFP_KERNEL));
    arena.alloc(8 * KIB, GFP_ATOMIC);
    const { kind, cause, zones } = explain(events[0]!);
    expect([kind, cause, zones.length]).toEqual(['page-allocation-failure', 'exhausted', 1]);
  });

  it('and an arena that nobody listens to takes no stack', () => {
    const arena = arenaOf({ siteOf: () => { throw new Error('asked for a site'); } });
    expect(refusalOf(arena.alloc(65 * KIB, GFP_KERNEL)).reason).toBe('order-too-large');
  });
});

describe('an arena is a source of metrics as it is', () => {
  it('free blocks and bytes by order, in its own page size', () => {
    const arena = arenaOf();
    got(arena.alloc(24 * KIB, GFP_KERNEL));
    const reading = takeReading({ memory: arena });
    expect(reading.up).toEqual({ memory: true });
    expect([reading.pageBytes, reading.zones[0]?.freeBlocks]).toEqual([KIB, [0, 0, 0, 1, 0, 1, 0]]);
    const samples: number[] = [];
    for (const family of families()) if (family.name.includes('largest')) family.read(reading, (value) => samples.push(value));
    expect(samples).toContain(32 * KIB);
  });
});

const told = (error: unknown): boolean => error instanceof Error && error.name === 'Refused';
class Refused extends Error { override readonly name = 'Refused'; }
const orRefused = (outcome: ReturnType<Arena['alloc']>): Block => {
  if (outcome.ok) return outcome;
  throw new Refused(outcome.reason);
};

/** Every way to ask, in one piece of work that gives back what it got and ends at the first refusal. */
async function everyWayToAsk(arena: Arena): Promise<number> {
  const held: Block[] = [];
  try {
    for (const bytes of [1, 1500, 3000, 9000]) held.push(orRefused(arena.alloc(bytes, GFP_ATOMIC)));
    held.push(orRefused(arena.alloc(700, or(GFP_KERNEL, __GFP_ZERO), { align: 4096 })));
    held.push(orRefused(await arena.allocWait(100 * KIB, GFP_KERNEL)));
    held.push(orRefused(await arena.allocWait(5000, or(GFP_KERNEL, __GFP_NORETRY))));
    return held.reduce((sum, block) => sum + block.bytes().length, 0);
  } finally {
    for (const block of held) block.free();
  }
}

function expectSurvived(report: SweepReport): void {
  expect(report.passed ? '' : sweepTable(report)).toBe('');
}

describe.each(['succeed', 'fail'] as const)('a failure sweep, then %s', (then) => {
  it('over its requests: each refusal is told, nothing is lost', async () => {
    let failedBy: FaultPoint | null = null;
    const arena = new Arena({ memory: wasmMemory(1, 8), pageBytes: KIB, fault: { shouldFail: (gfp, order) => failedBy?.shouldFail(gfp, order) ?? false } });
    const report = await sweep((fault) => {
      failedBy = fault;
      return everyWayToAsk(arena);
    }, { name: 'arena', then, mustTell: true, tells: told, held: () => arena.grantedBytes, check: () => arena.check(), teardown: () => { failedBy = null; } });
    expectSurvived(report);
    expect(report.requests).toBe(7);
  });

  it('over the runtime\'s memory: an arena is made or not, grows or not, and loses no byte', async () => {
    let memory = wasmMemory(1, 8);
    let arena: Arena | null = null;
    const report = await sweep(async () => {
      arena = null;
      arena = new Arena({ memory, pageBytes: KIB });
      return everyWayToAsk(arena);
    }, {
      name: 'runtime', then, adapters: [arrayBuffers(), typedArrays(), wasm()], setup: () => { memory = wasmMemory(1, 8); },
      tells: (error) => told(error) || error instanceof RangeError || (error instanceof Error && error.cause instanceof RangeError),
      held: () => arena?.grantedBytes ?? 0, check: () => arena?.check() ?? [],
    });
    expectSurvived(report);
    expect(report.requests).toBeGreaterThan(3);
  });
});

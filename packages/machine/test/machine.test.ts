import { failureEvent, type FailureEvent } from '@nopage/gfp';
import { replay } from '@nopage/recording';
import type { Line, Sink } from '@nopage/reporter';
import { compose, scenarios } from '@nopage/scenario';
import { describe, expect, it } from 'vitest';
import { createMachine, kernelLine, MachineError, type MachineOptions } from '../src/index.js';

const lineSink = (): Sink & { lines: Line[] } => {
  const lines: Line[] = [];
  return { lines, write: (line) => { lines.push(line); return true; } };
};

const failure = failureEvent({ kind: 'page-allocation-failure', order: 0 });

/** The machine after so much virtual time, as text. */
const after = (ms: number, options: MachineOptions = {}): string => {
  const machine = createMachine(options);
  machine.advance(ms);
  return JSON.stringify(machine.view());
};

describe('the main scene', () => {
  const sink = lineSink();
  const machine = createMachine({ seed: 7, sink });
  machine.advance(6000);
  const view = machine.view();

  it('refuses jumbo frames while files fill memory, and only them', () => {
    expect(view.scenario).toBe('jumbo-frames');
    expect(view.counts.refused).toBeGreaterThan(10);
    expect(view.sites.filter(({ refused }) => refused > 0).map(({ site }) => site)).toEqual(['skb_alloc']);
    expect(view.cachePages).toBeGreaterThan(10_000);
  });

  it('accounts for every failure: refused = told + held + pending', () => {
    const { refused, told, held, pending } = view.counts;
    expect(told + held + pending).toBe(refused);
    expect([...machine.failures.series()].reduce((sum, { count }) => sum + count, 0)).toBe(refused);
    expect([...machine.votes.series()].reduce((sum, { count }) => sum + count, 0)).toBe(refused);
  });

  it('counts them under the cause that explain gives', () => {
    expect(new Set([...machine.failures.series()].map(({ site, order, cause }) => `${site} ${order} ${cause}`))).toContain('skb_alloc 2 fragmentation');
  });

  it('tells a line that a person can read, and the kernel\'s own', () => {
    expect(view.lines[0]).toMatchObject({ id: 1, site: 'skb_alloc' });
    expect(view.lines[0]?.text).toContain('skb_alloc');
    expect(view.lines[0]?.text.split('\n').length).toBeLessThanOrEqual(6);
    expect(kernelLine(sink.lines[0]!)).toMatch(/^ksoftirqd\/0: page allocation failure: order:2, mode:0x820\(GFP_ATOMIC\)/);
  });

  it('is sound in every part', () => {
    expect(machine.check()).toEqual([]);
  });

  it('shows zones as they are: blocks add up to the free pages', () => {
    for (const { freeBlocks, freePages, unusable } of view.zones) {
      expect(freeBlocks.reduce((sum, byMobility, order) => sum + byMobility.reduce((a, b) => a + b, 0) * 2 ** order, 0)).toBe(freePages);
      expect(unusable.length).toBe(freeBlocks.length);
    }
  });

  it('gives everything back, and tells everything, on close', () => {
    expect(machine.close()).toBe(0);
    expect(machine.run.heldBlocks).toBe(0);
    expect(machine.reporter.totals()).toMatchObject({ held: 0, pending: 0, told: view.counts.refused });
    expect(sink.lines.reduce((sum, { covers }) => sum + covers, 0)).toBe(view.counts.refused);
    machine.allocator.drain();
    const { freePages, managedPages } = machine.allocator.memInfo();
    expect(freePages).toBe(managedPages);
  });
});

describe('determinism', () => {
  it('the same seed gives the same bytes, another seed others', () => {
    expect(after(800, { seed: 3, fault: { probability: 2, times: -1 } })).toBe(after(800, { seed: 3, fault: { probability: 2, times: -1 } }));
    expect(after(800, { seed: 3 })).not.toBe(after(800, { seed: 4 }));
  });

  it.each(scenarios.map(({ name }) => name))('%s runs, stays sound and accounts for everything', (scenario) => {
    const machine = createMachine({ scenario });
    machine.step(6000);
    expect(machine.check()).toEqual([]);
    const { counts } = machine.view();
    expect(counts.told + counts.held + counts.pending).toBe(counts.refused);
    expect(machine.close()).toBe(0);
  });

  it('runs as an older kernel would, whose words have other bits', () => {
    const words: (string | null)[] = [];
    const machine = createMachine({ scenario: 'masking-storm', allocator: { profile: 'linux-6.1' }, onFailure: ({ mode, kernel }) => words.push(`${kernel ?? ''} ${mode?.names?.join('|') ?? ''}`) });
    machine.advance(200);
    expect(words[0]).toBe('linux-6.1 GFP_ATOMIC');
  });
});

describe('controls, while it runs', () => {
  it('MTU: with small frames nothing is refused any more', () => {
    const machine = createMachine({ seed: 7 });
    machine.advance(3000);
    machine.set('mtuBytes', 1500);
    machine.advance(500);
    const { refused } = machine.view().counts;
    machine.advance(1000);
    expect(machine.view().counts.refused).toBe(refused);
    expect(machine.view().parameters['mtuBytes']).toBe(1500);
  });

  it('cache pressure: without a cache there is memory for all', () => {
    const machine = createMachine({ parameters: { cachePressurePercent: 0 } });
    machine.advance(1500);
    expect(machine.view()).toMatchObject({ cachePages: 0, counts: { refused: 0 } });
  });

  it('policy: a swap keeps the counts, and the new one decides how events are kept apart', () => {
    const machine = createMachine({ scenario: 'masking-storm', policy: 'linux-5.4' });
    machine.advance(5000);
    const before = machine.view().counts;
    expect(before.held).toBeGreaterThan(0);
    machine.setPolicy('recommended');
    expect(machine.policy).toBe('recommended');
    const swapped = machine.view().counts;
    expect(swapped).toMatchObject({ refused: before.refused, held: 0, told: before.refused });
    machine.advance(5000);
    expect(machine.reporter.counts().map(({ key }) => key)).toContain('nic_rx_refill');
    expect(machine.check()).toEqual([]);
  });

  it('faults: injected failures are refusals like others, counted once', () => {
    const events: FailureEvent[] = [];
    const machine = createMachine({ scenario: 'network-driver', onFailure: (event) => events.push(event) });
    machine.advance(100);
    expect(events).toEqual([]);
    machine.setFault({ probability: 100, times: 5 });
    machine.advance(100);
    const { injected, refused } = machine.view().counts;
    expect([injected, refused]).toEqual([5, 5]);
    expect(events.map(({ reason }) => reason)).toEqual(Array.from({ length: 5 }, () => 'injected'));
    expect([...machine.failures.series()].map(({ cause, count }) => [cause, count])).toEqual([['injected', 5]]);
  });
});

describe('masking', () => {
  const rareLines = (policy: string): number => {
    const machine = createMachine({ scenario: 'masking-storm', policy, seed: 2, parameters: { noisyMeanMs: 50, rareMeanMs: 10_000 } });
    machine.advance(60_000);
    return machine.view().sites.find(({ site }) => site === 'journal_start')?.told ?? 0;
  };

  it('the kernel\'s one limiter hides the rare caller, recommended shows it', () => {
    expect(rareLines('linux-5.4')).toBe(0);
    expect(rareLines('recommended')).toBeGreaterThan(0);
  });
});

describe('what it refuses', () => {
  it.each<[string, MachineOptions, string]>([
    ['a scenario that is not there', { scenario: 'jumbo' }, 'no scenario is called "jumbo"; there are jumbo-frames, '],
    ['a seed that is no whole number', { seed: 1.5 }, 'seed is 1.5, and must be a whole number'],
    ['lines below none', { maxLines: -1 }, 'maxLines is -1'],
    ['a kswapd that never comes', { kswapdDelayMs: NaN }, 'kswapdDelayMs is NaN'],
    ['a policy that is not there', { policy: 'linux' }, '"linux" is no preset'],
    ['a parameter of another scenario', { parameters: { mtu: 1 } }, 'parameters.mtu'],
    ['a fault out of range', { fault: { probability: -1 } }, 'probability'],
  ])('%s', (_what, options, message) => {
    expect(() => createMachine(options)).toThrow(message);
  });

  it('and says whose error it is', () => {
    expect(() => createMachine({ scenario: 'x' })).toThrow(MachineError);
  });

  it.each(['onFailure', 'onStep', 'record', 'now', 'parameters', 'allocator', 'fault', 'sink', 'seed', 'maxLines', 'kswapdDelayMs'])('a %s that is not of its kind', (name) => {
    for (const value of [null, 'x', Symbol('s'), 7n]) {
      expect(() => createMachine({ [name]: value })).toThrow(expect.objectContaining({ name: 'MachineError', code: 'BAD_OPTION', message: expect.stringMatching(`^${name} is `) as string }) as MachineError);
    }
  });

  it.each([null, 5, 'jumbo-frames'])('what is no options: %s', (options) => {
    expect(() => createMachine(options as never)).toThrow(MachineError);
  });
});

describe('the latest lines', () => {
  it.each([0, 3, 50])('are at most %d, the newest last', (maxLines) => {
    const machine = createMachine({ scenario: 'masking-storm', policy: 'linux-2.4', maxLines });
    machine.advance(1000);
    const ids = machine.view().lines.map(({ id }) => id);
    const told = machine.view().counts.refused;
    expect(ids).toEqual(Array.from({ length: Math.min(maxLines, told) }, (_, i) => told - Math.min(maxLines, told) + 1 + i));
  });

  it.each(['linux-2.4', 'recommended'])('know how often their site has failed, under %s', (policy) => {
    const machine = createMachine({ scenario: 'masking-storm', policy });
    machine.advance(3000);
    const { lines } = machine.view();
    expect(lines.at(-1)?.text).toMatch(lines.length === 1 ? /Seen once/ : /Seen \d+ times/);
    expect(machine.explain({ ...failure, site: 'nic_rx_refill' }).frequency.seen).toBeGreaterThan(100);
    expect(machine.explain({ ...failure, site: 'never_failed' }).frequency.seen).toBe(1);
  });
});

describe('a sink that refuses', () => {
  it('loses nothing: what it did not take stays held, and is told later', () => {
    let open = false;
    const taken: Line[] = [];
    const machine = createMachine({ scenario: 'masking-storm', policy: 'linux-2.4', sink: { write: (line) => open && taken.push(line) > 0 } });
    machine.advance(2000);
    const { refused } = machine.view().counts;
    expect(refused).toBeGreaterThan(50);
    expect(machine.view().counts).toMatchObject({ told: 0, held: refused });
    expect(machine.view().lines).toEqual([]);
    open = true;
    expect(machine.close()).toBe(0);
    expect(taken.reduce((sum, { covers }) => sum + covers, 0)).toBe(refused);
  });
});

describe('a recording of a machine', () => {
  const zones = [{ name: 'DMA32', pages: 1024 }, { name: 'Normal', pages: 3072 }] as const;
  const crowded = compose({ name: 'crowded', summary: 'Files over a checkerboard.', zones }, ['page-cache', 'checkerboard']);

  it.each<[string, MachineOptions, RegExp]>([
    ...scenarios.map((scenario): [string, MachineOptions, RegExp] => [scenario.name, { scenario: { ...scenario, zones } }, /EOF\n$/]),
    ['reclaim in the background', { scenario: { ...scenarios[0]!, zones } }, /!kswapd\nSTATE kswapd/],
    ['the same on linux-6.1', { scenario: { ...scenarios[0]!, zones }, allocator: { profile: 'linux-6.1' } }, /!kswapd\nSTATE kswapd/],
    ['pages that were moved', { scenario: crowded }, / !m[0-9a-f]+:[0-9a-f]+ /],
  ])('replays, closed once or twice: %s', async (_what, options, expected) => {
    const lines: string[] = [];
    const machine = createMachine({ ...options, record: (text) => lines.push(text) });
    machine.advance(2000, 12_000);
    machine.close();
    machine.close();
    expect(lines.join('')).toMatch(expected);
    const report = await replay([Buffer.from(lines.join(''))]);
    expect(report).toMatchObject({ firstMismatch: null, matched: report.ops });
    expect(report.ops).toBeGreaterThan(1000);
  });

  it('has no state of a kswapd that changed nothing', () => {
    const lines: string[] = [];
    const machine = createMachine({ scenario: { ...scenarios.find(({ name }) => name === 'masking-storm')!, zones }, record: (text) => lines.push(text) });
    machine.advance(2000, 12_000);
    expect(machine.allocator.vmstat()['pageoutrun']).toBeGreaterThan(10);
    expect(lines.filter((line) => line.startsWith('STATE')).length).toBe(1);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bufferOrder, drive, parseScenario, ScenarioError } from '../src/index.js';
import { NaivePages } from './naive-pages.js';

const good = {
  name: 'two-users', zones: [{ name: 'Normal', pages: 64 }], repeat: 3,
  steps: [
    { op: 'alloc', slot: 0, order: 2, gfp: 'GFP_ATOMIC', site: 'skb_alloc' },
    { op: 'alloc', slot: 1, gfp: 'GFP_KERNEL|__GFP_NOWARN', cache: true },
    { op: 'free', slot: 0 }, { op: 'tick', ms: 10 }, { op: 'drain' },
  ],
};

describe('parseScenario', () => {
  it('runs a user\'s steps as often as it says', () => {
    const pages = new NaivePages(64);
    const totals = drive(parseScenario(good), pages, { steps: 1000 });
    expect(totals).toMatchObject({ steps: 15, served: 6, refused: 0, atMs: 30 });
    expect(pages.requests.slice(0, 2)).toEqual([
      { op: 'alloc', slot: 0, order: 2, gfp: 0x820, site: 'skb_alloc', comm: 'user' },
      { op: 'alloc', slot: 1, order: 0, gfp: 0x2cc0, site: 'user_alloc', comm: 'user', cache: true },
    ]);
  });

  it('puts named workloads beside them, with their parameters', () => {
    const scenario = parseScenario({ ...good, workloads: ['network-driver', 'page-cache'], parameters: { mtuBytes: 9000 } });
    expect(scenario.workloads.length).toBe(3);
    expect(scenario.parameters['mtuBytes']?.value).toBe(9000);
    expect(drive(scenario, new NaivePages(64), { steps: 500 }).sites).toHaveProperty('skb_alloc');
  });

  const step = (fields: object): object => ({ ...good, steps: [good.steps[2], { op: 'alloc', slot: 0, gfp: 'GFP_ATOMIC', ...fields }] });
  it.each([
    ['no object', 7, 'scenario: is 7, not an object'],
    ['a list', [], 'scenario: is a list, not an object'],
    ['no name', { zones: good.zones, steps: good.steps }, 'scenario: lacks "name"'],
    ['a name too long', { ...good, name: 'x'.repeat(81) }, /^name: is "xxx.*not a text of 1 to 80 characters$/],
    ['a field that is not known', { ...good, step: [] }, 'scenario: has "step"; known are name, summary, zones, workloads, parameters, steps, repeat'],
    ['no zones', { ...good, zones: [] }, 'zones: is empty'],
    ['a zone of no pages', { ...good, zones: [{ name: 'Normal', pages: 0 }] }, 'zones[0].pages: is 0, not a number from 1 to 268435456'],
    ['a zone of 2^31 pages', { ...good, zones: [{ name: 'Normal', pages: 2 ** 31 }] }, 'zones[0].pages: is 2147483648, not a number from 1 to 268435456'],
    ['a zone that Linux has not', { ...good, zones: [{ name: 'Low', pages: 4 }] }, 'zones[0].name: is "Low", not one of DMA, DMA32, Normal, HighMem, Movable'],
    ['nothing to do', { ...good, steps: undefined, workloads: [] }, /^steps: is undefined/],
    ['neither workloads nor steps', { name: 'x', zones: good.zones }, 'scenario: has neither workloads nor steps'],
    ['a workload that is not there', { ...good, workloads: ['page-cash'] }, /^workloads\[0\]: is "page-cash", not one of network-driver, page-cache/],
    ['an operation that is not known', { ...good, steps: [{ op: 'malloc' }] }, 'steps[0].op: is "malloc", not one of alloc, free, drain, tick'],
    ['an order below zero', step({ order: -1 }), 'steps[1].order: is -1, not a number from 0 to 63'],
    ['half an order', step({ order: 1.5 }), 'steps[1].order: is 1.5, not a whole number'],
    ['flags that 6.12 has not', step({ gfp: 'GFP_ATOMIC|__GFP_WAIT' }), 'steps[1].gfp: has __GFP_WAIT, which Linux 6.12 does not know'],
    ['flags that contradict themselves', step({ gfp: 'GFP_ATOMIC|__GFP_NOFAIL' }), 'steps[1].gfp: contradicts itself: nofail-cannot-wait'],
    ['flags that have to wait', step({ gfp: 'GFP_KERNEL|__GFP_NOFAIL' }), 'steps[1].gfp: must not fail, and a step can not wait'],
    ['flags that are no text', step({ gfp: 32 }), 'steps[1].gfp: is 32, not a text of 1 to 80 characters'],
    ['a parameter that nothing reads', { ...good, parameters: { mtuBytes: 1500 } }, 'parameters: has "mtuBytes"; known are '],
    ['a parameter out of range', { ...good, workloads: ['network-driver'], parameters: { mtuBytes: 1 } }, 'parameters.mtuBytes: is 1, not a number from 68 to 65535'],
    ['a time that is no number', { ...good, steps: [{ op: 'tick', ms: '5' }] }, 'steps[0].ms: is "5", not a number from 0 to 1000000000000'],
  ])('says where: %s', (_what, value, message) => {
    expect(() => parseScenario(value)).toThrow(ScenarioError);
    expect(() => parseScenario(value)).toThrow(message);
  });

  it('gives a scenario or a ScenarioError, whatever it is given', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.record({ name: fc.anything(), zones: fc.anything(), steps: fc.anything(), workloads: fc.anything() })), (value) => {
        try {
          parseScenario(value);
        } catch (error) {
          expect(error).toBeInstanceOf(ScenarioError);
        }
      }),
      { seed: 2008, numRuns: 500 },
    );
  });
});

describe('bufferOrder', () => {
  it.each([
    [1500, 0], [3694, 0], [3695, 1], [4000, 1], [9000, 2], [15_982, 2], [15_983, 3], [65_535, 5],
  ])('a frame of %d bytes needs order %d', (mtuBytes, order) => {
    expect(bufferOrder(mtuBytes)).toBe(order);
  });
});

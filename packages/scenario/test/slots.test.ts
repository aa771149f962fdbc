import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScenarioRun, type Scenario, type Step } from '../src/index.js';
import { NaivePages } from './naive-pages.js';

const PAGES = 64;

type Action =
  | { readonly do: 'step'; readonly step: Step }
  | { readonly do: 'shrink'; readonly pages: number }
  | { readonly do: 'move'; readonly from: number };

const slot = fc.nat(12);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ op: fc.constant('alloc' as const), slot, order: fc.nat(3), gfp: fc.constant(0x820), site: fc.constantFrom('a', 'b'), comm: fc.constant('t') }),
  fc.record({ op: fc.constant('alloc' as const), slot, order: fc.nat(1), gfp: fc.constant(0xcca), site: fc.constant('cache'), comm: fc.constant('t'), cache: fc.constant(true as const) }),
  fc.record({ op: fc.constant('free' as const), slot }),
);
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: step.map((each) => ({ do: 'step' as const, step: each })) },
  { weight: 1, arbitrary: fc.nat(8).map((pages) => ({ do: 'shrink' as const, pages })) },
  { weight: 1, arbitrary: fc.nat(PAGES - 1).map((from) => ({ do: 'move' as const, from })) },
);

interface Held { readonly slot: number; pfn: number; readonly order: number; readonly cache: boolean }

describe('what a run holds', () => {
  it('is what a naive list of blocks holds, whatever is asked, shrunk and moved', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 200 }), (actions) => {
        const steps = actions.flatMap((each) => (each.do === 'step' ? [each.step] : []));
        const scenario: Scenario = {
          name: 'given', summary: 'Given steps.', zones: [{ name: 'Normal', pages: PAGES }], parameters: {},
          workloads: [function* (): Generator<Step, undefined> { yield* steps; }],
        };
        const pages = new NaivePages(PAGES);
        let held: Held[] = [];
        const run = new ScenarioRun(scenario, pages, {
          onStep: (taken, pfn) => {
            if (taken.op === 'alloc' || taken.op === 'free') held = held.filter((block) => block.slot !== taken.slot);
            if (taken.op === 'alloc' && pfn !== null && pfn >= 0) held.push({ slot: taken.slot, pfn, order: taken.order, cache: taken.cache === true });
          },
        });
        for (const each of actions) {
          if (each.do === 'step') run.step();
          else if (each.do === 'shrink') {
            let left = each.pages;
            const victims = held.filter((block) => block.cache && (left > 0 ? ((left -= 2 ** block.order), true) : false));
            expect(run.shrink(each.pages)).toBe(victims.reduce((sum, { order }) => sum + 2 ** order, 0));
            held = held.filter((block) => !victims.includes(block));
          } else {
            const block = held.find(({ pfn }) => pfn === each.from);
            if (block === undefined) {
              expect(run.moved(each.from, 0)).toBe(false);
              continue;
            }
            // The place for the copy, as compaction would have found it.
            const to = pages.alloc({ op: 'alloc', slot: 0, order: block.order, gfp: 0, site: '', comm: '' });
            if (to < 0) continue;
            expect(run.moved(block.pfn, to)).toBe(true);
            pages.free(block.pfn, block.order);
            block.pfn = to;
          }
          expect(run.heldBlocks).toBe(held.length);
          expect(run.cachePages).toBe(held.filter(({ cache }) => cache).reduce((sum, { order }) => sum + 2 ** order, 0));
          expect(pages.usedPages).toBe(held.reduce((sum, { order }) => sum + 2 ** order, 0));
        }
        run.release();
        expect(pages.usedPages).toBe(0);
      }),
      { seed: 2008, numRuns: 150 },
    );
  });
});

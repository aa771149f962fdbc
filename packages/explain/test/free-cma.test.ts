import type { ZoneState } from '@nopage/gfp';
import { describe, expect, it } from 'vitest';
import { explain } from '../src/index.js';
import { blocks, refused, zone } from './build.js';

/** A small machine's only zone, of which the end of the line is cut off. */
const CUT = zone({ node: null, freePages: 3300, minPages: 500, presentPages: 65_536, managedPages: null, freeCmaPages: null, freeBlocks: blocks('2600UMC 220C 50C 5C') });
const judged = (zones: readonly ZoneState[], memory: Readonly<Record<string, number>>): ReturnType<typeof explain> => explain(refused({ kernel: '3.12.10', flags: 'GFP_ATOMIC', order: 1, zones, memory }));
const heldIn = ({ zones }: ReturnType<typeof explain>): readonly (string | undefined)[] => zones.map(({ steps }) => /less (\d+) held for CMA/.exec(steps.join('\n'))?.[1]);

describe('free pages of CMA that only the summary tells', () => {
  it('are those of the only zone', () => {
    const verdict = judged([CUT], { free: 3300, free_cma: 2000 });
    expect(heldIn(verdict)).toEqual(['2000']);
    expect(verdict.zones[0]?.steps.at(-1)).toBe('but every block that is large enough belongs to CMA, which this request may not use');
    expect(verdict).toMatchObject({ cause: 'cma-held', confidence: 'computed' });
  });

  it('are those of the zone among whose free blocks some are of CMA', () => {
    expect(heldIn(judged([{ ...CUT, name: 'DMA', freePages: 900, freeBlocks: blocks('900UM') }, CUT], { free: 4200, free_cma: 2000 }))).toEqual([undefined, '2000']);
  });

  it('less those that other zones tell, and that others may hold, printed or not', () => {
    expect(heldIn(judged([{ ...CUT, name: 'DMA', freeCmaPages: 300 }, CUT], { free: 6600, free_cma: 2000 }))).toEqual(['300', '1700']);
    expect(heldIn(judged([CUT], { free: 3900, free_cma: 2000 }))).toEqual(['1400']);
    expect(heldIn(judged([{ ...CUT, name: 'DMA' }, CUT], { free: 6600, free_cma: 2000 }))).toEqual(heldIn(judged([CUT, CUT], {})));
  });

  it('are left at what the blocks prove where the summary is cut, too', () => {
    expect(heldIn(judged([CUT], { free: 3300 }))).toEqual(heldIn(judged([CUT], {})));
  });
});

import type { ZoneState } from '@nopage/gfp';
import { describe, expect, it } from 'vitest';
import { explain } from '../src/index.js';
import { blocks, refused, zone, type Asked } from './build.js';

/** A zone of which somebody has pasted the line with the blocks only. */
const listed = (text: string, name = 'Normal'): ZoneState => zone({
  name, node: null, freePages: null, boostPages: null, minPages: null, lowPages: null, highPages: null, reservedHighatomicPages: null, freeCmaPages: null,
  presentPages: null, managedPages: null, freePcpPages: null, lowmemReserve: [], freeBlocks: blocks(text),
});
const judged = (more: Asked): string => {
  const { cause, confidence } = explain(refused(more));
  return `${cause}, ${confidence}`;
};

describe('zones of which only the blocks are left', () => {
  const inPieces = [listed('9000UME 800UM 30U', 'DMA32'), listed('700U 60U 5H 2H')];

  it('tell of a kill for a block that none of theirs would have served', () => {
    expect(judged({ kind: 'oom-kill', order: 3, zones: inPieces })).toBe('fragmentation, guess');
    expect(judged({ kind: 'oom-kill', order: 0, zones: inPieces })).toBe('exhausted, inferred');
    expect(judged({ kind: 'oom-kill', order: 3, zones: [listed('900UME 80UM 3U')] })).toBe('exhausted, guess');
    expect(judged({ kind: 'oom-kill', order: 3, zones: [...inPieces, listed('9U 8U 7U 6M', 'DMA')] })).toBe('exhausted, guess');
  });

  it('tell of a small block refused to a caller that may wait', () => {
    expect(judged({ order: 2, zones: [listed('9000UME 800UM 30C 9H')] })).toBe('fragmentation, inferred');
    expect(judged({ order: 2, zones: [listed('100UME 9UM')] })).toBe('exhausted, guess');
    expect(judged({ order: 2, zones: [listed('9000UME 800UM 30C 9M')] })).toBe('exhausted, guess');
  });

  it('tell that most of what is free is lent by CMA', () => {
    const lent = [listed('0 400C 200C 100C', 'DMA32'), listed('200UME 40M 10H')];
    expect(judged({ flags: 'GFP_NOIO', zones: lent })).toBe('cma-held, inferred');
    expect(explain(refused({ flags: 'GFP_NOIO', zones: lent })).why[0]).toBe('2400 pages of the 2720 listed as free belong to CMA, which lends only to memory that can be moved away again; this request is not of that kind.');
    expect(judged({ flags: 'GFP_HIGHUSER_MOVABLE', zones: lent })).not.toContain('cma-held');
  });
});

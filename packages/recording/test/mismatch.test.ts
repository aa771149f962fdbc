import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { formatDifferences, replay, type ReplayReport } from '../src/index.js';

const text = gunzipSync(readFileSync(new URL('fixtures/a02-tiny50-64M.txt.gz', import.meta.url))).toString('latin1');

async function replayWith(from: string, to: string, events = false): Promise<ReplayReport> {
  expect(text).toContain(from);
  return replay([Buffer.from(text.replace(from, to))], { events });
}

describe('the first thing that came out otherwise is named', () => {
  it('a frame: operation, line, expected and got', async () => {
    const { firstMismatch, ops, matched, states, statesMatched } = await replayWith('A 33 1 0 820 z2219:0:0:1 = 2219', 'A 33 1 0 820 z2219:0:0:1 = 2211');
    expect(firstMismatch).toMatchObject({ kind: 'result', operation: 33, what: 'A 33 order 0 gfp 0x820', expected: 'frame 2211', got: 'frame 2219', differences: [] });
    expect(text.split('\n')[(firstMismatch?.line ?? 0) - 1]).toMatch(/^A 33 /);
    // What follows can't be told until the next state, which is where the replay goes on.
    expect({ ops, matched, states, statesMatched }).toEqual({ ops: 35, matched: 34, states: 1, statesMatched: 1 });
  });

  it('a refusal', async () => {
    const { firstMismatch } = await replayWith('A 5 0 0 cc0 = 22a2', 'A 5 0 0 cc0 = -');
    expect(firstMismatch).toMatchObject({ expected: 'refused', got: 'frame 22a2' });
  });

  it('and what it came to by the next state', async () => {
    const { firstMismatch } = await replayWith('F 18 1 17e2 1 d17e2:1:1', 'A 18 9 3 820 = -');
    expect(firstMismatch).toMatchObject({ kind: 'result', operation: 18, expected: 'refused' });
    expect(text.split('\n')[(firstMismatch?.stateLine ?? 0) - 1]).toMatch(/^STATE final/);
    expect(formatDifferences(firstMismatch?.differences ?? [])).toContain('DMA32: free pages: expected 7591, got 7589');
  });

  it('of many pages at once', async () => {
    const { firstMismatch } = await replayWith('A 33 1 0 820 z2219:0:0:1 = 2219', 'L 33 1 2 820 = 2:2219,1000');
    expect(firstMismatch).toMatchObject({ expected: '2 frames', got: 'other frames' });
    expect(firstMismatch?.stateLine).toBeGreaterThan(0);
  });

  it('a number of a state', async () => {
    const { firstMismatch } = await replayWith('PCP 1 cpu=0 count=5 high=850', 'PCP 1 cpu=0 count=5 high=851');
    expect(firstMismatch?.kind).toBe('state');
    expect(formatDifferences(firstMismatch?.differences ?? [])).toEqual(['DMA32: pcp high: expected 851, got 850']);
  });

  it('a list of a state, from the place where it parts', async () => {
    const { firstMismatch } = await replayWith('FL 1 0 0 5 : 22a6 221d 22b5 2211 22a2\nFL 1 0 1 11', 'FL 1 0 0 5 : 22a6 221d 2211 22b5 22a2\nFL 1 0 1 11');
    expect(formatDifferences(firstMismatch?.differences ?? [])).toEqual(['DMA32: free list of order 0 Unmovable, from place 2: expected [2211 22b5 22a2] of 5, got [22b5 2211 22a2] of 5']);
  });

  it('an event, when events are compared', async () => {
    expect((await replayWith('d17e2:1:1', 'd17e2:1:2')).firstMismatch).toBeNull();
    expect((await replayWith('d17e2:1:1', 'd17e2:1:2', true)).firstMismatch).toMatchObject({ kind: 'event', expected: 'd17e2:1:2', got: 'd17e2:1:1' });
    expect((await replayWith(' d17e2:1:1', '', true)).firstMismatch).toMatchObject({ kind: 'event', expected: 'no event', got: 'd17e2:1:1' });
    expect((await replayWith('F 18 1 17e2 1 d17e2:1:1', 'F 18 1 17e2 1 d17e2:1:1 d1:0:0', true)).firstMismatch).toMatchObject({ kind: 'event', expected: 'd1:0:0', got: 'no event' });
  });
});

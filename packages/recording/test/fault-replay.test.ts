import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { replay, type ReplayReport } from '../src/index.js';

/** Requests of one caller fail, those of the other don't: as it was recorded, at the default depth. */
const recorded = readFileSync(new URL('fixtures/fi-f21-require-caller-b.txt', import.meta.url), 'utf8');
const PLACE = 'G 17 verbose 0';

/** The recording with one attribute's line replaced, on a kernel for one node or for several. */
function variant(attribute: string, numa = false): Promise<ReplayReport> {
  const text = recorded.replace(PLACE, `G 17 ${attribute}`);
  return replay([Buffer.from(numa ? text.replace('numa=0', 'numa=1') : text)]);
}

describe('how deep the stack filter looks', () => {
  it.each<[depth: number, numa: boolean, reached: boolean]>([[2, false, false], [3, false, true], [3, true, false], [4, true, true], [64, true, true]])(
    'depth %d, a kernel for several nodes: %s: the recorder\'s caller is reached: %s',
    async (depth, numa, reached) => {
      const { firstMismatch } = await variant(`stacktrace_depth ${depth}`, numa);
      // Where it is not, no request fails, and the first that was recorded to fail does not match.
      expect(firstMismatch === null).toBe(reached);
      if (!reached) expect(firstMismatch).toMatchObject({ kind: 'decision', expected: 'made to fail', got: 'let through' });
    },
  );
});

describe('an attribute that no kernel has is told with its line', () => {
  const line = recorded.slice(0, recorded.indexOf(PLACE)).split('\n').length;
  it.each([
    ['nosuch 3', 'there is no fault attribute "nosuch"'],
    ['min_order one', 'min_order can\'t be "one"'],
    ['min_order', 'min_order can\'t be ""'],
    ['probability -1', 'probability: given -1, expected a whole number from 0'],
    ['times 99999999999', 'times: given 99999999999'],
    ['require_start @nowhere', 'does not say where @nowhere is'],
  ])('G 17 %s', async (attribute, message) => {
    await expect(variant(attribute)).rejects.toMatchObject({ code: 'CORRUPT', line, message: expect.stringContaining(message) as string });
  });
});

describe('what the fault settings rest on is told with the line that needs it', () => {
  const lineOf = (start: string): number => recorded.slice(0, recorded.indexOf(start)).split('\n').length;

  it('a symbol whose address is none', async () => {
    const text = recorded.replace('pa_call_b=', 'pa_call_b=@');
    await expect(replay([Buffer.from(text)])).rejects.toMatchObject({ code: 'CORRUPT', line: lineOf('G 21 require_start'), reason: 'the recording does not say where @pa_call_b is' });
  });

  it('a kernel that is not named', async () => {
    const text = recorded.replace(/^FACTS .*$/m, '');
    await expect(replay([Buffer.from(text)])).rejects.toMatchObject({ code: 'UNKNOWN_PROFILE', line: lineOf('S fi 1') });
  });
});

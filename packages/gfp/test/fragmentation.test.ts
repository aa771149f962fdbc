import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { formatIndex, fragmentationIndex, unusableIndex, unusablePercent } from '../src/index.js';
import { examplesOf, hasShared, sharedBytes, sharedFiles } from './shared.js';

describe.skipIf(!hasShared)('examples of the specification', () => {
  it.each(examplesOf('frag-index'))('$id: $description ($versions)', ({ input, expected }) => {
    const blocks = input['nr_free_per_order'] as number[];
    const order = input['target_order'] as number;
    expect(fragmentationIndex(blocks, order)).toBe(expected['fragmentation_index_x1000']);
    expect(unusableIndex(blocks, order)).toBe(expected['unusable_index_x1000']);
    expect(formatIndex(fragmentationIndex(blocks, order), 2)).toBe(expected['extfrag_index_printed']);
    expect(formatIndex(unusableIndex(blocks, order))).toBe(expected['unusable_index_printed']);
  });
});

/** The three files read one after another in a recording: free blocks, and both indices, each line a zone. */
function readingsOf(trace: string): { zone: string; blocks: number[]; extfrag: string[]; unusable: string[] }[] {
  const files = [...trace.matchAll(/<<<FILE (\S+)[^\n]*\n([^>]*?)>>>ENDFILE/g)];
  const found: { zone: string; blocks: number[]; extfrag: string[]; unusable: string[] }[] = [];
  files.forEach(([, path, text], at) => {
    if (path !== '/proc/buddyinfo') return;
    const [extfrag, unusable] = [files[at + 1], files[at + 2]];
    if (extfrag?.[1]?.endsWith('/extfrag_index') !== true || unusable?.[1]?.endsWith('/unusable_index') !== true) return;
    linesOf(text).forEach((line, zone) => {
      found.push({
        zone: line, blocks: fields(line).map(Number),
        extfrag: fields(linesOf(extfrag[2])[zone]), unusable: fields(linesOf(unusable[2])[zone]),
      });
    });
  });
  return found;
}

function linesOf(text = ''): string[] {
  return text.split('\n').filter((line) => line !== '');
}

function fields(line = ''): string[] {
  return line.replace(/^Node \d+, zone +\S+/, '').trim().split(/\s+/);
}

describe.skipIf(!hasShared)('indices that a running kernel printed', () => {
  it.each(hasShared ? sharedFiles('kernel/x-extfrag') : [])('%s', (name) => {
    const readings = readingsOf(gunzipSync(sharedBytes(`kernel/x-extfrag/${name}/trace.txt.gz`)).toString('latin1'));
    expect(readings.length).toBeGreaterThan(0);
    for (const { zone, blocks, extfrag, unusable } of readings) {
      expect(blocks.map((_, order) => formatIndex(fragmentationIndex(blocks, order))), zone).toEqual(extfrag);
      expect(blocks.map((_, order) => formatIndex(unusableIndex(blocks, order))), zone).toEqual(unusable);
    }
  });
});

describe('fragmentation', () => {
  const mixed = [1000, 500, 100];
  it('is -1000 where a block is large enough, near 1000 where many small ones are not', () => {
    expect(fragmentationIndex([...mixed, 1], 3)).toBe(-1000);
    expect(fragmentationIndex(mixed, 3)).toBe(812);
  });
  it('is 0 and all is unusable where nothing is free', () => {
    expect(fragmentationIndex([], 3)).toBe(0);
    expect(unusableIndex([0, 0], 1)).toBe(1000);
    expect(unusablePercent([0, 0], 1)).toBe(0);
  });
  it('counts the share that the wl500g router could not use for 32 kB', () => {
    expect(unusableIndex([72, 43, 23, 1], 3)).toBe(968);
    expect(unusablePercent([72, 43, 23, 1], 3)).toBe(96);
  });
  it.each([[812, '0.812'], [-1000, '-1.000'], [-250, '0.-250'], [-5, '0.-05'], [1000, '1.000'], [3, '0.003']])('prints %d as %s', (index, text) => {
    expect(formatIndex(index)).toBe(text);
  });
});

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { replay } from '../src/index.js';

const folder = fileURLToPath(new URL('../../../../shared/kernel/', import.meta.url));
const index = `${folder}INDEX.tsv`;

/** What a recording promises: every operation replays, or only the decisions to inject failures. */
type Kind = 'operations' | 'decisions';

function recordings(): [name: string, file: string, kind: Kind][] {
  if (!existsSync(index)) return [];
  return readFileSync(index, 'utf8').split('\n').slice(1).flatMap((row) => {
    const [name = '', , , , , , certified] = row.split('\t');
    const kind: Kind | null = certified === 'replayed' ? 'operations' : name.startsWith('fi-') ? 'decisions' : null;
    const file = [`${folder}${name}/trace.txt.gz`, `${folder}${name}/trace.txt`].find((path) => existsSync(path));
    return kind === null || file === undefined ? [] : [[name, file, kind] as [string, string, Kind]];
  });
}

/** One file's part of all the recordings that are there, so that they run beside one another. */
export function replayShare(share: number, shares: number): void {
  const mine = recordings().filter((_, i) => i % shares === share);
  describe.skipIf(mine.length === 0)('every recording at hand replays to the last frame, event and field', () => {
    it.each(mine)('%s', async (_name, file, kind) => {
      const report = await replay(file, { events: true });
      expect(report.firstMismatch).toBeNull();
      expect(report.matched).toBe(report.ops);
      expect(report.statesMatched).toBe(report.states);
      if (kind === 'decisions') expect(report.decisions).toBeGreaterThan(0);
      else expect(report.ops + report.states).toBeGreaterThan(0);
    });
  });
}

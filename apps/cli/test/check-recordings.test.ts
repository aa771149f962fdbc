import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nopage } from './nopage.js';

const recordings = fileURLToPath(new URL('../../../../shared/kernel', import.meta.url));

interface Situation {
  readonly name: string;
  readonly files: ReadonlyMap<string, string>;
  readonly release: string;
  readonly order: string;
  readonly gfp: string;
  readonly refused: boolean;
}

/** The marked request of a recorded situation, with `/proc` as it was just before. */
function situationOf(name: string): Situation | null {
  const text = gunzipSync(readFileSync(join(recordings, name, 'trace.txt.gz'))).toString('latin1');
  const marked = /^S mark 1\nA \d+ \d+ (\d+) ([0-9a-f]+) .*?= (\S+)/m.exec(text);
  if (!marked) return null;
  const before = text.slice(0, marked.index);
  const files = new Map([...before.matchAll(/^<<<FILE \/proc\/(zoneinfo|buddyinfo|pagetypeinfo).*\n([\s\S]*?)^>>>ENDFILE/gm)].map((match) => [match[1] ?? '', match[2] ?? '']));
  return { name, files, release: /release=(\S+)/.exec(text)?.[1] ?? '', order: marked[1] ?? '', gfp: `0x${marked[2] ?? ''}`, refused: marked[3] === '-' };
}

const names = existsSync(recordings) ? ['w-A', 'w-C'].flatMap((group) => readdirSync(join(recordings, group)).map((name) => `${group}/${name}`)) : [];
// An order above the largest is refused before any zone is looked at, and check names the largest order instead.
const situations = names.map(situationOf).filter((situation): situation is Situation => situation !== null && situation.files.has('zoneinfo') && Number(situation.order) <= 10);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nopage-recordings-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(situations.length === 0)('nopage check on /proc of recorded machines', () => {
  it.each(situations.map((situation) => [situation.name, situation] as const))('%s: says what the kernel then did', async (_name, situation) => {
    for (const [file, text] of situation.files) writeFileSync(join(folder, file), text);
    writeFileSync(join(folder, 'version'), `Linux version ${situation.release}\n`);
    const { stdout } = await nopage(['check', '--order', situation.order, '--gfp', situation.gfp, '--proc', folder, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ allowed: !situation.refused });
  });
});

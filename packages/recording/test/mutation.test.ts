import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { RecordingError, replay } from '../src/index.js';

const linesOf = (name: string): string[] => gunzipSync(readFileSync(new URL(`fixtures/${name}`, import.meta.url))).toString('latin1').split('\n');

/** Another number of the same base in the place of the one that `word` ends with. */
const off = (word: string): string => word.replace(/[0-9a-f]$/, (digit) => (digit === '0' ? '1' : digit === 'a' ? 'b' : /[0-9]/.test(digit) ? String(Number(digit) - 1) : String.fromCharCode(digit.charCodeAt(0) - 1)));

/** What a line says that a replay does not bring forth: where it was recorded, times, what others count, movable pages. */
const given = /^(t|j|t0|j0|kswapd|kswapd_failures|cpu|drift_mark|pgactivate|pgfault|pgreuse|slabs_scanned)=/;

/** Every line that differs from `line` in one outcome. */
function outcomesOff(line: string, inState: boolean): string[] {
  const words = line.split(' ');
  const [tag = ''] = words;
  const changed = (at: number, word: string): string => words.with(at, word).join(' ');
  if (inState) {
    if (tag === 'LRU' || tag === 'END') return [];
    const found = words.flatMap((word, at) => (at <= (tag === 'STATE' || tag === 'ZONE' ? 2 : 0) || given.test(word) || off(word) === word ? [] : [changed(at, off(word))]));
    const colon = words.indexOf(':');
    if (colon > 0 && words.length > colon + 2) found.push(words.with(colon + 1, words[colon + 2]!).with(colon + 2, words[colon + 1]!).join(' '));
    return found;
  }
  const result = words.indexOf('=');
  return words.flatMap((word, at) => {
    if (result > 0 && at === result + 1) return word === '-' ? [changed(at, '10')] : [changed(at, off(word)), changed(at, '-')];
    if (/^v\d=/.test(word)) return word.split('/').map((part, i, parts) => changed(at, parts.with(i, off(part)).join('/')));
    if (/^[zdx][0-9a-f]+:/.test(word)) return [...word.split(':').map((part, i, parts) => changed(at, parts.with(i, i === 0 ? `${part[0]!}${off(part.slice(1))}` : off(part)).join(':'))), words.toSpliced(at, 1).join(' ')];
    if (/^[rc]\(|^r\)|^pfmemalloc$/.test(word)) return [words.toSpliced(at, 1).join(' ')];
    return [];
  });
}

async function noticed(lines: readonly string[]): Promise<boolean> {
  try {
    const { firstMismatch } = await replay([Buffer.from(lines.join('\n'), 'latin1')], { events: true });
    return firstMismatch !== null;
  } catch (error) {
    if (error instanceof RecordingError) return true;
    throw error;
  }
}

/** Every `share`th recorded line that has an outcome, each of its outcomes off by one. */
async function overlooked(name: string, share: number): Promise<string[]> {
  const lines = linesOf(name);
  const missed: string[] = [];
  let recording = false;
  let states = 0;
  let inState = false;
  let seen = 0;
  for (const [at, line] of lines.entries()) {
    if (line.startsWith('S rec ')) [recording, states] = [line === 'S rec 1', 0];
    if (!recording || line.startsWith('S ')) continue;
    if (line.startsWith('STATE ')) [inState, states] = [true, states + 1];
    // The first state is where the replay begins.
    const mutants = inState && states < 2 ? [] : outcomesOff(line, inState);
    if (line === 'END') inState = false;
    if (mutants.length === 0 || seen++ % share !== 0) continue;
    for (const mutant of mutants) if (!(await noticed(lines.with(at, mutant)))) missed.push(`line ${at + 1}: ${mutant.slice(0, 120)}`);
  }
  expect(seen).toBeGreaterThan(20);
  return missed;
}

describe('no outcome of a recording can be other than it was without being noticed', () => {
  it.each([['a02-tiny50-64M.txt.gz', 7], ['linux61-tiny50-64M.txt.gz', 11], ['tiny50-64M-1.txt.gz', 13]])('%s, one line in %i', async (name, share) => {
    expect(await overlooked(name, share)).toEqual([]);
  });

  it.each(['i2-64M-noboost-kswapd0.txt.gz', 'mix3k-256M-smp1.txt.gz'])('%s: a mark or an event that is missing', async (name) => {
    const lines = linesOf(name);
    const at = lines.findIndex((line) => / r\)0| z/.test(line) && line.startsWith('A '));
    expect(await noticed(lines)).toBe(false);
    expect(await noticed(lines.with(at, lines[at]!.replace(/ (r\)0|z\S+)/, '')))).toBe(true);
    const marked = lines.findIndex((line) => line.includes(' pfmemalloc'));
    if (marked >= 0) expect(await noticed(lines.with(marked, lines[marked]!.replace(' pfmemalloc', '')))).toBe(true);
  });
});

describe('a replay says what it left out', () => {
  it('operations and states after something that others did', async () => {
    const lines = linesOf('a02-tiny50-64M.txt.gz');
    const at = lines.findIndex((line) => line.startsWith('A 33 '));
    const report = await replay([Buffer.from(lines.with(at, lines[at]!.replace(' = ', ' !K0:0 = ')).join('\n'))]);
    expect(report).toMatchObject({ firstMismatch: null, ops: 34, matched: 34, skippedOps: 18, states: 1, skippedStates: 1 });
  });

  it('nothing of a recording that is compared in full', async () => {
    expect(await replay([Buffer.from(linesOf('a02-tiny50-64M.txt.gz').join('\n'))])).toMatchObject({ ops: 52, skippedOps: 0, states: 2, skippedStates: 0 });
  });
});

import type { FailureEvent } from '@nopage/gfp';
import { describe, expect, it } from 'vitest';
import { parseLog } from '../src/index.js';
import { PREFIXES } from './carriers.js';
import { fixtureText, withoutStamps } from './shared.js';

const REPORT = withoutStamps(fixtureText('w33-6.12-C.txt')).filter((line) => !/^(?:patrace: op|Run \/init| {2}with| {4})/.test(line) && line !== '');

function told({ at: _at, source: _source, layout: _layout, ...rest }: FailureEvent): unknown {
  return rest;
}

/** Lines of at most so many letters, as a terminal makes them of longer ones. */
const cut = (lines: readonly string[], column: number): string[] => lines.flatMap((line) => line.match(new RegExp(`.{1,${String(column)}}`, 'g')) ?? []);

describe('a log that a terminal has broken at a column, wherever that was', () => {
  it.each(['dmesg', 'syslog', 'caller id', 'quoted'])('reads as it was, at any column; behind the prefix of %s', (name) => {
    const lines = REPORT.map(PREFIXES[name] ?? String), whole = parseLog(lines.join('\n')).map(told);
    expect(whole).toHaveLength(1);
    for (let column = 72; column <= 132; column++) expect(parseLog(cut(lines, column).join('\n')).map(told), String(column)).toEqual(whole);
  });

  it('with the list of free pieces of a CMA area, however long', () => {
    const pieces = Array.from({ length: 200 }, (_, at) => `${String(1 + (at % 7))}@${String(1000 + at * 37)}`);
    const log = ['[   12.000001] cma: cma_alloc: reserved: alloc failed, req-size: 2048 pages, ret: -12', `[   12.000002] cma: number of available pages: ${pieces.join('+')}=> 794 free of 16384 total pages`, '[   13.000000] eth0: link up', ...REPORT.map((line) => `[   14.000000] ${line}`)];
    for (const column of [80, 100, 132]) expect(parseLog(cut(log, column).join('\n'))[0], String(column)).toMatchObject({ kind: 'cma-failure', detail: { freePages: 794, areaPages: 16_384, largestPages: 7 } });
  });

  it('is not one that has the same line many times, and not one that a mailer has broken', () => {
    const same = '__alloc_pages: 0-order allocation failed (gfp=0x1d2/0) from c012e052';
    expect(parseLog(['[    1.000001] eth0: link up', ...Array.from({ length: 9 }, () => same)].join('\n'))).toHaveLength(9);
    const mailed = ['[    1.000001] eth0: link up', '[    1.000002] a-program: page allocation failure: order:4, mode:0x40dc0', '(GFP_KERNEL|__GFP_COMP|__GFP_ZERO)', '[    1.000003] eth0: link down'];
    expect(parseLog(mailed.join('\n'))).toMatchObject([{ order: 4, mode: { from: 'log' } }]);
  });
});

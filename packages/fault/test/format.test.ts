import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashOfSite, outcomeCounts, sourceHash, sweep, sweepJUnit, sweepSummary, sweepTable, type NthPoint, type SweepReport } from '../src/index.js';

const site = 'load (src/load.js:3)';
const report: SweepReport = {
  v: 1, name: 'load <a> & "b"', requests: 4, then: 'succeed', trouble: null, notes: ['something was left out'], passed: false,
  cases: [
    { v: 1, n: 1, site, then: 'succeed', outcome: 'ok', detail: 'did without', request: { api: 'Buffer.alloc', bytes: 64, gfp: null, order: null }, stack: [] },
    { v: 1, n: 2, site, then: 'succeed', outcome: 'threw', detail: 'TypeError: no', request: { api: 'Buffer.alloc', bytes: 64, gfp: null, order: null }, stack: ['load (src/load.js:3:1)', 'main (a.js:1:1)'] },
    { v: 1, n: 3, site, then: 'succeed', outcome: 'threw', detail: 'TypeError: no', request: { api: 'Buffer.alloc', bytes: 64, gfp: null, order: null }, stack: [] },
    { v: 1, n: 4, site: 'x (y:1)', then: 'succeed', outcome: 'leaked', detail: 'pages +2 \u0000', request: { api: null, bytes: null, gfp: 0x820, order: 2 }, stack: [] },
  ],
  sites: [{ site, sourceHash: 'fnv1a64:0', survived: false, cases: 3 }, { site: 'x (y:1)', sourceHash: '', survived: false, cases: 1 }],
};

describe('the table', () => {
  it('has a summary, a row per run of like cases, and the notes', () => {
    expect(sweepTable(report).split('\n')).toEqual([
      'load <a> & "b": 4 requests, 4 cases: 1 ok, 1 leaked, 2 threw',
      'n    outcome  request             site                  detail',
      '1    ok       Buffer.alloc 64 B   load (src/load.js:3)  did without',
      '2-3  threw    Buffer.alloc 64 B   load (src/load.js:3)  TypeError: no',
      '4    leaked   order 2, gfp 0x820  x (y:1)               pages +2 \u0000',
      'note: something was left out',
    ]);
  });

  it('goes on below where a line may not be longer', () => {
    const detail = 'made 12 requests, request 13 never came, whatever was done';
    const site = 'readableAddChunkPushByteMode (node_modules/a-package/lib/some/where/deep.js:473)';
    const wide: SweepReport = { ...report, name: 'x', cases: [{ ...report.cases[0]!, outcome: 'nondeterministic', detail, site }], notes: ['a note '.repeat(30)] };
    for (const columns of [80, 60, 40]) {
      const lines = sweepTable(wide, { columns }).split('\n');
      expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(columns);
      const letters = (text: string): string => Array.from(text.replace(/\s/g, '')).sort().join('');
      expect(letters(lines.join(''))).toBe(letters(sweepTable(wide)));
    }
  });

  it('says why there was nothing to sweep', () => {
    expect(sweepSummary({ ...report, cases: [], trouble: { code: 'no-requests', text: 'it never asked' } })).toBe('load <a> & "b": not swept: it never asked');
    expect(sweepSummary({ ...report, trouble: { code: 'interrupted', text: 'stopped after 4 of 9 cases' } })).toMatch(/2 threw; stopped after 4 of 9 cases$/);
    expect(outcomeCounts(report)).toMatchObject({ ok: 1, threw: 2, hung: 0 });
  });
});

describe('JUnit XML', () => {
  it('has a test case per failed request, with the stack, and nothing that XML forbids', () => {
    const xml = sweepJUnit(report);
    expect(xml).toContain('<testsuite name="load &lt;a&gt; &amp; &quot;b&quot;" tests="4" failures="3" errors="0" skipped="0">');
    expect(xml).toContain('<failure type="threw" message="TypeError: no">at load (src/load.js:3:1)&#10;at main (a.js:1:1)</failure>');
    expect(xml).toContain('name="request 4 (order 2, gfp 0x820) fails at x (y:1)"');
    expect(xml).toContain('message="pages +2 \ufffd"');
    expect(xml.match(/<testcase /g)?.length).toBe(4);
  });

  it('shows trouble as an error', () => {
    const xml = sweepJUnit({ ...report, cases: [], trouble: { code: 'hung', text: 'it did not end' } });
    expect(xml).toContain('tests="1" failures="0" errors="1"');
    expect(xml).toContain('<error type="hung" message="it did not end"/>');
  });
});

describe('evidence', () => {
  it('is survived only where every case of the site is ok, and carries the hash of the source', async () => {
    const good = (fault: NthPoint): void => { if (fault.shouldFailEx(1)) throw new Error('no memory'); };
    const bad = (fault: NthPoint): void => { if (fault.shouldFailEx(1)) throw new TypeError('oops'); };
    const { sites } = await sweep((fault) => { good(fault); bad(fault); good(fault); }, { tells: (error) => !(error instanceof TypeError), readSource: () => 'text' });
    expect(sites).toMatchObject([{ survived: true, cases: 2, sourceHash: sourceHash('text') }, { survived: false, cases: 1 }]);
    expect(hashOfSite(sites[0]!.site, (path) => (path.endsWith('format.test.ts') ? 'text' : null))).toBe(sites[0]!.sourceHash);
    expect(hashOfSite('(runtime)', () => 'text')).toBeNull();
    expect(sites[0]!.site).toMatch(/^good \(.*format\.test\.ts:\d+\)$/);
  });

  it('the hash is FNV-1a of 64 bits over the code units', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
      let hash = 0xcbf29ce484222325n;
      for (let i = 0; i < text.length; i++) {
        for (const byte of [text.charCodeAt(i) & 0xff, text.charCodeAt(i) >>> 8]) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
      }
      expect(sourceHash(text)).toBe(`fnv1a64:${hash.toString(16).padStart(16, '0')}`);
    }), { seed: 2008 });
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { asWarnings, defineWarnings, loadPolicy, loadWarnings, onPowersOfTwo, parseWarnings, preset, rareFirst, replayPolicy, ReporterError, warningsSchema, type GateEvent, type Reportable } from '../src/index.js';

const events: GateEvent[] = [['a', 0], ['a', 1], ['b', 2], ['a', 10_002]].map(([site, at], i) => ({ at: at as number, site: site as string, order: i } as GateEvent));
const codes = (json: unknown): string[] => {
  const found: string[] = [];
  replayPolicy<GateEvent>(loadWarnings(json), events, { each: ({ code }) => found.push(code) });
  return found;
};

describe('loadWarnings', () => {
  it.each([
    ['a policy', { use: 'rate-limit', burst: 1, interval: '10s' }, ['rate/pass', 'rate/full', 'rate/full', 'rate/pass']],
    ['nested combinators', { use: 'any', policies: [null, false, { use: 'rare-first' }, { use: 'per-key', policy: { use: 'rate-limit', burst: 1, interval: '10s' } }] }, ['rare/new', 'rate/full', 'rare/new', 'rate/pass']],
    ['a key of several fields', { use: 'per-key', key: ['site', 'order'], policy: { use: 'rate-limit', burst: 1, interval: '10s' } }, ['rate/pass', 'rate/pass', 'rate/pass', 'rate/pass']],
    ['a test', { use: 'first', policies: [{ use: 'when', test: { field: 'order', atLeast: 2, not: 3 }, policy: { use: 'trusted', sites: ['b'] } }, 'on-powers-of-two'] }, ['pow2/hit', 'pow2/hit', 'trusted/site', 'pow2/miss']],
    ['a pattern', { use: 'when', test: { field: 'site', matches: '^b' }, policy: 'on-powers-of-two' }, ['none', 'none', 'pow2/hit', 'none']],
    ['a floor', { use: 'at-least', verdict: 'escalate', policy: { use: 'rate-limit', burst: 1, interval: 10_000 } }, ['rate/pass', 'rate/full', 'rate/full', 'rate/pass']],
    ['the name of a preset', 'linux-5.4', ['rate/pass', 'rate/full', 'rate/full', 'rate/pass']],
    ['the name of a policy', 'rare-first', ['rare/new', 'none', 'rare/new', 'none']],
    ['a preset as a policy', { use: 'preset', name: 'linux-5.4', hz: 250 }, ['rate/pass', 'rate/full', 'rate/full', 'rate/full']],
    ['a whole configuration', { $schema: 'warnings.schema.json', policy: { use: 'all', policies: [{ use: 'budget', lines: 1 }, 'on-powers-of-two'] }, key: 'site', maxSilence: '1d', maxKeys: 5 }, ['pow2/hit', 'budget/lines', 'budget/lines', 'budget/lines']],
  ])('reads %s', (_what, json, expected) => {
    expect(codes(json)).toEqual(expected);
  });

  it.each([
    [7, '$', /is 7, and must be an object/],
    [{ use: 'rate-limt' }, '$.use', /is "rate-limt", and must be one of any, all/],
    [{ use: 'rate-limit', burst: 1 }, '$.interval', /is missing: Length of a window/],
    [{ use: 'rate-limit', brust: 1, interval: '10s' }, '$.brust', /is not a field of rate-limit, which has burst, interval/],
    [{ use: 'rate-limit', burst: 'x' }, '$.burst', /is "x", and must be a whole number/],
    [{ use: 'rate-limit', burst: 1, interval: '10 s' }, '$.interval', /"10 s" is no duration/],
    [{ use: 'rate-limit', burst: 1.5, interval: 1 }, '$.burst', /is 1.5, and must be a whole number from 0/],
    [{ use: 'rate-limit', burst: 1, interval: 1, brust: 1 }, '$.brust', /is not a field of rate-limit, which has burst, interval, era, hz/],
    [{ use: 'any', policies: [{ use: 'all', policies: [{ use: 'rare-first', quiet: true }] }] }, '$.policies[0].policies[0].quiet', /must be a duration/],
    [{ use: 'any', policies: [] }, '$.policies', /has no policy/],
    [{ use: 'any', policies: { use: 'rare-first' } }, '$.policies', /must be a list/],
    [{ use: 'summarize', interval: '1h', upTo: '1m' }, '$', /upTo is 60000, and must be from 3600000/],
    [{ use: 'when', test: { field: 'order' }, policy: 'rare-first' }, '$.test', /has no condition/],
    [{ use: 'when', test: { field: 'site', matches: '(' }, policy: 'rare-first' }, '$.test.matches', /regular expression/i],
    [{ use: 'when', test: { field: 'site', like: 'a' }, policy: 'rare-first' }, '$.test.like', /is no condition; there are is, not/],
    [{ use: 'preset', name: 'linux-9' }, '$.name', /"linux-9" is no preset/],
    [{ policy: 'unheard-of' }, '$.policy', /"unheard-of" is no preset/],
    [{ policy: 'linux-5.4', maxKeys: 0 }, '$.maxKeys', /is 0, and must be a whole number from 1/],
    [{ policy: 'linux-5.4', silence: 1 }, '$.silence', /is not a field; there are/],
    [{ use: 'proven', report: { sites: [] } }, '$', /asks for the hash of sources/],
    [{ use: 'toString' }, '$.use', /must be one of/],
    ['toString', '$', /is no preset/],
  ])('says of %j that %s is wrong', (json, path, message) => {
    expect(() => loadWarnings(json)).toThrow(expect.objectContaining({ code: 'BAD_CONFIG', path, message: expect.stringMatching(message) as string }) as ReporterError);
  });

  it('reads the evidence of a sweep from a file that it is given a reader for', () => {
    const files = { 'sweep.json': { sites: [{ site: 'b', sourceHash: 'h', survived: true, cases: 2 }] } };
    const options = { hashOf: () => 'h', readReport: (file: string) => files[file as 'sweep.json'] };
    const policy = loadPolicy({ use: 'proven', report: 'sweep.json' }, options);
    const found: string[] = [];
    replayPolicy<GateEvent>(policy, events, { each: ({ code }) => found.push(code) });
    expect(found).toEqual(['none', 'none', 'proven/survives', 'none']);
    const broken = { sites: [{ site: 'b', sourceHash: 'h', survived: 'yes', cases: 2 }] };
    expect(() => loadPolicy({ use: 'proven', report: 'none.json' }, { ...options, readReport: () => { throw new Error('no such file'); } })).toThrow(`$.report: "none.json" can't be read: no such file`);
    expect(() => loadPolicy({ use: 'proven', report: broken }, options)).toThrow(/^\$\.report\.sites\[0\]\.survived: is "yes"/);
  });
});

describe('parseWarnings', () => {
  it.each([
    ['{\n  "use": "any",\n  "policies": [\n    "rare-first",\n    { "use": "rate-limit", "burst": 1, "interval": "soon" }\n  ]\n}', 'line 5, column 52, $.policies[1].interval: "soon" is no duration'],
    ['{ "use": "rate-limit",\n  "burst": 1 }', 'line 1, column 1, $.interval: is missing'],
    ['{ "use": "rate-limit",\n  "burst": 1,, }', 'line 2, column 14: is no JSON'],
    ['{\n "policy": "a" "b" }', 'line 2, column 16: is no JSON'],
    ['[1, 2', 'line 1, column 6: is no JSON'],
    ['', 'line 1, column 1: is no JSON'],
    ["{ 'use': 1 }", 'line 1, column 3: is no JSON'],
  ])('points into %j', (text, message) => {
    expect(() => parseWarnings(text)).toThrow(message);
  });

  it('takes what loadWarnings takes', () => {
    expect(parseWarnings('"recommended"').name).toBe('recommended');
    expect(parseWarnings('\uFEFF"recommended"').name).toBe('recommended');
  });
});

describe('the schema', () => {
  it('in warnings.schema.json is the one that the loader is made from', () => {
    expect(JSON.parse(readFileSync(new URL('../warnings.schema.json', import.meta.url), 'utf8'))).toEqual(warningsSchema());
  });
});

describe('defineWarnings', () => {
  it('takes the loudest of its policies and leaves out what is not there', () => {
    const warnings = defineWarnings<Reportable>({ policies: [rareFirst(), false, null, onPowersOfTwo()], maxSilence: '5m' });
    expect(warnings).toMatchObject({ name: 'any(rareFirst, onPowersOfTwo)', maxSilence: '5m', maxKeys: 1024, countedBy: 'ledger' });
    expect(defineWarnings({ policies: [rareFirst()] }).name).toBe('rareFirst');
    expect(() => defineWarnings({ policies: [false] })).toThrow('$.policies: there is no policy');
  });

  it('and presets and bare policies are what a module may export', () => {
    expect(asWarnings(preset('linux-5.4'))).toMatchObject({ name: 'linux-5.4', countedBy: 'policy' });
    expect(asWarnings(rareFirst())).toMatchObject({ name: 'rareFirst', countedBy: 'ledger' });
  });

  it.each<[unknown, string]>([
    [null, '$'], [undefined, '$'], [7, '$'], ['recommended', '$'], [{}, '$'], [{ name: 'x' }, '$'], [{ policy: 7 }, '$.policy'], [{ policy: {} }, '$.policy.name'],
    [{ ...rareFirst(), vote: undefined }, '$.vote'], [{ ...rareFirst(), codes: 'none' }, '$.codes'], [{ policy: { ...rareFirst(), init: null } }, '$.policy.init'],
    [{ policy: rareFirst(), maxKeys: 0 }, '$.maxKeys'], [{ policy: rareFirst(), maxSilence: 'soon' }, '$.maxSilence'], [{ policy: rareFirst(), keyOf: 'site' }, '$.keyOf'],
  ])('and %j is none of them, because of %s', (value, path) => {
    expect(() => asWarnings(value)).toThrow(expect.objectContaining({ code: 'BAD_CONFIG', path }) as ReporterError);
  });
});

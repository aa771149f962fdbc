import { describe, expect, it } from 'vitest';
import { bootSyntax, createInjector, DEFAULT_ATTRIBUTES, faultAttributes, FaultError, parseBootSyntax } from '../src/index.js';

describe('attributes', () => {
  it('the defaults are the kernel\'s', () => {
    expect(faultAttributes()).toEqual({
      probability: 0, interval: 1, times: 1, space: 0, verbose: 2, verboseRatelimitIntervalMs: 0, verboseRatelimitBurst: 10, taskFilter: false, makeItFail: false,
      minOrder: 1, ignoreGfpWait: true, ignoreGfpHighmem: true, cacheFilter: false, stacktraceDepth: 32,
      requireStart: null, requireEnd: null, rejectStart: null, rejectEnd: null, failNth: 0,
    });
  });

  it('plain data goes in and comes out', () => {
    const given = { probability: 5, times: -1, requireStart: 0xffff_ffffn, requireEnd: -1, rejectStart: 'f' };
    const out = createInjector(given).attributes;
    expect(JSON.parse(JSON.stringify(out))).toEqual({ ...DEFAULT_ATTRIBUTES, ...given, requireStart: '0xffffffff', requireEnd: '0xffffffffffffffff' });
    expect(createInjector(out).attributes).toEqual(out);
  });

  it.each([
    [{ probabilty: 5 }, 'UNKNOWN_ATTRIBUTE', /^probabilty: given 5, expected one of probability, interval/],
    [{ probability: '5' }, 'WRONG_TYPE', /^probability: given "5", expected a whole number from 0/],
    [{ probability: -1 }, 'OUT_OF_RANGE', /^probability: given -1, expected a whole number from 0/],
    [{ probability: 1.5 }, 'OUT_OF_RANGE', /given 1\.5/],
    [{ interval: Number.NaN }, 'OUT_OF_RANGE', /given NaN/],
    [{ times: 2 ** 31 }, 'OUT_OF_RANGE', /-2147483648 to 2147483647/],
    [{ stacktraceDepth: -1 }, 'OUT_OF_RANGE', /0 to 4294967295/],
    [{ taskFilter: 1 }, 'WRONG_TYPE', /^taskFilter: given 1, expected true or false/],
    [{ requireStart: {} }, 'WRONG_TYPE', /^requireStart: given an object/],
    [{ requireStart: 0.5 }, 'OUT_OF_RANGE', /an address/],
    [{ requireStart: '/(/' }, 'BAD_REGION', /^requireStart\/requireEnd: given "\/\(\/", expected a pattern that compiles/],
    [{ rejectEnd: 'a.js:3' }, 'BAD_REGION', /^rejectStart\/rejectEnd: given "a\.js:3", expected a start/],
    ['5', 'WRONG_TYPE', /^attributes: given "5", expected an object/],
    [null, 'WRONG_TYPE', /expected an object/],
  ] as const)('%j is refused: %s', (given, code, message) => {
    const attempt = (): unknown => faultAttributes(given as never);
    expect(attempt).toThrow(FaultError);
    expect(attempt).toThrow(expect.objectContaining({ code }) as Error);
    expect(attempt).toThrow(message);
  });
});

describe('the boot syntax', () => {
  it.each([
    ['1,100,0,-1', { interval: 1, probability: 100, space: 0, times: -1 }],
    ['10,5,-4,3', { interval: 10, probability: 5, space: -4, times: 3 }],
    ['1,2,3,4 and the rest', { interval: 1, probability: 2, space: 3, times: 4 }],
    ['1, 2, 3, 4,5', { interval: 1, probability: 2, space: 3, times: 4 }],
  ])('%j is read', (text, attributes) => {
    expect(parseBootSyntax(text)).toEqual(attributes);
    expect(parseBootSyntax(bootSyntax(attributes))).toEqual(attributes);
  });

  it.each(['', '1', '1,100,0', 'a,b,c,d', '1;100;0;1', '-1,100,0,1', '0x1,1,1,1'])('%j is refused: all four numbers are needed', (text) => {
    expect(() => parseBootSyntax(text)).toThrow(/expected four decimal numbers: interval,probability,space,times/);
  });
});

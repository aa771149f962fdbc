import { describe, expect, it } from 'vitest';
import { createInjector, faultRules } from '../src/index.js';

const ATOMIC = 0x820;
const always = { probability: 100, times: -1, minOrder: 0 };

describe('page requests, 6.12', () => {
  it.each([
    ['an order below minOrder never fails', { ...always, minOrder: 1 }, ATOMIC, 0, false],
    ['minOrder itself fails', { ...always, minOrder: 1 }, ATOMIC, 1, true],
    ['__GFP_NOFAIL never fails', { ...always, ignoreGfpWait: false }, ATOMIC | 0x8000, 3, false],
    ['high memory is spared by default', always, ATOMIC | 0x2, 0, false],
    ['high memory fails when it is not ignored', { ...always, ignoreGfpHighmem: false }, ATOMIC | 0x2, 0, true],
    ['requests that may wait are spared by default', always, 0xcc0, 0, false],
    ['requests that may wait fail when they are not ignored', { ...always, ignoreGfpWait: false }, 0xcc0, 0, true],
  ])('%s', (_rule, attributes, gfp, order, fails) => {
    const injector = createInjector(attributes);
    expect(injector.shouldFail(gfp, order)).toBe(fails);
    expect(injector.hits).toBe(fails ? 1 : 0);
  });

  it('a request the pre-checks spare touches no counter', () => {
    const injector = createInjector({ ...always, interval: 3, space: 10, failNth: 2, minOrder: 1 });
    injector.shouldFail(ATOMIC, 0);
    injector.shouldFail(0xcc0, 2);
    expect([injector.count, injector.space, injector.failNth]).toEqual([0, 10, 2]);
  });

  it('the defaults fail one request of order 1, then nothing', () => {
    const injector = createInjector({ probability: 100 });
    expect([0, 1, 1].map((order) => injector.shouldFail(ATOMIC, order))).toEqual([false, true, false]);
  });
});

it('is armed as long as a request could fail or a counter move', () => {
  const injector = createInjector({ probability: 0 });
  const armed = [injector.armed];
  for (const changes of [{ probability: 1 }, { probability: 0 }, { failNth: 2 }]) {
    injector.set(changes);
    armed.push(injector.armed);
  }
  armed.push(injector.shouldFail(ATOMIC, 1), injector.shouldFail(ATOMIC, 1), injector.armed);
  expect(armed).toEqual([false, true, false, true, false, true, false]);
});

describe('flag words of other kernels', () => {
  it.each([
    ['2.6.32', 0x10, 0x20], ['4.3', 0x10, 0x20], ['4.4', 0x40_0000, 0x208_0020], ['4.20', 0x20_0000, 0x40_0020], ['5.4', 0x400, 0xa20],
  ])('%s: what may wait is spared, what is atomic fails', (rules, wait, atomic) => {
    const injector = createInjector(always, { rules });
    expect(injector.shouldFail(wait, 0)).toBe(false);
    expect(injector.shouldFail(atomic, 0)).toBe(true);
  });

  it('slab requests that wake kswapd were spared from 4.4 to 5.0, by mistake', () => {
    expect(createInjector(always, { rules: '4.19' }).shouldFailSlab(0x40_0020, 64)).toBe(false);
    expect(createInjector(always, { rules: '6.12' }).shouldFailSlab(ATOMIC, 64)).toBe(true);
  });

  it('fail-nth did not exist before 4.13', () => {
    expect(() => createInjector({ failNth: 1 }, { rules: '4.12' })).toThrow(/failNth: given 1, expected 0: this kernel has no fail-nth/);
    expect(createInjector({ failNth: 1 }, { rules: '4.13' }).shouldFailEx(1)).toBe(true);
  });

  it.each(['2.6.19', 'x', '2.4.37', ''])('%j has no rules', (kernel) => {
    expect(() => faultRules(kernel)).toThrow(/expected a release from 2\.6\.20 on/);
  });
});

describe('slab requests', () => {
  it('the cache of the caches never fails, and cacheFilter spares what is not marked', () => {
    const injector = createInjector({ ...always, cacheFilter: true });
    expect(injector.shouldFailSlab(ATOMIC, 64, { bootstrap: true, marked: true })).toBe(false);
    expect(injector.shouldFailSlab(ATOMIC, 64)).toBe(false);
    expect(injector.shouldFailSlab(ATOMIC, 64, { marked: true })).toBe(true);
  });

  it('space is in bytes', () => {
    const injector = createInjector({ ...always, space: 100 });
    expect([injector.shouldFailSlab(ATOMIC, 64), injector.space]).toEqual([false, 36]);
    expect(injector.shouldFailSlab(ATOMIC, 64)).toBe(true);
  });
});

describe('messages', () => {
  const texts = (attributes: object, rules: string, gfps: readonly number[]): string[] => {
    const out: string[] = [];
    const injector = createInjector({ ...always, ignoreGfpWait: false, verbose: 1, ...attributes }, { rules, print: (text) => out.push(text) });
    for (const gfp of gfps) injector.shouldFail(gfp, 2);
    return out;
  };

  it('times is printed as it was before the failure, space as it is after use', () => {
    expect(texts({ times: 3, space: 9, interval: 2 }, '6.12', [ATOMIC, ATOMIC, ATOMIC, ATOMIC])).toEqual([
      'FAULT_INJECTION: forcing a failure.\nname fail_page_alloc, interval 2, probability 100, space 1, times 3',
    ]);
  });

  it('3.19 printed interval and probability under each other\'s name, 3.16 one line', () => {
    expect(texts({ interval: 1 }, '3.19', [0x20])[0]).toContain('interval 100, probability 1,');
    expect(texts({}, '3.16', [0x20])).toEqual(['FAULT_INJECTION: forcing a failure']);
  });

  it('__GFP_NOWARN silences its own call since 6.1, every later one in 5.19 and 6.0, none before', () => {
    const [quiet, loud] = [ATOMIC | 0x2000, ATOMIC];
    expect(texts({}, '6.12', [loud, quiet, loud]).length).toBe(2);
    expect(texts({}, '6.0', [loud, quiet, loud]).length).toBe(1);
    expect(texts({}, '5.10', [loud, quiet, loud]).length).toBe(3);
  });

  it('verbose 0 is silent, verbose 2 adds the stack of who asked, without the injector\'s own frames', () => {
    expect(texts({ verbose: 0 }, '6.12', [ATOMIC])).toEqual([]);
    const [text] = texts({ verbose: 2 }, '6.12', [ATOMIC]);
    expect(text!.split('\n')[2]).toBe('Call Trace:');
    expect(text!.split('\n')[3]).toMatch(/injector\.test/);
  });

  it('the message limit lets burst through an interval and tells what it held back with the next one', () => {
    let now = 0;
    const out: string[] = [];
    const injector = createInjector({ ...always, verbose: 1, verboseRatelimitIntervalMs: 100, verboseRatelimitBurst: 2 }, { now: () => now, print: (text) => out.push(text) });
    for (const at of [0, 1, 2, 100, 101]) {
      now = at;
      injector.shouldFail(ATOMIC, 0);
    }
    expect(out.length).toBe(3);
    expect(out[2]).toMatch(/^fail_dump: 2 callbacks suppressed\nFAULT_INJECTION/);
    expect(injector.injected).toBe(5);
    expect(() => createInjector({ verboseRatelimitIntervalMs: 1 })).toThrow(/expected 0, or a clock in options\.now/);
  });
});

describe('code regions', () => {
  function parseHeader(ask: () => boolean): boolean {
    return ask();
  }
  class Reader {
    read(ask: () => boolean): boolean {
      return ask();
    }
  }
  it.each([
    ['a function', { requireStart: 'parseHeader' }, true, false],
    ['a method by its name alone', { requireStart: 'read' }, false, true],
    ['a method with its class', { requireStart: 'Reader.read' }, false, true],
    ['a file by the tail of its path', { requireStart: 'test/injector.test.ts' }, true, true],
    ['another file', { requireStart: 'test/other.test.ts' }, false, false],
    ['a pattern', { requireStart: '/^parse/' }, true, false],
    ['a rejected function', { rejectStart: 'parseHeader' }, false, true],
    ['a rejected file beats a required function', { requireStart: 'parseHeader', rejectStart: 'injector.test.ts' }, false, false],
    ['depth 0 with a required region: nothing', { requireStart: 'parseHeader', stacktraceDepth: 0 }, false, false],
    ['depth 0 with a rejected region: everything', { rejectStart: 'parseHeader', stacktraceDepth: 0 }, true, true],
    ['lines of a file, half-open', { requireStart: 'injector.test.ts:1', requireEnd: 'injector.test.ts:2' }, false, false],
  ])('%s', (_rule, region, inFunction, inMethod) => {
    const injector = createInjector({ ...always, ...region });
    expect(parseHeader(() => injector.shouldFail(ATOMIC, 0))).toBe(inFunction);
    expect(new Reader().read(() => injector.shouldFail(ATOMIC, 0))).toBe(inMethod);
  });

  it('a region that no stack touches is told', () => {
    const injector = createInjector({ ...always, requireStart: 'parseHaeder' });
    expect(injector.unmatchedRegions()).toEqual(['requireStart parseHaeder was not looked for: every request was spared before its stack']);
    parseHeader(() => injector.shouldFail(ATOMIC, 0));
    expect(injector.unmatchedRegions()).toEqual(['requireStart parseHaeder is on none of the 1 stacks looked at']);
  });

  it.each([
    [{ requireEnd: 'a.ts:3' }, /a start to go with the end/],
    [{ requireStart: 'a.ts:3', requireEnd: 'b.ts:4' }, /file:line to file:line of one file/],
    [{ rejectStart: '/(/' }, /a pattern that compiles/],
    [{ rejectStart: 'f', rejectEnd: 9 }, /two addresses/],
    [{ requireStart: '' }, /a function, a file/],
  ])('%j is refused', (attributes, message) => {
    expect(() => createInjector(attributes)).toThrow(message);
  });
});

describe('an idle injector', () => {
  it('looks at no task, no stack and no counter', () => {
    const injector = createInjector({ interval: 2, space: 5 }, { stack: () => { throw new Error('asked for a stack'); } });
    for (let i = 0; i < 9; i++) expect(injector.shouldFail(ATOMIC, 3)).toBe(false);
    expect([injector.hits, injector.count, injector.space]).toEqual([0, 0, 5]);
  });

  it('is armed by set, and refuses a bad change as a whole', () => {
    const injector = createInjector();
    injector.set({ ...always });
    expect(injector.shouldFail(ATOMIC, 0)).toBe(true);
    expect(() => injector.set({ times: 3, probability: -1 })).toThrow(/probability: given -1/);
    expect(injector.times).toBe(-1);
  });

  it('shares nothing with another', () => {
    const [a, b] = [createInjector(always), createInjector(always)];
    a.shouldFailEx(1);
    a.set({ times: 0 });
    expect([b.injected, b.times]).toEqual([0, -1]);
  });
});

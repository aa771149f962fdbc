import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  askLimiter, LIMITER_ERAS, limiterState, preset, PRESET_NAMES, rateLimit, replayPolicy, ReporterError, type GateEvent, type LimiterEra, type ReplayedEvent, type Reportable,
} from '../src/index.js';

interface Call {
  readonly jiffies: number;
  readonly mask: string;
  readonly printed: boolean;
  readonly suppressed: number;
}

/** op, order, gfp, t0_ns, jiffies, printed, printed by the model, suppressed before. */
function callsOf(url: URL): Call[] {
  return readFileSync(url, 'utf8').trim().split('\n').slice(1).map((row) => {
    const [, , mask = '', , jiffies, printed, , suppressed] = row.split('\t');
    return { jiffies: Number(jiffies), mask, printed: printed === '1', suppressed: Number(suppressed) };
  });
}

function replay(name: string, events: readonly GateEvent[], hz = 1000): ReplayedEvent[] {
  const rows: ReplayedEvent[] = [];
  replayPolicy<GateEvent>(preset(name, { hz }), events, { each: (row) => rows.push(row) });
  return rows;
}

const shared = new URL('../../../../shared/', import.meta.url);

describe('the limiter of a 6.12 kernel', () => {
  const recorded = ['rl1-mixed-spacing-40s', 'rl2-60calls-27s'].map((name) => [name, new URL(`fixtures/${name}.tsv`, import.meta.url)] as const);

  it.each(recorded)('prints and suppresses every call of %s as the kernel did', (_name, url) => {
    const calls = callsOf(url);
    // 0x2000 is __GFP_NOWARN in 6.12.
    const events = calls.map(({ jiffies, mask }): GateEvent => ({
      at: (jiffies * 1000) / 250, site: 'pa_call_a', kind: 'page-allocation-failure',
      permits: { warn: (parseInt(mask, 16) & 0x2000) === 0, highestZone: 'Normal' },
    }));
    for (const name of ['linux-6.12', 'linux-5.4']) {
      const rows = replay(name, events, 250);
      expect(rows.map(({ verdict, suppressedBefore }) => ({ printed: verdict === 'emit', suppressed: suppressedBefore })))
        .toEqual(calls.map(({ printed, suppressed }) => ({ printed, suppressed })));
    }
  });
});

/** A kernel whose source was read for an example, and what stands for it here. */
const ERAS: readonly [RegExp, LimiterEra][] = [[/^4\.8-6\.14/, '4.6'], [/^6\.18/, '6.16'], [/^2\.6\.34-4\.5/, '2.6.34'], [/^2\.6\.27-2\.6\.32/, '2.6.27'], [/^2\.6\.26/, 'token-bucket']];

interface Example {
  readonly id: string;
  readonly topic: string;
  readonly versions: string;
  readonly input: { readonly interval_jiffies: number; readonly burst: number; readonly calls: readonly { readonly t: number; readonly lock_busy: boolean }[] };
  readonly expected: { readonly results: readonly { readonly allowed: boolean; readonly suppressed_message_count: number | null }[] };
}

const examplesUrl = new URL('spec/examples.json', shared);

describe.skipIf(!existsSync(examplesUrl))('the limiter of each era', () => {
  const examples = existsSync(examplesUrl) ? (JSON.parse(readFileSync(examplesUrl, 'utf8')) as { examples: Example[] }).examples : [];
  it.each(examples.filter(({ topic }) => topic === 'ratelimit').map((example) => [example.id, example] as const))('answers %s as the kernel\'s own function', (_id, { versions, input, expected }) => {
    const era = ERAS.find(([pattern]) => pattern.test(versions))?.[1] ?? '4.6';
    const rule = { era, interval: input.interval_jiffies, burst: input.burst };
    const state = limiterState(rule);
    const results = input.calls.map(({ t, lock_busy }) => {
      const allowed = askLimiter(rule, state, t, lock_busy);
      return { allowed, suppressed_message_count: state.announced === 0 ? null : state.announced };
    });
    expect(results).toEqual(expected.results.map(({ allowed, suppressed_message_count }) => ({ allowed, suppressed_message_count })));
  });
});

describe('the limiter at odd times', () => {
  it.each(LIMITER_ERAS)('%s ends a window that began before 32 bits of jiffies wrapped', (era) => {
    const rule = { era, interval: 1000, burst: 1 };
    const state = limiterState(rule);
    const begin = 2 ** 32 - 300;
    expect([begin, begin + 1, 600, 701].map((jiffies) => askLimiter(rule, state, jiffies))).toEqual([true, false, false, true]);
    expect(state.announced).toBe(2);
  });

  it.each(LIMITER_ERAS.filter((era) => era !== 'token-bucket'))('%s holds events back before the year zero of their clock, too', (era) => {
    const codes: string[] = [];
    const events = [-5000, -4999, -4000, -3998].map((at) => ({ at, site: 'a' }));
    replayPolicy<Reportable>(rateLimit({ burst: 1, interval: '1s', era }), events, { each: ({ code }) => codes.push(code) });
    expect(codes).toEqual(['rate/pass', 'rate/full', 'rate/full', 'rate/pass']);
  });
});

describe('the limiter under contention', () => {
  it.each([['2.6.27', true, 0], ['2.6.33', true, 0], ['2.6.34', false, 0], ['4.6', false, 0], ['6.16', false, 1]] as const)('%s answers a contended first call with %s, %i of it counted', (era, allowed, missed) => {
    const rule = { era, interval: 100, burst: 1 };
    const state = limiterState(rule);
    expect(askLimiter(rule, state, 10, true)).toBe(allowed);
    expect(state.missed).toBe(missed);
  });
});

const failure = (at: number, more: Partial<GateEvent> = {}): GateEvent => ({ at, site: 'a', kind: 'page-allocation-failure', permits: { warn: true, highestZone: 'Normal' }, ...more });
const nowarn = { permits: { warn: false, highestZone: 'Normal' } };
const dma = { permits: { warn: true, highestZone: 'DMA' }, zones: [{ name: 'DMA', managedPages: 0 }, { name: 'Normal', managedPages: 9000 }] };
const verdicts = (name: string, events: readonly GateEvent[]): string[] => replay(name, events).map(({ code, suppressedBefore }) => (suppressedBefore > 0 ? `${code} ${suppressedBefore}` : code));

describe('the gate', () => {
  it('of linux-2.4 prints everything, whatever the caller asks', () => {
    expect(verdicts('linux-2.4', [failure(0), failure(0, nowarn), failure(1, dma)])).toEqual(['gate/always', 'gate/always', 'gate/always']);
  });

  it.each(['linux-2.6', 'linux-3.2', 'linux-5.4', 'linux-6.18'])('of %s asks for NOWARN before the limiter, which is not used up', (name) => {
    expect(verdicts(name, [failure(1, nowarn), failure(2, nowarn), failure(3)])).toEqual(['nowarn/opt-out', 'nowarn/opt-out', 'rate/pass']);
  });

  it('of linux-5.4 asks for DMA after the limiter, which is used up', () => {
    expect(verdicts('linux-5.4', [failure(1, dma), failure(2), failure(10_002)])).toEqual(['gate/no-managed-dma', 'rate/full', 'rate/pass 1']);
    expect(verdicts('linux-5.10', [failure(1, dma), failure(2)])).toEqual(['gate/no-managed-dma', 'rate/full']);
    expect(verdicts('linux-3.2', [failure(1, dma)])).toEqual(['rate/pass']);
  });

  it('says the suppressed count to a call that it then holds back itself', () => {
    expect(verdicts('linux-5.4', [failure(1), failure(2), failure(10_002, dma), failure(10_003)])).toEqual(['rate/pass', 'rate/full', 'gate/no-managed-dma 1', 'rate/full']);
  });

  it('lets a DMA request through where a zone has managed pages, or nothing is known of zones', () => {
    const served = { ...dma, zones: [{ name: 'DMA', managedPages: 3840 }] };
    expect(verdicts('linux-6.12', [failure(1, served)])).toEqual(['rate/pass']);
    expect(verdicts('linux-6.12', [failure(1, { ...dma, zones: [] })])).toEqual(['rate/pass']);
  });

  it('reads names where an event has no permits', () => {
    const named = (names: string[]): GateEvent => ({ at: 1, site: 'a', mode: { names } });
    expect(verdicts('linux-5.4', [named(['GFP_KERNEL', '__GFP_NOWARN'])])).toEqual(['nowarn/opt-out']);
    expect(verdicts('linux-5.4', [{ ...named(['GFP_DMA']), zones: dma.zones }])).toEqual(['gate/no-managed-dma']);
  });

  it('is not reached by injected failures and over-large orders, and is not for other reports', () => {
    expect(verdicts('linux-5.4', [failure(1, { reason: 'injected' }), failure(2, { kind: 'order-too-large' }), failure(3, { kind: 'oom-kill' }), failure(4)]))
      .toEqual(['gate/not-reached', 'gate/not-reached', 'none', 'rate/pass']);
  });

  it('is shut from 3.4 to 4.11 while guard pages are debugged, after the limiter', () => {
    const shut = replayCodes('linux-3.10');
    expect(shut).toEqual(['gate/guardpage', 'gate/guardpage']);
    expect(replayCodes('linux-3.2')).toEqual(['rate/pass', 'rate/pass']);
  });

  it.each([
    ['linux-2.6', 10, 5000], ['linux-2.6.32', 10, 5001], ['linux-3.2', 10, 5001], ['linux-5.2', 10, 5001], ['linux-5.4', 1, 10_001], ['linux-6.12', 1, 10_001],
  ])('of %s lets %i lines through at once, and another one after %i ms', (name, burst, pause) => {
    const begin = 100_000;
    const events = [...Array.from({ length: burst + 3 }, () => failure(begin)), failure(begin + pause - 1), failure(begin + pause)];
    const rows = verdicts(name, events);
    expect(rows.slice(0, burst + 4)).toEqual([...Array.from({ length: burst }, () => 'rate/pass'), 'rate/full', 'rate/full', 'rate/full', 'rate/full']);
    expect(rows.at(-1)).toBe('rate/pass 4');
  });
});

function replayCodes(name: string): string[] {
  const codes: string[] = [];
  replayPolicy<GateEvent>(preset(name, { guardpageMinorder: 1 }), [failure(1), failure(2)], { each: ({ code }) => codes.push(code) });
  return codes;
}

describe('the words of the limiter', () => {
  it.each([
    ['linux-2.6', 'printk: 3 messages suppressed.'],
    ['linux-2.6.26', '__ratelimit: 3 messages suppressed'],
    ['linux-2.6.32', '__ratelimit: 3 callbacks suppressed'],
    ['linux-2.6.35', '__alloc_pages_slowpath: 3 callbacks suppressed'],
    ['linux-3.2', 'warn_alloc_failed: 3 callbacks suppressed'],
    ['linux-5.4', 'warn_alloc: 3 callbacks suppressed'],
  ])('of %s are %j, just before the line of the call that ends the window', (name, words) => {
    const burst = name === 'linux-5.4' ? 1 : 10;
    const events = [...Array.from({ length: burst + 3 }, () => failure(100_000)), failure(111_000)];
    const said: string[] = [];
    replayPolicy<GateEvent>(preset(name), events, { format: (line) => (said.push(line.kind === 'notice' ? (line.text ?? '') : line.kind), '') });
    expect(said).toEqual([...Array.from({ length: burst }, () => 'event'), words, 'event']);
  });
});

describe('preset', () => {
  it('rations the Mem-Info block on its own from 4.11 to 5.2', () => {
    const evidence: unknown[] = [];
    replayPolicy<GateEvent>(preset('linux-5.2'), [failure(1), failure(2), failure(1002)], { each: ({ vote }) => evidence.push(vote.evidence?.['memInfo']) });
    expect(evidence).toEqual([true, false, true]);
  });

  it('knows its names and any release since 2.4, and says so for any other name', () => {
    for (const name of [...PRESET_NAMES, 'linux-2.6.9', 'linux-2.6.32.9', 'linux-5.10.7+', 'linux-6.8.0-45-generic']) expect(preset(name).name).toBe(name);
    for (const name of ['linux-1.2', 'linux-', 'linux-5', 'linux-5.4,recommended', 'linux-5.4 ', 'toString', 'Linux-5.4', '']) {
      expect(() => preset(name)).toThrow(expect.objectContaining({ name: 'ReporterError', code: 'UNKNOWN_PRESET' }) as ReporterError);
    }
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faultSchedule } from '../src/fast-check.js';
import { FaultError, parseSchedule, ScheduledPoint, scheduleText } from '../src/index.js';

describe('a schedule', () => {
  it('fails the requests of its bits, and none after them', () => {
    const point = new ScheduledPoint(parseSchedule('0_110'));
    expect([1, 2, 3, 4, 5].map((n) => point.shouldFailEx(n))).toEqual([false, true, true, false, false]);
    expect([point.requests, point.injected]).toEqual([5, 2]);
  });

  it('uses no bit for a page request that must not fail', () => {
    const point = new ScheduledPoint([true]);
    expect([point.shouldFail(0x8820, 0), point.shouldFail(0x820, 0)]).toEqual([false, true]);
  });

  it('is read back from its text', () => {
    fc.assert(fc.property(fc.array(fc.boolean()), (bits) => {
      const text = scheduleText(bits);
      expect(scheduleText(parseSchedule(text))).toBe(text);
      expect(text.endsWith('0')).toBe(false);
    }), { seed: 2008 });
    expect(() => parseSchedule('012')).toThrow(/zeros and ones/);
  });
});

describe('faultSchedule()', () => {
  /** Loses a request that fails right after another one that failed. */
  const fragile = (point: ScheduledPoint): boolean => {
    let before = false;
    for (let i = 0; i < 20; i++) {
      const failed = point.shouldFailEx(8);
      if (before && failed) return false;
      before = failed;
    }
    return true;
  };

  it('a failing property prints the shortest schedule that breaks it', () => {
    const found = fc.check(fc.property(faultSchedule(), fragile), { seed: 2008, numRuns: 500 });
    expect(found.failed).toBe(true);
    expect(scheduleText(found.counterexample![0].schedule)).toBe('11');
    expect(fc.defaultReportMessage(found)).toContain('fault schedule 11');
  });

  it('needs only the failures it takes', () => {
    const found = fc.check(fc.property(faultSchedule({ maxRequests: 10 }), (point) => {
      for (let i = 0; i < 3; i++) if (point.shouldFailEx(1) && i === 2) return false;
      return true;
    }), { seed: 2008, numRuns: 500 });
    expect(scheduleText(found.counterexample![0].schedule)).toBe('001');
  });

  it.each([{ maxRequests: 0 }, { maxRequests: 1e9 }, { maxRequests: '9' }, { maxFailures: 0 }, { maxfailures: 1 }])('%j is refused', (constraints) => {
    expect(() => faultSchedule(constraints as never)).toThrow(FaultError);
  });

  it('keeps to its limits', () => {
    fc.assert(fc.property(faultSchedule({ maxRequests: 9, maxFailures: 2 }), ({ schedule }) => {
      expect(schedule.length).toBeLessThanOrEqual(9);
      expect(schedule.filter(Boolean).length).toBeLessThanOrEqual(2);
    }), { seed: 2008 });
  });
});

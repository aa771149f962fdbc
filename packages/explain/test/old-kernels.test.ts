import { describe, expect, it } from 'vitest';
import { explain } from '../src/index.js';
import { refused, zone } from './build.js';

describe('a report of 2.4', () => {
  const event = refused({ kernel: null, mode: null, permits: { ...refused().permits!, sleep: true }, comm: null, stack: [], detail: { form: '2.4', victim: 'watchdog' } });

  it('lacks neither memory part nor stack, which that kernel did not print', () => {
    expect(explain(event).missing).toEqual(['the kernel release']);
    expect(explain({ ...event, order: null, detail: { form: '2.4' } }).advice.map(({ id }) => id)).not.toContain('collect-report');
  });

  it('sends nobody to look for words that kernel did not print', () => {
    expect(explain({ ...event, detail: { form: '2.4' } }).advice.find(({ id }) => id === 'check-oom')?.command).toBe('dmesg | grep "VM: killing"');
  });

  it('says who was killed', () => {
    expect(explain(event)).toMatchObject({ cause: 'exhausted', means: '"watchdog" was killed.' });
    expect(explain(event).advice.map(({ id }) => id)).toEqual(['find-consumer', 'upgrade-kernel']);
  });
});

describe('a report that is cut', () => {
  it.each([['2.6.32', 'dmesg'], ['3.10.0', 'journalctl'], ['6.8.0', 'journalctl']])('of %s is to be kept with %s next time', (kernel, tool) => {
    const advice = explain(refused({ kernel, order: 4, stack: [] })).advice.find(({ id }) => id === 'collect-report');
    expect(advice?.command?.startsWith(`${tool} `)).toBe(true);
  });

  it('tells all that it lacks in one list', () => {
    expect(explain(refused({ mode: null, permits: null, order: null, stack: [] })).advice[0]?.text).toContain('lacks the order, the mask, the memory part (Mem-Info) and the stack.');
  });
});

describe('what does not fit together', () => {
  it('is said where number, names and kernel of a mask contradict one another', () => {
    const [mode, ...rest] = [refused().mode, explain(refused()).why];
    expect(rest.flat().join()).not.toContain('belong together');
    expect(explain(refused({ mode: mode === null ? null : { ...mode, consistent: false } })).why.join()).toContain('do not belong together');
  });

  it('is said where a vmalloc failure would be served by the zones printed', () => {
    const event = refused({ kind: 'vmalloc-failure', bytes: 483_328, detail: { allocatedBytes: 479_232 }, zones: [zone()] });
    expect(explain(event).why.join()).toContain('By the numbers printed Node 0 Normal would serve it now');
  });
});

describe('an upgrade', () => {
  it.each([['2.6.32', false], ['2.6.32-400.29.1.el5uek', true], ['5.4.0-77-generic', true], ['5.4.0-rc1+', false]])('of %s counts a distribution that keeps its version: %s', (kernel, kept) => {
    const text = explain(refused({ kernel, flags: 'GFP_KERNEL', order: 4, stack: ['kmalloc_order', 'nfsd_reply_cache_init'] })).advice.find(({ id }) => id === 'upgrade-kernel')?.text ?? '';
    expect([text.includes(`(this is ${kernel})`), text.includes("your distribution's newest")]).toEqual([true, kept]);
  });
});

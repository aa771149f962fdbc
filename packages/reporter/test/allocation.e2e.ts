import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/**
 * Bytes of heap that a held event leaves behind, garbage included, over a million of them: the young generation is
 * given so much room that nothing is collected. A single number that is boxed on the way would be 16 bytes. V8 compiles
 * on the spot: code that it had compiled meanwhile would come at another event on each machine.
 */
const PROGRAM = `
import { any, bySite, onPowersOfTwo, perKey, preset, rareFirst, rateLimit, Reporter, summarize } from '@nopage/reporter';
const SITES = ['nic_rx', 'disk_journal', 'usb_submit', 'skb_clone'];
const HELD = 1_000_000;
const options = {
  'linux-2.6': preset('linux-2.6'), 'linux-3.2': preset('linux-3.2'), 'linux-5.4': preset('linux-5.4'), recommended: preset('recommended'),
  'perKey(rateLimit)': { policy: perKey(bySite, rateLimit({ burst: 1, interval: '1d' })) },
  'any(rareFirst, perKey(summarize))': { policy: any(rareFirst(), perKey(bySite, summarize())) },
}[process.argv[1]];
const reporter = new Reporter({ ...options, sink: { write: () => true }, scheduler: globalThis });
const events = SITES.map((site) => ({ at: 1e12, site }));
const report = (count) => {
  for (let i = 0; i < count; i++) {
    const event = events[i % events.length];
    event.at += 1 / 256;
    reporter.report(event);
  }
};
report(HELD / 2);
gc();
const before = { heap: process.memoryUsage().heapUsed, ...reporter.totals() };
report(HELD);
const bytes = process.memoryUsage().heapUsed - before.heap;
console.log(JSON.stringify({ held: reporter.totals().held - before.held, bytesPerEvent: bytes / HELD }));
`;

describe('after warm-up, a held event allocates nothing', () => {
  it.each(['linux-2.6', 'linux-3.2', 'linux-5.4', 'recommended', 'perKey(rateLimit)', 'any(rareFirst, perKey(summarize))'])('under %s', (policy) => {
    const output = execFileSync(process.execPath, ['--expose-gc', '--no-concurrent-recompilation', '--max-semi-space-size=128', '--min-semi-space-size=128', '--input-type=module', '--eval', PROGRAM, policy], {
      cwd: fileURLToPath(new URL('..', import.meta.url)), encoding: 'utf8',
    });
    const { held, bytesPerEvent } = JSON.parse(output) as { held: number; bytesPerEvent: number };
    expect(held).toBe(1_000_000);
    expect(bytesPerEvent).toBeGreaterThanOrEqual(0);
    expect(bytesPerEvent).toBeLessThan(4);
  });
});

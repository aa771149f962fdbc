import { appendFileSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addressOf, found, runningNopage, type Running } from './running.js';
import { report } from './watch-source.js';

const folder = (): string => mkdtempSync(join(tmpdir(), 'watch-'));
const metric = (page: string, name: string): number =>
  page.split('\n').filter((line) => line.startsWith(name) && /^[ {]/.test(line.slice(name.length))).reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
const pageOf = async (url: string): Promise<string> => (await fetch(`${url}/metrics`)).text();

describe('nopage watch', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('on %s tells what is held, and exits 130', async (signal) => {
    const log = join(folder(), 'kern.log');
    writeFileSync(log, Array.from({ length: 40 }, (_, n) => report(100 + n / 1000, `task-${n}`)).join(''));
    const watch = runningNopage(['watch', '--source', log, '--listen', '127.0.0.1:0', '--json']);
    const url = await addressOf(watch);
    await found('all of them', async () => (metric(await pageOf(url), 'nopage_alloc_failures_total') === 40 ? true : null));
    expect(metric(await pageOf(url), 'nopage_alloc_failures_held')).toBeGreaterThan(0);
    expect(await watch.stop(signal)).toBe(130);
    const lines = watch.stdout().trim().split('\n').map((line) => JSON.parse(line) as { summary?: string; held?: number; occasion?: string; suppressedBefore?: number });
    expect(lines.at(-1)).toMatchObject({ summary: 'disclosure', occasion: 'close' });
    expect(lines.reduce((sum, line) => sum + (line.summary === undefined ? 1 + (line.suppressedBefore ?? 0) : (line.held ?? 0)), 0)).toBe(40);
    expect(watch.stderr()).toContain('40 failures, 40 told');
  });

  it('reads standard input to its end, and tells a report that is the last thing there', async () => {
    const watch = runningNopage(['watch', '--source', '-', '--listen', 'off']);
    watch.process.stdin?.end(report(100));
    const code = await new Promise((resolve) => watch.process.once('close', resolve));
    expect(code).toBe(0);
    expect(watch.stdout()).toMatch(/^\[ {2}100\.000000\]\n\w+ +16 KiB \(order 2\), GFP_ATOMIC/);
  });

  it('ends on SIGINT while standard input stays open', async () => {
    const watch = runningNopage(['watch', '--source', '-', '--listen', '127.0.0.1:0']);
    await addressOf(watch);
    expect(await watch.stop()).toBe(130);
  });

  it('keeps up with a burst of a hundred thousand lines, and loses none', async () => {
    const log = join(folder(), 'kern.log');
    writeFileSync(log, '');
    const watch = runningNopage(['watch', '--source', log, '--listen', '127.0.0.1:0', '--json']);
    const url = await addressOf(watch);
    const noise = Array.from({ length: 977 }, (_, n) => `[  200.${String(n).padStart(6, '0')}] usb 1-1: new high-speed USB device number ${n}\n`).join('');
    for (let n = 0; n < 100; n++) appendFileSync(log, noise + report(300 + n, `task-${n}`, `site_${n % 10}`));
    const page = await found('all reports', async () => {
      const text = await pageOf(url);
      return metric(text, 'nopage_alloc_failures_total') === 100 ? text : null;
    });
    expect(metric(page, 'nopage_log_read_bytes_total')).toBe(readFileSync(log).length);
    expect(metric(page, 'nopage_alloc_failures_told_total') + metric(page, 'nopage_alloc_failures_held') + metric(page, 'nopage_alloc_failures_pending')).toBe(100);
    expect(await watch.stop()).toBe(130);
  });

  it('serves OpenMetrics with exemplars to who asks for it, and nothing of a log unescaped', async () => {
    const log = join(folder(), 'kern.log');
    writeFileSync(log, report(100, 'evil"}\\ 1', 'a"b\\c{d}'));
    const watch = runningNopage(['watch', '--source', log, '--listen', '127.0.0.1:0', '--node-exporter']);
    const url = await addressOf(watch);
    const open = await found('the failure', async () => {
      const response = await fetch(`${url}/metrics`, { headers: { accept: 'application/openmetrics-text;version=1.0.0,*/*;q=0.1' } });
      expect(response.headers.get('content-type')).toMatch(/^application\/openmetrics-text/);
      const text = await response.text();
      return /^nopage_alloc_failures_total\{/m.test(text) ? text : null;
    });
    expect(open.trimEnd().endsWith('# EOF')).toBe(true);
    expect(open).toMatch(/^node_buddyinfo_blocks\{node="0",zone="\w+",size="0"\} \d+$/m);
    const failure = open.split('\n').find((line) => line.startsWith('nopage_alloc_failures_total{')) ?? '';
    const label = String.raw`\w+="(?:[^"\\]|\\["\\n])*"`;
    expect(failure).toMatch(new RegExp(`^nopage_alloc_failures_total\\{${label}(?:,${label})*\\} 1 # \\{${label}(?:,${label})*\\} 1 [\\d.]+$`));
    await watch.stop();
  });

  it.each([
    ['a source that is not there', ['--source', '/nowhere/kern.log', '--listen', 'off'], 1, '/nowhere/kern.log: no such file'],
    ['a folder', ['--source', '/tmp', '--listen', 'off'], 1, '/tmp: is a directory'],
    ['a state folder that can not be', ['--source', '-', '--listen', 'off', '--state', '/dev/null/x'], 1, '--state /dev/null/x: can\'t be written to'],
    ['an address that is none', ['--source', '-', '--listen', 'nonsense'], 2, "--listen takes HOST:PORT, PORT or off, not 'nonsense'"],
    ['a policy that is none', ['--source', '-', '--listen', 'off', '--policy', 'loud'], 2, '--policy loud'],
    ['a kernel that is none', ['--source', '-', '--listen', 'off', '--kernel', 'new'], 2, "--kernel 'new' is no kernel release"],
  ])('says %s in a sentence', async (_what, args, expected, sentence) => {
    const watch = runningNopage(['watch', ...args]);
    watch.process.stdin?.end();
    const code = await new Promise((resolve) => watch.process.once('close', resolve));
    expect(watch.stderr()).toContain(sentence);
    expect(watch.stderr()).not.toMatch(/\n\s+at |bug in nopage/);
    expect(code).toBe(expected);
  });

  it('a port in use is a sentence', async () => {
    const first = runningNopage(['watch', '--source', '-', '--listen', '127.0.0.1:0']);
    const { host } = new URL(await addressOf(first));
    const second = runningNopage(['watch', '--source', '-', '--listen', host]);
    expect(await new Promise((resolve) => second.process.once('close', resolve))).toBe(1);
    expect(second.stderr()).toBe(`nopage: --listen ${host}: another program listens there; choose another port, or --listen off\n`);
    await first.stop();
  });

  it('a state folder is one watch’s, until that one is no more', async () => {
    const state = folder();
    const start = (): Running => runningNopage(['watch', '--source', '-', '--listen', '127.0.0.1:0', '--state', state]);
    const first = start();
    await addressOf(first);
    const second = start();
    expect(await new Promise((resolve) => second.process.once('close', resolve))).toBe(1);
    expect(second.stderr()).toBe(`nopage: --state ${state}: another nopage watch, process ${first.process.pid}, keeps its state there\n`);
    await first.stop('SIGKILL');
    const others = [start(), start(), start()];
    const codes = others.map(({ process }) => new Promise((resolve) => process.once('close', resolve)));
    const winner = await found('one of them', () => others.find(({ stderr }) => stderr().includes('metrics at')));
    await Promise.all(codes.filter((_, n) => others[n] !== winner));
    expect(others.filter(({ stderr }) => stderr().includes('metrics at'))).toEqual([winner]);
    expect(await winner.stop()).toBe(130);
    expect(existsSync(join(state, 'watch.lock'))).toBe(false);
  });

  it('a damaged state is said, and the watch starts afresh', async () => {
    const state = folder();
    writeFileSync(join(state, 'watch.json'), '{"v":1');
    const watch = runningNopage(['watch', '--source', '-', '--listen', 'off', '--state', state]);
    watch.process.stdin?.end(report(100));
    expect(await new Promise((resolve) => watch.process.once('close', resolve))).toBe(0);
    expect(watch.stderr()).toContain('watch.json: ');
    expect(watch.stderr()).toContain('starting afresh');
    expect(watch.stderr()).toContain('1 failure, 1 told in 1 line');
  });
});

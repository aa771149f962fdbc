import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nopage } from './nopage.js';

const report = readFileSync(fileURLToPath(new URL('../../demo/reports/atomic-order-5.txt', import.meta.url)));
const json = (text: string): Record<string, unknown>[] => text.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nopage-explain-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, content: Uint8Array | string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

/** A packet for which there was no page, as a log prints it behind a prefix. */
const dropped = (prefix: string): string => [
  'rx: page allocation failure: order:0, mode:0xa20(GFP_ATOMIC), nodemask=(null)', 'CPU: 1 PID: 99 Comm: rx Not tainted 5.10.0 #1', 'Call Trace:',
  ' warn_alloc.cold+0x78/0xdc', ' __alloc_pages_nodemask+0x305/0x340', ' __napi_alloc_skb+0x7a/0x100', 'Mem-Info:',
].map((line) => `${prefix} ${line}\n`).join('');

describe('nopage explain', () => {
  it('--json: every promised field of a report, with the arithmetic of each zone', async () => {
    const { code, stdout, stderr } = await nopage(['explain', '--json'], { stdin: report });
    expect(code).toBe(0);
    expect(stderr).toBe('');
    const [one, ...others] = json(stdout);
    expect(others).toEqual([]);
    expect(one).toMatchObject({
      v: 1, kind: 'page-allocation-failure', file: null, line: 8, at: 0.989771, comm: 'patrace', pid: 39, cpu: 0, kernel: '6.12.117-pagealloc-C', order: 5, bytes: 131072,
      mode: { mask: '0x40820', names: ['GFP_ATOMIC', '__GFP_COMP'], from: 'log', consistent: true, candidates: [] },
      permits: { sleep: false, reserves: 'atomic', io: false, fs: false, highestZone: 'Normal', migratetype: 'unmovable', retry: 'none', warn: true },
      site: 'pa_call_a', truncated: false, suppressed: 0, repeats: 1, cause: 'atomic-reserve', severity: 'watch', confidence: 'computed',
    });
    const [dma, dma32] = one?.['zones'] as Record<string, unknown>[];
    expect(dma).toMatchObject({ node: 0, name: 'DMA', freePages: 34, verdict: { allowed: false, reason: 'below-watermark' } });
    expect((dma32?.['verdict'] as { steps: string[] }).steps).toContain('free 10 > 56 is false');
    expect((one?.['advice'] as { id: string }[]).map(({ id }) => id)).toContain('raise-min-free-kbytes');
  });

  it('what to try comes with how to keep it, what it costs and how to see that it helped', async () => {
    const { stdout } = await nopage(['explain'], { stdin: 'swapper: page allocation failure. order:0, mode:0x20\n' });
    expect(stdout).toMatch(/\ntry .*\nkeep .*sysctl\.d.*\ncosts .*\nhelped .*\n/);
  });

  it('a log with its newest line first is read all the same, and it is told', async () => {
    const lines = dropped('Mar  2 04:11:09 db1 kernel:').split('\n').slice(0, -1).map((line, at) => line.replace(':09', `:${String(10 + at)}`));
    const [upright, turned] = [await nopage(['explain', '--json'], { stdin: `${lines.join('\n')}\n` }), await nopage(['explain', '--json', file('reversed.log', `${lines.toReversed().join('\n')}\n`)])];
    expect(json(turned.stdout)).toEqual(json(upright.stdout).map((event) => ({ ...event, file: join(folder, 'reversed.log'), line: lines.length })));
    expect([upright.stderr, turned.stderr]).toEqual(['', `nopage: ${join(folder, 'reversed.log')}: the newest line stands first; each report was read from its end, and the newest is told first\n`]);
  });

  it('zones of which the report says the same are told together', async () => {
    const zones = ['Mem-Info:', 'Node 0 DMA: 1*4kB (U) 0*8kB 0*16kB = 4kB', 'Node 0 Normal: 2*4kB (U) 0*8kB 0*16kB = 8kB'];
    const { stdout } = await nopage(['explain'], { stdin: ['modprobe: page allocation failure: order:4, mode:0x40cc0(GFP_KERNEL|__GFP_COMP)', ...zones, ''].join('\n') });
    expect(stdout.match(/^zone .*$/gm)).toEqual(['zone   Node 0 DMA, Node 0 Normal: not known']);
  });

  it('the arithmetic stands below what to do, and a report like an earlier one says only what is new', async () => {
    const { stdout } = await nopage(['explain'], { stdin: Buffer.concat([report, report]) });
    const [first = '', second = ''] = stdout.split('\n\n');
    expect(first.split('\n').map((line) => line.slice(0, 7).trim()).filter((label) => label !== '').filter((label, at, all) => label !== all[at - 1] || label === 'zone')).toEqual(
      ['line 8,', 'WATCH', 'means', 'often', 'why', 'try', 'or', 'note', 'zone', 'zone']);
    expect(second.trim().split('\n').map((line) => line.slice(0, 5).trim())).toEqual(['line', 'WATCH', 'often', 'why', 'same']);
    expect(second).toContain('same   as the report of line 8, which says the rest');
  });

  it('--format kernel prints the report back, byte for byte, without prefixes', async () => {
    const { stdout } = await nopage(['explain', '--format', 'kernel'], { stdin: report });
    const block = report
      .toString()
      .split('\n')
      .map((line) => line.replace(/^\[ *[\d.]+\] /, ''));
    const from = block.findIndex((line) => line.startsWith('Mem-Info:'));
    const to = block.findIndex((line) => line.startsWith('patrace: op 11194 end'));
    expect(stdout).toContain(block.slice(from, to).join('\n'));
    expect(stdout.split('\n')[0]).toBe(block.find((line) => line.includes('page allocation failure')));
  });

  it('the text for people starts with the verdict and has no colour in a pipe', async () => {
    const { stdout } = await nopage(['explain'], { stdin: report });
    expect(stdout).toMatch(/\nWATCH {2}128 KiB \(order 5\)/);
    expect(stdout).not.toContain('\u001b');
  });

  it('--color always colours, NO_COLOR with auto does not', async () => {
    expect((await nopage(['--color', 'always', 'explain'], { stdin: report })).stdout).toContain('\u001b');
    expect((await nopage(['explain'], { stdin: report, env: { NO_COLOR: '1', FORCE_COLOR: '1' } })).stdout).not.toContain('\u001b');
  });

  it('reads gzip by its bytes, whatever the name', async () => {
    const path = file('log', gzipSync(report));
    const { stdout } = await nopage(['explain', '--json', path]);
    expect(json(stdout)).toMatchObject([{ file: path, order: 5 }]);
  });

  it.each([
    ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], 'xz -dc'], ['zstd', [0x28, 0xb5, 0x2f, 0xfd, 0x24], 'zstd -dc'], ['UTF-16', [0xff, 0xfe, 0x5b, 0x00], 'iconv'], ['the journal', [...Buffer.from('LPKSHHRH')], 'journalctl'],
  ])('says of a file in %s that it is no text, and what makes it one', async (_name, head, tool) => {
    const path = file('foreign', Buffer.from([...head, ...Buffer.from(report)]));
    for (const [args, stdin] of [[[path], ''], [['-'], Buffer.from(head).toString('latin1')]] as const) {
      if (stdin !== '' && head.some((byte) => byte > 127)) continue;
      const { code, stdout, stderr } = await nopage(['explain', '--json', ...args], stdin === '' ? {} : { stdin });
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain(tool);
    }
  });

  it('several files, - among them; a missing one is told and the rest still read', async () => {
    const path = file('one.log', report);
    const { code, stdout, stderr } = await nopage(['explain', '--json', path, join(folder, 'nowhere'), '-'], { stdin: report });
    expect(code).toBe(1);
    expect(stderr).toContain('nowhere: no such file');
    expect(json(stdout).map((one) => one['file'])).toEqual([path, null]);
  });

  it('damaged gzip: what was read is explained, the damage told, exit 1', async () => {
    const path = file('cut.gz', gzipSync(report).subarray(0, 900));
    const { code, stderr } = await nopage(['explain', '--json', path]);
    expect(code).toBe(1);
    expect(stderr).toContain('damaged gzip');
  });

  it.each([
    ['watch', 3],
    ['act', 0],
  ])('--fail-on %s exits %i for a report to watch', async (severity, exit) => {
    expect((await nopage(['explain', '--fail-on', severity, '--json'], { stdin: report })).code).toBe(exit);
  });

  it('--summary has one row for each kind of failure', async () => {
    const { stdout } = await nopage(['explain', '--summary', '--json'], { stdin: Buffer.concat([report, report]) });
    expect(json(stdout)).toMatchObject([{ v: 1, kind: 'page-allocation-failure', order: 5, count: 2, site: 'pa_call_a' }]);
  });

  it('--summary --json tells moments in seconds, as --json does', async () => {
    const [event] = json((await nopage(['explain', '--json'], { stdin: report })).stdout);
    const [row] = json((await nopage(['explain', '--summary', '--json'], { stdin: report })).stdout);
    expect(row).toMatchObject({ first: event?.['at'], last: event?.['at'] });
  });

  it('--summary judges how often over the whole log, not by its worst minutes', async () => {
    const log = [100, 130, 175].map((at) => dropped(`[  ${at}.000000]`)).join('');
    const rows = async (text: string): Promise<unknown> => json((await nopage(['explain', '--summary', '--json'], { stdin: text })).stdout);
    expect(await rows(log)).toMatchObject([{ count: 3, perHour: 96, severity: 'act', example: { frequency: { seen: 3, perHour: 96 } } }]);
    expect(await rows(`${log}${dropped('[86500.000000]')}`)).toMatchObject([{ count: 4, perHour: 0.125, severity: 'watch', example: { frequency: { seen: 4 } } }]);
  });

  it('--year gives a time to dates without one; --summary says so where no rate is known', async () => {
    const log = ['Jan  9 03:00:00', 'Jan  9 05:00:00'].map((date) => dropped(`${date} host kernel:`)).join('');
    const blind = await nopage(['explain', '--summary'], { stdin: log });
    expect(blind.stderr).toContain('--year 2026');
    const { stdout, stderr } = await nopage(['explain', '--summary', '--year', '2024', '--json'], { stdin: log });
    expect(json(stdout)).toMatchObject([{ count: 2, perHour: 0.5, first: Date.UTC(2024, 0, 9, 3) / 1000 }]);
    expect(stderr).toBe('');
    expect((await nopage(['explain', '--year', 'x'], { stdin: log })).code).toBe(2);
  });

  it.each([
    ['an empty log', ''],
    ['a binary file', Uint8Array.from({ length: 100_000 }, (_, at) => (at * 7919) % 256)],
  ])('%s: a plain sentence, exit 0', async (_what, stdin) => {
    const { code, stdout, stderr } = await nopage(['explain'], { stdin });
    expect(code).toBe(0);
    expect(stdout).toBe('');
    expect(stderr).toContain('no allocation failure in what was read');
  });

  it('of what could not be read nothing is said but that', async () => {
    const path = join(folder, 'nowhere');
    expect(await nopage(['explain', path])).toMatchObject({ code: 1, stdout: '', stderr: `nopage: ${path}: no such file\n` });
  });

  it.each([['--json'], ['--summary']])("%s beside --format kernel is a usage error: they ask for two things", async (option) => {
    expect(await nopage(['explain', '--format', 'kernel', option], { stdin: '' })).toMatchObject({ code: 2, stdout: '', stderr: `nopage: --format kernel prints reports as they were, and ${option} does not\n` });
  });

  it('--kernel that is none is a usage error', async () => {
    expect((await nopage(['explain', '--kernel', 'x'], { stdin: report })).code).toBe(2);
  });

  it('interrupted: what was read so far is summed up, exit 130', async () => {
    const interrupted = AbortSignal.abort();
    const { code } = await nopage(['explain', '--summary'], { stdin: report, interrupted });
    expect(code).toBe(130);
  });
});

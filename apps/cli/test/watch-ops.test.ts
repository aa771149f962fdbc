import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseLog, PrefixStripper } from '@nopage/klog';
import { describe, expect, it } from 'vitest';
import { parseListenAddress } from '../src/watch/listen-address.js';
import { nopage } from './nopage.js';

const ops = new URL('../../../ops/', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, ops), 'utf8');
const fixtures = new URL('../../../packages/klog/test/fixtures/', import.meta.url);
const unit = read('nopage-watch.service');

/** Values of a key of the unit, in order. */
const valuesOf = (key: string): string[] => [...unit.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map((match) => match[1]!);

describe('the unit', () => {
  it('has no right but to read the kernel log, and no user that outlives it', () => {
    expect(valuesOf('CapabilityBoundingSet')).toEqual(['CAP_SYSLOG']);
    expect(valuesOf('AmbientCapabilities')).toEqual(['CAP_SYSLOG']);
    for (const key of ['DynamicUser', 'NoNewPrivileges', 'ProtectHome', 'PrivateTmp', 'RestrictSUIDSGID', 'LockPersonality', 'RestrictNamespaces']) expect(valuesOf(key), key).toEqual(['yes']);
    expect(valuesOf('DeviceAllow')).toEqual(['/dev/kmsg r']);
  });

  it('keeps what it has to read: the log and the zones', () => {
    for (const key of ['ProtectKernelLogs', 'PrivateDevices', 'ProcSubset']) expect(valuesOf(key), key).toEqual([]);
  });

  it('calls the command with options that there are', async () => {
    const { stdout } = await nopage(['watch', '--help']);
    const options = valuesOf('ExecStart')[0]!.match(/--[a-z]+/g)!;
    expect(options).toEqual(['--source', '--listen', '--policy', '--state']);
    for (const option of options) expect(stdout).toContain(`${option} <`);
    expect(valuesOf('SuccessExitStatus')).toEqual(['130']);
  });

  it('has settings whose defaults the command takes, and the example names all of them', () => {
    const settings = valuesOf('Environment').map((text) => text.split('=', 2) as [string, string]).filter(([name]) => name.startsWith('NOPAGE_'));
    const example = read('nopage-watch.default');
    for (const [name, value] of settings) expect(example).toContain(`#${name}=${value}\n`);
    expect([...example.matchAll(/^#(NOPAGE_\w+)=/gm)].map((match) => match[1])).toEqual(settings.map(([name]) => name));
    expect(parseListenAddress(Object.fromEntries(settings)['NOPAGE_LISTEN']!)).toEqual({ host: '127.0.0.1', port: 9847 });
  });

  it.skipIf(spawnSync('systemd-analyze', ['--version']).error !== undefined)('is one that systemd takes, and finds little exposed', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'unit-')), 'nopage-watch.service');
    // Where the command is not installed, any program will do.
    writeFileSync(file, unit.replace('/usr/bin/nopage', process.execPath));
    const verified = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' });
    expect(verified).toMatchObject({ status: 0, stderr: '' });
    const { stdout } = spawnSync('systemd-analyze', ['security', '--offline=true', '--no-pager', file], { encoding: 'utf8' });
    expect(Number(/Overall exposure level for \S+: ([\d.]+)/.exec(stdout)?.[1])).toBeLessThan(2.5);
  });
});

interface Monitor { readonly plugin: string; readonly source: string; readonly logPath: string; readonly rules: readonly { readonly type: string; readonly reason: string; readonly pattern: string }[] }
const monitor = JSON.parse(read('node-problem-detector.json')) as Monitor;
// node-problem-detector looks for a pattern anywhere that ends where the message ends.
const reasonsFor = (message: string): string[] => monitor.rules.filter(({ pattern }) => new RegExp(`${pattern}$`).test(message)).map(({ reason }) => reason);

/** Headlines of the reports in a log, without what the log put before them. */
function headlinesIn(file: string | URL): [kind: string, headline: string][] {
  const text = readFileSync(file, 'latin1');
  const lines = text.split('\n');
  const prefix = new PrefixStripper();
  return parseLog(text).filter(({ source }) => source !== null).map(({ kind, source }) => [kind, prefix.strip(lines[source!.line - 1] ?? '').text]);
}

describe('the rules for node-problem-detector', () => {
  it('are of the form that it reads', () => {
    expect(monitor).toMatchObject({ plugin: 'kmsg', logPath: '/dev/kmsg', source: 'nopage-monitor' });
    for (const { type, reason, pattern } of monitor.rules) {
      expect(type).toBe('temporary');
      expect(reason).toMatch(/^[A-Z][A-Za-z]+$/);
      // RE2 has neither look-around nor back references.
      expect(pattern).not.toMatch(/\(\?[=!<]|\\\d/);
    }
  });

  it.each([
    ['patrace: page allocation failure: order:0, mode:0x820(GFP_ATOMIC), nodemask=(null)', 'PageAllocationFailure'],
    ['swapper: page allocation failure. order:1, mode:0x20', 'PageAllocationFailure'],
    ['warn_alloc: 31 callbacks suppressed', 'AllocationWarningsSuppressed'],
    ['kworker/1:0: page allocation stalls for 10004ms, order:0, mode:0x24000c0(GFP_KERNEL)', 'PageAllocationStall'],
    ['modprobe: vmalloc error: size 2097152, page order 9, failed to allocate pages, mode:0xdc0(GFP_KERNEL|__GFP_ZERO)', 'VmallocFailure'],
    ['vmalloc: allocation failure: 4198400 bytes', 'VmallocFailure'],
    ['SLUB: Unable to allocate memory on node -1, gfp=0x820(GFP_ATOMIC)', 'SlubAllocationFailure'],
    ['cma: cma_alloc: reserved: alloc failed, req-size: 256 pages, ret: -12', 'CmaAllocationFailure'],
  ])('see %s', (headline, reason) => expect(reasonsFor(headline)).toEqual([reason]));

  it.each(['usb 1-1: new device', 'EXT4-fs error: allocation failure', 'audit: page allocation: fine'])('pass over %s', (line) => expect(reasonsFor(line)).toEqual([]));

  it('see the headlines of recorded reports', () => {
    const kinds: Readonly<Record<string, string>> = { 'page-allocation-failure': 'PageAllocationFailure', 'allocation-stall': 'PageAllocationStall', 'slub-failure': 'SlubAllocationFailure' };
    let seen = 0;
    for (const name of readdirSync(fixtures)) {
      for (const [kind, headline] of headlinesIn(new URL(name, fixtures))) {
        if (kinds[kind] === undefined) continue;
        expect(reasonsFor(headline), headline).toEqual([kinds[kind]]);
        seen += 1;
      }
    }
    expect(seen).toBeGreaterThan(2);
  });

  const corpus = new URL('../../../../shared/corpus/', import.meta.url);
  it.skipIf(!existsSync(corpus))('see nearly every headline that people have posted', () => {
    let seen = 0;
    const missed: string[] = [];
    for (const name of readdirSync(corpus, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(txt|log)$/.test(file))) {
      for (const [kind, headline] of headlinesIn(new URL(encodeURI(name), corpus))) {
        if (kind !== 'page-allocation-failure' || !headline.includes('page allocation failure')) continue;
        seen += 1;
        if (!reasonsFor(headline).includes('PageAllocationFailure')) missed.push(headline);
      }
    }
    // Mailers break headlines in two.
    expect(missed.length).toBeLessThanOrEqual(seen * 0.05);
  });
});

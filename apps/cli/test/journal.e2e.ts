import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { found, runningNopage, type Running } from './running.js';
import { report } from './watch-source.js';

const JOURNALCTL = '/usr/bin/journalctl';
// Makes journals out of their export format.
const WRITER = '/lib/systemd/systemd-journal-remote';
const absent = !(existsSync(JOURNALCTL) && existsSync(WRITER)) && process.env['NOPAGE_NO_SKIP'] !== '1';

type Field = string | Buffer;

/** A journal of its own, which is what `journalctl` shows below it. */
class Journal {
  readonly env: Readonly<Record<string, string>>;
  private readonly folder = mkdtempSync(join(tmpdir(), 'journal-'));
  private readonly file = join(this.folder, 'kernel.journal');
  private realtime = 1_790_000_000_000_000n;

  constructor() {
    const command = join(this.folder, 'journalctl');
    writeFileSync(command, `#!/bin/sh\nexec ${JOURNALCTL} --file='${this.file}' "$@"\n`);
    chmodSync(command, 0o755);
    this.env = { PATH: `${this.folder}:${process.env['PATH'] ?? ''}` };
  }

  add(boot: string, entries: readonly Readonly<Record<string, Field>>[]): void {
    const bytes = entries.flatMap((entry, at) => {
      this.realtime += 1000n;
      const fields = { __REALTIME_TIMESTAMP: String(this.realtime), __MONOTONIC_TIMESTAMP: String(5_000_000 + at), _BOOT_ID: boot, _MACHINE_ID: '0123456789abcdef'.repeat(2), ...entry };
      return [...Object.entries(fields).map(([name, value]) => encoded(name, value)), Buffer.from('\n')];
    });
    const written = spawnSync(WRITER, ['--output', this.file, '-'], { input: Buffer.concat(bytes), encoding: 'utf8' });
    expect(written.status, written.stderr).toBe(0);
  }
}

function encoded(name: string, value: Field): Buffer {
  if (typeof value === 'string') return Buffer.from(`${name}=${value}\n`);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(value.length));
  return Buffer.concat([Buffer.from(`${name}\n`), length, value, Buffer.from('\n')]);
}

const kernel = (text: Field, us = 1_000_000): Readonly<Record<string, Field>> => ({ _TRANSPORT: 'kernel', PRIORITY: '4', SYSLOG_IDENTIFIER: 'kernel', _SOURCE_MONOTONIC_TIMESTAMP: String(us), MESSAGE: text });

/** A report as the kernel's entries. */
const entriesOf = (seconds: number, comm: string): Readonly<Record<string, Field>>[] =>
  report(seconds, comm).trimEnd().split('\n').map((line, at) => kernel(line.slice(line.indexOf('] ') + 2), seconds * 1e6 + at));

const watching = (journal: Journal, state: string): Running => runningNopage(['watch', '--source', 'journal', '--listen', 'off', '--json', '--policy', 'linux-2.4', '--state', state], journal.env);

const namesIn = (watch: Running): string[] => watch.stdout().split('\n').filter((line) => line !== '').map((line) => (JSON.parse(line) as { comm: string }).comm);

describe.skipIf(absent)('a journal of systemd', () => {
  it('is followed as journalctl gives it: the kernel alone, whatever its messages hold, and over a restart and a reboot', async () => {
    const journal = new Journal();
    const state = mkdtempSync(join(tmpdir(), 'state-'));
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim().replaceAll('-', '');
    journal.add(boot, [
      { _TRANSPORT: 'syslog', SYSLOG_IDENTIFIER: 'sshd', MESSAGE: 'forged: page allocation failure: order:5, mode:0x820(GFP_ATOMIC)' },
      kernel(Buffer.from('two\nlines and a bell \u0007')),
      kernel(Buffer.from([0xff, 0xfe, 0x00, 0x41])),
      { ...kernel('usb 1-1: new device'), _KERNEL_DEVICE: '+usb:1-1', _UDEV_SYSNAME: '1-1' },
      ...entriesOf(10, 'first'),
    ]);

    const watch = watching(journal, state);
    await found('what was there', () => namesIn(watch).includes('first') || null);
    journal.add(boot, [kernel(Buffer.from('odd\u001b[1m: page allocation failure: order:1, mode:0x820(GFP_ATOMIC), nodemask=(null)')), ...entriesOf(20, 'second')]);
    await found('what came while it was followed', () => namesIn(watch).includes('second') || null);
    expect(await watch.stop('SIGTERM')).toBe(130);
    expect(namesIn(watch)).toEqual(['first', expect.stringMatching(/^odd/), 'second']);
    expect(watch.stdout()).not.toContain('\u001b');

    journal.add(boot, entriesOf(30, 'while-away'));
    journal.add('f'.repeat(32), entriesOf(5, 'another-boot'));
    const again = watching(journal, state);
    await found('what came in the meantime', () => namesIn(again).includes('another-boot') || null);
    expect(await again.stop('SIGKILL')).toBeNull();
    expect(namesIn(again)).toEqual(['while-away', 'another-boot']);

    journal.add(boot, entriesOf(40, 'last'));
    const last = watching(journal, state);
    await found('what came after a crash', () => namesIn(last).includes('last') || null);
    expect(await last.stop()).toBe(130);
    expect(namesIn(last)).toEqual(['last']);
  });
});

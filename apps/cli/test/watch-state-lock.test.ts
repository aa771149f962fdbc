import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { takeLock, type Processes, type ProcessMark } from '../src/watch/state-lock.js';

const lockFile = (): string => join(mkdtempSync(join(tmpdir(), 'lock-')), 'watch.lock');
const mark = (pid: number, ticks = '5'): ProcessMark => ({ pid, boot: 'today', ticks });
/** A process among those that run. */
const process_ = (pid: number, running: readonly number[] = [], onAsked = (): void => undefined): Processes => ({
  self: mark(pid),
  runs: (other) => {
    onAsked();
    return running.includes(other.pid);
  },
});

describe('takeLock', () => {
  it('gives the lock to the first, and refuses the second while the first runs', () => {
    const path = lockFile();
    takeLock(path, process_(1));
    expect(() => takeLock(path, process_(2, [1]))).toThrow('another nopage watch, process 1, keeps its state there');
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(mark(1));
    expect(readdirSync(dirname(path))).toEqual(['watch.lock']);
  });

  it('gives it to the next one when it was given back', () => {
    const path = lockFile();
    takeLock(path, process_(1))();
    expect(readdirSync(dirname(path))).toEqual([]);
    takeLock(path, process_(2, [1]));
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(mark(2));
  });

  it.each([
    ['a process that is no more', JSON.stringify(mark(1))],
    ['nobody', ''],
    ['something else', '{"pid":"1"}'],
    ['a broken line', '{"pid":1,'],
  ])('takes over what is the lock of %s', (_whose, text) => {
    const path = lockFile();
    writeFileSync(path, text);
    takeLock(path, process_(2));
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(mark(2));
    expect(readdirSync(dirname(path))).toEqual(['watch.lock']);
  });

  it('leaves the lock to who took a dead one over just before', () => {
    const path = lockFile();
    writeFileSync(path, JSON.stringify(mark(1)));
    const late = process_(3, [2], () => {
      // Between the look and the deed.
      if ((JSON.parse(readFileSync(path, 'utf8')) as ProcessMark).pid === 1) takeLock(path, process_(2));
    });
    expect(() => takeLock(path, late)).toThrow('process 2');
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(mark(2));
    expect(readdirSync(dirname(path))).toEqual(['watch.lock']);
  });

  it('gives nothing back that is another’s by then', () => {
    const path = lockFile();
    const giveBack = takeLock(path, process_(1));
    writeFileSync(path, JSON.stringify(mark(2)));
    giveBack();
    expect(existsSync(path)).toBe(true);
  });

  it('knows that this very process runs, and that one of its number in another boot, or begun at another time, does not', () => {
    const path = lockFile();
    const giveBack = takeLock(path);
    const mine = JSON.parse(readFileSync(path, 'utf8')) as ProcessMark;
    expect(mine.pid).toBe(process.pid);
    expect(() => takeLock(path)).toThrow(`process ${process.pid}`);
    giveBack();
    for (const other of [{ ...mine, boot: 'yesterday' }, { ...mine, ticks: `${mine.ticks}0` }]) {
      writeFileSync(path, JSON.stringify(other));
      takeLock(path)();
    }
  });
});

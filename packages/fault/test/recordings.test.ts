import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createInjector, dumpText, type StackEntry } from '../src/index.js';
import { counters, readRecording } from './support/recording.js';

const fixtures = new URL('./fixtures/fi/', import.meta.url);
const shared = new URL('../../../../shared/kernel/', import.meta.url);

function textOf(folder: URL, file: string): string {
  const plain = new URL(`${file}.txt`, folder);
  return existsSync(plain) ? readFileSync(plain, 'utf8') : gunzipSync(readFileSync(new URL(`${file}.txt.gz`, folder))).toString('utf8');
}

/** Plays a recording through an injector: every decision and every counter after it must be the kernel's. */
function replay(folder: URL): { readonly differences: string[]; readonly decisions: number; readonly printed: string } {
  const recording = readRecording(textOf(folder, 'trace'));
  const printed: string[] = [];
  let kind = 0;
  // Frames 0 and 1 are the filter's caller and the allocator; a NUMA kernel has one more before the driver.
  const stack = (): StackEntry[] => [1n, 2n, ...(recording.numa ? [3n] : []), recording.callers[kind]!];
  let expected = false;
  const injector = createInjector({}, { stack, ...(recording.random ? { random: () => (expected ? 0 : 99) } : {}), print: (text) => printed.push(text), dump: () => 'DUMP' });
  const differences: string[] = [];
  let decisions = 0;
  for (const step of recording.steps) {
    if ('set' in step) {
      injector.set(step.set);
      continue;
    }
    const { op, gfp, order, failed, after } = step.decision;
    ({ kind } = step.decision);
    expected = failed;
    const got = `${injector.shouldFail(gfp, order)} ${counters(injector)}`;
    if (got !== `${failed} ${after}`) differences.push(`op ${op}: kernel ${failed} ${after}, injector ${got}`);
    decisions++;
  }
  return { differences, decisions, printed: printed.join('\n') };
}

/** The injection messages of a kernel log, with what belongs to each, without time stamps. */
function messagesOf(dmesg: string): string[] {
  return dmesg.split('\n').filter((line) => !/patrace: op|Run \/init|^\[[^\]]*\] {3}|^$/.test(line)).map((line) => line.replace(/^\[ *[\d.]+\] /, ''));
}

const own = readdirSync(fixtures).map((name) => [name, new URL(`${name}/`, fixtures)] as const);
const all = ['fi-A', 'fi-C'].flatMap((kernel) => {
  const folder = new URL(`${kernel}/`, shared);
  return existsSync(folder) ? readdirSync(folder).map((name) => [`${kernel}/${name}`, new URL(`${name}/`, folder)] as const) : [];
});

describe('decisions recorded from a 6.12 kernel', () => {
  it.each(own)('%s: every call fails or passes, and leaves the counters, as in the kernel', (_name, folder) => {
    const { differences, decisions } = replay(folder);
    expect(differences).toEqual([]);
    expect(decisions).toBeGreaterThan(0);
  });

  it.skipIf(all.length === 0).each(all)('%s (shared) too', (_name, folder) => {
    expect(replay(folder).differences).toEqual([]);
  });
});

describe('the message', () => {
  it.each([...own, ...all])('%s: the text of each injection is the kernel\'s', (_name, folder) => {
    const log = messagesOf(textOf(folder, 'dmesg'));
    const heads = log.filter((line) => line.startsWith('FAULT_INJECTION') || line.startsWith('name '));
    const printed = replay(folder).printed.split('\n').filter((line) => line !== '');
    expect(printed.filter((line) => line !== 'DUMP')).toEqual(heads);
    expect(printed.filter((line) => line === 'DUMP').length).toBe(log.filter((line) => line === 'Call Trace:').length);
  });

  it.each([...own, ...all].filter(([name]) => name.includes('verbose')))('%s: the stack dump is laid out as the kernel\'s', (_name, folder) => {
    const dumps = messagesOf(textOf(folder, 'dmesg')).join('\n').split(/FAULT_INJECTION.*\nname .*\n?/).slice(1);
    for (const dump of dumps.filter((text) => text !== '')) {
      const lines = dump.trimEnd().split('\n');
      const head = /^CPU: (\d+) UID: (\d+) PID: (\d+) Comm: (\S+) (Not tainted) (\S+) (\S+) $/.exec(lines[0]!)!;
      const body = lines.slice(4, -1);
      const registers = body.findIndex((line) => !line.startsWith(' '));
      const frames = registers < 0 ? body : body.slice(0, registers);
      expect(dumpText({
        cpu: Number(head[1]), uid: Number(head[2]), pid: Number(head[3]), comm: head[4]!, taint: head[5]!, release: head[6]!, version: `${head[7]!} Mon Nov 23`,
        hardware: lines[1]!.replace('Hardware name: ', ''), frames: frames.map((line) => line.slice(1)), registers: registers < 0 ? [] : body.slice(registers),
      })).toBe(lines.join('\n'));
    }
  });
});

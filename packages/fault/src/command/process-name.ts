import process from 'node:process';
import { threadId } from 'node:worker_threads';
import { sourceHash } from '../sweep/source-hash.js';
import type { ProcessRecord } from './record.js';

/**
 * What this process or worker is called in every run: by the words that it was started with and, of a worker, by its
 * number in its process. Several of one name are told apart by who comes first. Those that start beside one another come
 * in another order each time, so that order alone is no name.
 */
export function processName(): string {
  const { argv, execArgv, env } = process;
  const temporary = env['TMPDIR'];
  const words = [...execArgv, ...argv.slice(1)].map((word) => (temporary ? word.replaceAll(temporary, '') : word));
  // Test runners start many of the same words, and number them.
  const numbers = Object.entries(env).filter(([name]) => name.endsWith('_WORKER_ID'));
  return sourceHash(JSON.stringify([words, numbers, threadId])).replace(':', '-');
}

/** How the processes of a command are told from one another in each run of it. */
export type NameOf = (record: ProcessRecord) => string;

/** By their names where two runs have the same; by the order of their starts where names change, as random file names do. */
export function namesIn(a: readonly ProcessRecord[], b: readonly ProcessRecord[]): NameOf {
  const named: NameOf = ({ start, ordinal }) => start?.name ?? String(ordinal);
  const [names, others] = [a, b].map((records) => records.map(named).sort().join());
  return names === others ? named : ({ ordinal }) => String(ordinal);
}

/** Processes in the order of their starts; the workers of one in that in which it made them. */
export function inOrder(records: readonly ProcessRecord[]): ProcessRecord[] {
  const begun = new Map<number | undefined, number>();
  for (const { ordinal, start } of records) begun.set(start?.pid, Math.min(ordinal, begun.get(start?.pid) ?? ordinal));
  const place = ({ start }: ProcessRecord): number => begun.get(start?.pid) ?? 0;
  return [...records].sort((a, b) => place(a) - place(b) || (a.start?.thread ?? 0) - (b.start?.thread ?? 0));
}

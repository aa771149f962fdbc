import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { hodgesLehmann } from './statistics.mjs';

const child = fileURLToPath(new URL('slice-child.mjs', import.meta.url));
/** Processes differ more than slices: many short sets beat few long ones. */
const SETS_A_ROUND = 4;
const SLICES = 30;
const SLICE_OPS = 400_000;

/**
 * Contenders in step: one process each, of which only one runs at a time, a slice of some 20 ms in turn. What slows the
 * machine down slows neighbouring slices alike, so the ratio of two neighbours is steadier than either. A set of processes
 * gives one estimate; sets are what varies (the compiler and the memory fall another way each time), so there are several.
 *
 * Rows: `{ contender, workload, log2Pages, round, ns, ratio }`, the ratio to the group's base, by the median of the
 * averages of all pairs of slices (Hodges and Lehmann).
 */
export async function runLockstep(group, { rounds, onRow }) {
  const rows = [];
  for (let round = 0; round < rounds * SETS_A_ROUND; round++) {
    for (const log2Pages of group.log2Pages) {
      for (const workload of group.workloads) {
        for (const row of await oneSet(group, workload, log2Pages, round)) {
          rows.push(row);
          onRow(row);
        }
      }
    }
  }
  return rows;
}

async function oneSet(group, workload, log2Pages, round) {
  const runners = [];
  try {
    for (const contender of group.contenders) {
      const runner = fork(child, [contender, workload, log2Pages, SLICE_OPS].map(String), { execArgv: [] });
      runners.push(runner);
      await answerOf(runner);
    }
    const times = group.contenders.map(() => []);
    for (let slice = 0; slice < SLICES; slice++) {
      const order = runners.map((_, i) => (i + slice + round) % runners.length);
      if (slice % 2 === 1) order.reverse();
      for (const i of order) {
        const answer = answerOf(runners[i]);
        runners[i].send('slice');
        times[i].push(await answer);
      }
    }
    const base = times[group.contenders.indexOf(group.base)];
    return group.contenders.map((contender, i) => {
      const ratio = Math.exp(hodgesLehmann(times[i].map((ns, slice) => Math.log(ns / base[slice]))).estimate);
      return { contender, workload, log2Pages, round, ns: Math.min(...times[i]), ratio };
    });
  } catch (error) {
    return [{ contender: group.base, workload, log2Pages, round, error: error.message }];
  } finally {
    for (const runner of runners) runner.kill('SIGKILL');
  }
}

async function answerOf(runner) {
  const ended = new AbortController();
  const died = once(runner, 'exit', { signal: ended.signal }).then(([code, signal]) => {
    throw new Error(`a process ended by ${signal ?? code}`);
  });
  died.catch(() => undefined);
  try {
    const [answer] = await Promise.race([once(runner, 'message'), died]);
    return answer;
  } finally {
    ended.abort();
  }
}

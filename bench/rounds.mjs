import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { runNative } from './native.mjs';
import { tracePath } from './traces.mjs';

const child = fileURLToPath(new URL('child.mjs', import.meta.url));

function runAdapter(job, adapter, args) {
  const { status, stdout, stderr, signal } = spawnSync(process.execPath, ['--expose-gc', child, job, adapter, ...args.map(String)], {
    encoding: 'utf8', maxBuffer: 1 << 26, timeout: 180_000,
  });
  if (status === 0) return JSON.parse(stdout);
  const reason = stderr.split('\n').find((line) => line.includes('Error')) ?? `ended by ${signal ?? status}`;
  return { error: reason.trim() };
}

function chunkMedian(chunks) {
  const times = chunks.filter(([tag]) => tag !== 0).map(([, ns]) => ns).sort((a, b) => a - b);
  return times[times.length >> 1];
}

/** One fresh process: `{ ns }` for a trace, `{ createMs }`, `{ singleNs, takenNs, bulkNs }`, or `{ error }`. */
function measure(group, contender, workload, log2Pages, budgetMs) {
  const native = contender.startsWith('c:') ? contender.slice(2) : null;
  if (group.job === 'trace') {
    if (native === null) return runAdapter('trace', contender, [workload, log2Pages, budgetMs]);
    const { chunks, ...rest } = runNative(native, 'trace', tracePath(workload, log2Pages));
    return { ns: chunkMedian(chunks), finished: true, collections: 0, ...rest };
  }
  if (native !== null) return runNative(native, group.job, 2 ** log2Pages);
  return runAdapter(group.job, contender, [log2Pages]);
}

/**
 * Runs every contender of a group `rounds` times, one process each. Contenders take turns and the order turns with the
 * round, so that a slow minute of the machine falls on all of them.
 */
export function runGroup(group, { rounds, budgetMs, skipNative, onRow }) {
  const rows = [];
  const contenders = group.contenders.filter((name) => !(skipNative && name.startsWith('c:')));
  const workloads = group.workloads.length > 0 ? group.workloads : [null];
  for (let round = 0; round < rounds; round++) {
    const turn = round % contenders.length;
    const order = [...contenders.slice(turn), ...contenders.slice(0, turn)];
    if (round % 2 === 1) order.reverse();
    for (const log2Pages of group.log2Pages) {
      for (const workload of workloads) {
        for (const contender of order) {
          const row = { contender, workload, log2Pages, round, ...measure(group, contender, workload, log2Pages, group.budgetMs ?? budgetMs) };
          rows.push(row);
          onRow(row);
        }
      }
    }
  }
  return rows;
}

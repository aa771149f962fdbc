import { geomean, hodgesLehmann, median } from './statistics.mjs';

const CANARIES = ['null', 'c:null'];
/** A round in which a canary took this much longer than in its best one is left out. */
const LOUD = 1.15;

/** Rounds of one workload in which the machine was quiet: by the canaries, or all when too few would be left. */
function quietRounds(rows) {
  const rounds = new Set(rows.map((row) => row.round));
  const quiet = new Set(rounds);
  for (const canary of CANARIES) {
    const own = rows.filter((row) => row.contender === canary && row.ns > 0);
    const best = Math.min(...own.map((row) => row.ns));
    for (const row of own) if (row.ns > best * LOUD) quiet.delete(row.round);
  }
  return quiet.size >= Math.min(3, rounds.size) ? quiet : rounds;
}

const cell = (value, base) => (base > 0 ? `${value.toFixed(1)} (${(value / base).toFixed(2)})` : value.toFixed(1));

function line(cells) {
  return `| ${cells.join(' | ')} |`;
}

function traceTable(group, rows) {
  const contenders = [...new Set(rows.map((row) => row.contender))].sort((a, b) => group.contenders.indexOf(a) - group.contenders.indexOf(b));
  const workloads = group.workloads;
  const kept = [];
  const table = new Map(contenders.map((name) => [name, []]));
  for (const workload of workloads) {
    const own = rows.filter((row) => row.workload === workload);
    const quiet = quietRounds(own);
    kept.push(`${workload} ${quiet.size} of ${new Set(own.map((row) => row.round)).size}`);
    for (const name of contenders) {
      const mine = own.filter((row) => row.contender === name && quiet.has(row.round));
      table.get(name).push(mine.every((row) => row.finished) ? median(mine.map((row) => row.ns)) : NaN);
    }
  }
  const base = table.get(group.base) ?? workloads.map(() => NaN);
  const out = [line(['ns an operation (ratio to ' + group.base + ')', ...workloads, 'geometric mean', 'collections']), line(['---', ...workloads.map(() => '---:'), '---:', '---:'])];
  for (const [name, values] of table) {
    const cells = values.map((value, i) => (Number.isNaN(value) ? 'not in time' : cell(value, base[i])));
    const mean = values.some(Number.isNaN) ? '' : geomean(values.map((value, i) => value / base[i])).toFixed(2);
    const most = Math.max(...rows.filter((row) => row.contender === name).map((row) => row.collections ?? 0));
    out.push(line([name, ...cells, mean === 'NaN' ? '' : mean, name.startsWith('c:') ? '' : String(most)]));
  }
  out.push('', `Quiet rounds: ${kept.join(', ')}.`);
  return out;
}

function constructTable(group, rows) {
  const of = (name) => median(rows.filter((row) => row.contender === name).map((row) => row.createMs));
  const base = of(group.base);
  const out = [line(['', 'ms (ratio)', 'bytes a page']), line(['---', '---:', '---:'])];
  for (const name of group.contenders) {
    const own = rows.find((row) => row.contender === name);
    if (own !== undefined) out.push(line([name, cell(of(name), base), own.metaBytes > 0 ? (own.metaBytes / 2 ** own.log2Pages).toFixed(3) : '']));
  }
  return out;
}

function bulkTable(rows) {
  const out = [line(['ns a page (ratio)', 'one by one', 'taken at once, freed one by one', 'both at once']), line(['---', '---:', '---:', '---:'])];
  for (const name of new Set(rows.map((row) => row.contender))) {
    const own = rows.filter((row) => row.contender === name);
    const cell = (key) => `${median(own.map((row) => row[key])).toFixed(1)} (${median(own.map((row) => row[key] / row.singleNs)).toFixed(2)})`;
    out.push(line([name, median(own.map((row) => row.singleNs)).toFixed(1), cell('takenNs'), cell('bulkNs')]));
  }
  return out;
}

const percent = (logRatio) => `${logRatio < 0 ? '' : '+'}${((Math.exp(logRatio) - 1) * 100).toFixed(1)}`;

/** Difference to the base, with its 95 % interval over sets of processes; the last column over all workloads of a set. */
function lockstepTable(group, rows) {
  const out = [line(['least ns an operation; % more than ' + group.base, ...group.workloads, 'all']), line(['---', ...group.workloads.map(() => '---:'), '---:'])];
  const told = (ratios) => {
    const { estimate, low, high } = hodgesLehmann(ratios.map(Math.log));
    return `${percent(estimate)} (${percent(low)} to ${percent(high)})`;
  };
  for (const name of group.contenders) {
    const own = rows.filter((row) => row.contender === name);
    if (own.length === 0) continue;
    const sets = [...new Set(own.map((row) => row.round))].map((round) => geomean(own.filter((row) => row.round === round).map((row) => row.ratio)));
    const cells = group.workloads.map((workload) => {
      const mine = own.filter((row) => row.workload === workload);
      const ns = Math.min(...mine.map((row) => row.ns)).toFixed(1);
      return name === group.base ? ns : `${ns}; ${told(mine.map((row) => row.ratio))}`;
    });
    out.push(line([name, ...cells, name === group.base ? '' : told(sets)]));
  }
  return out;
}

/** The rows of a group as a table in Markdown. */
export function report(name, group, rows) {
  const failed = rows.filter((row) => row.error !== undefined);
  const good = rows.filter((row) => row.error === undefined);
  const body = { trace: () => traceTable(group, good), construct: () => constructTable(group, good), bulk: () => bulkTable(good), lockstep: () => lockstepTable(group, good) }[group.job]();
  const errors = [...new Set(failed.map((row) => `${row.contender}: ${row.error}`))];
  return [`### ${name}: ${group.says}`, '', ...body, '', `To reach: ${group.reach}.`, ...errors.map((text) => `Failed: ${text}`), ''].join('\n');
}

// node bench/run.mjs [--only core,mm] [--rounds 5] [--budget 4000] [--rows FILE]
import { appendFileSync } from 'node:fs';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { GROUPS } from './groups.mjs';
import { buildNative } from './native.mjs';
import { runLockstep } from './lockstep.mjs';
import { report } from './report.mjs';
import { runGroup } from './rounds.mjs';
import { WORKLOADS } from './traces.mjs';
import { verify } from './verify.mjs';

const USAGE = `usage: pnpm bench -- [--only GROUP,...] [--rounds N] [--budget MS] [--rows FILE]
groups: ${Object.keys(GROUPS).join(', ')}`;

const OPTIONS = {
  only: { type: 'string', default: Object.keys(GROUPS).join(',') },
  rounds: { type: 'string', default: '5' },
  budget: { type: 'string', default: '4000' },
  rows: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
};

function fail(text) {
  console.error(text);
  process.exit(2);
}

function readOptions() {
  try {
    return parseArgs({ args: process.argv.slice(2).filter((arg) => arg !== '--'), options: OPTIONS }).values;
  } catch (error) {
    return fail(`${error.message}\n${USAGE}`);
  }
}

const options = readOptions();
if (options.help) {
  console.log(USAGE);
  process.exit(0);
}
const names = options.only.split(',');
for (const name of names) if (!(name in GROUPS)) fail(`no group '${name}'\n${USAGE}`);
const rounds = Number(options.rounds);
if (!Number.isInteger(rounds) || rounds < 1) fail(`--rounds is a whole number from 1, not '${options.rounds}'`);

const contenders = new Set(names.flatMap((name) => GROUPS[name].contenders));
const ours = [...contenders].filter((name) => name === 'buddy' || name.startsWith('mm'));
for (const adapter of ours) {
  const wrong = await verify(adapter);
  if (wrong.length > 0) fail(`${adapter} is not correct, so its speed means nothing (or it is not built: npm run setup):\n  ${wrong.join('\n  ')}`);
}
const { missing } = buildNative([...contenders].filter((name) => name.startsWith('c:')).map((name) => name.slice(2)));
if (missing !== null) console.log(`The C rows are left out: ${missing}. Without them there is no ratio to C.\n`);

const load = os.loadavg()[0];
console.log(`${os.cpus()[0].model}, ${os.cpus().length} CPUs, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}, load ${load.toFixed(1)} at the start, ${rounds} rounds`);
if (load > 0.5 * os.cpus().length) console.log('The machine is busy: trust the ratios of one table only, and repeat.');
console.log();
for (const workload of new Set(names.flatMap((name) => GROUPS[name].workloads))) console.log(`${workload}: ${WORKLOADS[workload].says}`);
console.log();
for (const name of names) {
  const onRow = (row) => {
    if (options.rows !== undefined) appendFileSync(options.rows, `${JSON.stringify({ group: name, ...row })}\n`);
  };
  const group = GROUPS[name];
  const rows = group.job === 'lockstep' ? await runLockstep(group, { rounds, onRow }) : runGroup(group, { rounds, budgetMs: Number(options.budget), skipNative: missing !== null, onRow });
  console.log(report(name, group, rows));
}

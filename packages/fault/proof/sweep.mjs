// Sweeps the examples whose name starts with the words given, or all: `node proof/sweep.mjs pngjs`, on the built package.
// `--fail`: every later request fails too; `--stacks`: with the stack of each request that broke something; `--json`.
import { sweep, sweepTable } from '@nopage/fault';
import { early, runtimeAdapters } from '@nopage/fault/adapters';

const flags = new Set(process.argv.slice(2).filter((word) => word.startsWith('--')));
const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--')).join(' ');
// Before the packages are loaded: several keep the runtime's constructors at their top level.
const adapters = [early(runtimeAdapters())];
const { examples } = await import('./examples.mjs');

let broken = 0;
for (const [name, load] of Object.entries(examples)) {
  if (!name.startsWith(wanted)) continue;
  const report = await sweep(await load(), { name, adapters, then: flags.has('--fail') ? 'fail' : 'succeed', limitMs: 500 });
  if (flags.has('--json')) console.log(JSON.stringify(report));
  else console.log(`${sweepTable(report)}\n`);
  if (flags.has('--stacks')) for (const { n, stack, outcome } of report.cases) if (outcome !== 'ok') console.log(`${n}\n${stack.map((frame) => `    at ${frame}`).join('\n')}`);
  if (!report.passed && report.trouble?.code !== 'no-requests') broken++;
}
process.exitCode = broken > 0 ? 3 : 0;

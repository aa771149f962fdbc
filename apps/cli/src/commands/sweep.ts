import { Option, type Command } from '@commander-js/extra-typings';
import { examples, type Finish } from '../command.js';

export function addSweep(program: Command, finish: Finish): void {
  program
    .command('sweep')
    .description('count the allocations of a run, then fail the 1st, 2nd, 3rd … one at a time, and name each that breaks it')
    .argument('[scenario...]', 'a scenario (run --list), a JSON scenario, a module whose default export is swept, or: -- COMMAND …')
    .option('--nth <selection>', 'all, sites (the first of each call site), 1-20, 3,7-9', 'all')
    .addOption(new Option('--then <what>', 'later allocations succeed, or all of them fail').choices(['succeed', 'fail'] as const).default('succeed' as const))
    .option('--replay <n>', 'run one case again, with its stack')
    .option('--adapters <names>', "the runtime's allocations that can fail, for a module or command", 'all')
    .option('--limit <ms>', 'longest that one run may take (default: 5000, of a command 60000)')
    .option('--parallel <n>', 'runs of a command at a time', '1')
    .option('--steps <n>', 'steps of a scenario', '300')
    .option('--seed <n>', 'seed of a scenario', '1')
    .option('--must-tell', 'ending well after a failure counts as swallowed')
    .option('--junit <file>', 'write the report as JUnit XML')
    .option('--evidence <file>', "write the report as JSON, for the policy 'proven'")
    .option('--json', 'one JSON object a case')
    .addHelpText('before', examples('nopage sweep -- node test/open.mjs', 'nopage sweep ./parse.mjs --nth sites', 'nopage sweep churn --then fail', 'nopage sweep --replay 3 -- node test/open.mjs'))
    .action((words, options) =>
      finish(async (context) => {
        const { sweepWords } = await import('../actions/sweep-words.js');
        // Only the raw words tell a command behind `--` from a scenario's name.
        const { rawArgs } = program as unknown as { readonly rawArgs: readonly string[] };
        const dashes = rawArgs.indexOf('--');
        return sweepWords(context, words, dashes < 0 ? null : rawArgs.slice(dashes + 1), options);
      }),
    );
}

import { Option, type Command } from '@commander-js/extra-typings';
import { usageError } from '../cli-error.js';
import { examples, repeated, type Finish } from '../command.js';

export function addRun(program: Command, finish: Finish): void {
  program
    .command('run')
    .description('drive the allocator with a scenario; the same seed gives the same bytes')
    .argument('[scenario]', 'a name from --list, or a FILE with a scenario in JSON')
    .addOption(new Option('--list', 'the scenarios there are').conflicts(['seed', 'steps', 'set', 'profile', 'policy', 'fault', 'failNth', 'metrics', 'record']))
    .option('--seed <n>', 'decides everything that is left to chance', '1')
    .option('--steps <n>', 'requests, frees and ticks to take', '200000')
    .option('--set <name=value>', "change a parameter of the scenario; repeat it for more", repeated)
    .option('--profile <name>', 'whose rules: linux-6.12 or linux-6.1', 'linux-6.12')
    .option('--policy <policy>', 'which failures are told: a preset or a file', 'recommended')
    .option('--fault <attributes>', "fail requests, in the kernel's boot syntax: interval,probability,space,times")
    .option('--min-order <n>', 'fault injection spares smaller orders (1 by default)')
    .option('--ignore-gfp-wait <yes|no>', 'fault injection spares requests that may wait (yes by default)')
    .option('--ignore-gfp-highmem <yes|no>', 'fault injection spares requests that may use high memory (yes by default)')
    .option('--fail-nth <n>', 'fail the nth request that fault injection considers')
    .option('--require <region>', 'fail only requests from this function, file or /pattern/')
    .option('--reject <region>', 'never fail requests from this function, file or /pattern/')
    .option('--metrics <file>', 'write the metrics at the end, in the Prometheus text format; - is standard output')
    .option('--record <trace>', 'write every request as a recording that replay takes (not together with fault injection)')
    .option('--json', 'one JSON object a failure, and one with the totals at the end')
    .addHelpText('before', examples('nopage run --list', 'nopage run jumbo-frames --seed 7', "nopage run churn --fault '10,100,0,-1' --min-order 0 --json"))
    .action((scenario, options) =>
      finish(async (context) => {
        if (options.list && scenario !== undefined) throw usageError(`--list takes no scenario, and there is '${scenario}'`);
        const { listScenarios, runScenario } = await import('../actions/run-scenario.js');
        return options.list ? listScenarios(context, options.json ?? false) : runScenario(context, scenario ?? null, options);
      }),
    );
}

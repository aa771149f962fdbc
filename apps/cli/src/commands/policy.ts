import type { Command } from '@commander-js/extra-typings';
import { examples, repeated, type Finish } from '../command.js';

export function addPolicy(program: Command, finish: Finish): void {
  const policy = program.command('policy').description('try a warning policy on recorded events, see its votes, check its laws');
  policy.addHelpText('before', examples('nopage policy replay --policy linux-5.4 --policy ./mine.json events.jsonl', 'nopage policy explain --policy recommended --seq 118 events.jsonl', 'nopage policy check ./mine.ts'));

  policy
    .command('replay')
    .description('what each policy would have told and held of a recorded stream')
    .argument('[events...]', 'events.jsonl from explain --json, run --json or watch --json; - or nothing: standard input')
    .requiredOption('--policy <policy>', 'a preset or a file; repeat it to compare', repeated)
    .option('--each', 'one JSON object an event')
    .option('--json', 'one JSON object a policy')
    .addHelpText('before', examples('nopage policy replay --policy linux-5.4 --policy recommended events.jsonl'))
    .action((files, { policy: policies, each = false, json = false }) =>
      finish(async (context) => {
        const { replayPolicies } = await import('../actions/replay-policies.js');
        return replayPolicies(context, files, policies, each, json);
      }),
    );

  policy
    .command('explain')
    .description('the tree of votes on one event of a recorded stream')
    .argument('[events...]', 'as for replay')
    .requiredOption('--policy <policy>', 'a preset or a file')
    .requiredOption('--seq <n>', 'which event, counted from 1')
    .addHelpText('before', examples('nopage policy explain --policy recommended --seq 118 events.jsonl'))
    .action((files, { policy: name, seq }) =>
      finish(async (context) => {
        const { explainVoteOf } = await import('../actions/explain-vote-of.js');
        return explainVoteOf(context, files, name, seq);
      }),
    );

  policy
    .command('check')
    .description("run the laws on a policy of one's own")
    .argument('<policy>', 'a preset or a file')
    .option('--runs <n>', 'random streams for each law')
    .option('--seed <n>', 'seed of the streams')
    .option('--json', 'one JSON object a law')
    .addHelpText('before', examples('nopage policy check ./mine.ts'))
    .action((name, options) =>
      finish(async (context) => {
        const { checkPolicy } = await import('../actions/check-policy.js');
        return checkPolicy(context, name, options);
      }),
    );
}

import type { Command } from '@commander-js/extra-typings';
import { examples, type Finish } from '../command.js';

export function addFrag(program: Command, finish: Finish): void {
  program
    .command('frag')
    .description('free memory by zone and order, and how much of it could not serve that order')
    .option('--proc <dir>', 'a folder with copies of zoneinfo and buddyinfo')
    .option('--json', 'one JSON object')
    .addHelpText('before', examples('nopage frag', 'nopage frag --proc ./saved --json'))
    .action(({ proc = null, json = false }) =>
      finish(async (context) => {
        const { showFragmentation } = await import('../actions/show-fragmentation.js');
        return showFragmentation(context, proc, json);
      }),
    );
}

import type { Command } from '@commander-js/extra-typings';
import { examples, type Finish } from '../command.js';
import { milliseconds } from '../input/number-option.js';

export function addFrag(program: Command, finish: Finish): void {
  program
    .command('frag')
    .description('free memory by zone and order, and how much of it could not serve that order')
    .option('--proc <dir>', 'a folder with copies of zoneinfo and buddyinfo')
    .option('--json', 'one JSON object; with --watch one for each zone and sample')
    .option('--watch', 'draw it over time, until Ctrl-C; a line for each zone and sample when the output is no terminal')
    .option('--interval <seconds>', 'between two samples of --watch', '1')
    .addHelpText('before', examples('nopage frag', 'nopage frag --proc ./saved --json', 'nopage frag --watch --interval 5'))
    .action(({ proc = null, json = false, watch = false, interval }) =>
      finish(async (context) => {
        const intervalMs = milliseconds('--interval', interval, 0.1, 86_400);
        if (watch) {
          const { watchFragmentation } = await import('../actions/watch-fragmentation.js');
          return watchFragmentation(context, { proc, intervalMs, json });
        }
        const { showFragmentation } = await import('../actions/show-fragmentation.js');
        return showFragmentation(context, proc, json);
      }),
    );
}

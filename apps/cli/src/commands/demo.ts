import type { Command } from '@commander-js/extra-typings';
import { examples, type Finish } from '../command.js';

export function addDemo(program: Command, finish: Finish): void {
  program
    .command('demo')
    .description('serve the demo, a live allocator and a box that explains logs, on the loopback address')
    .option('--port <n>', 'the next free one is used when it is taken', '9848')
    .option('--seed <n>', 'decides everything that is left to chance', '7')
    .addHelpText('before', examples('nopage demo', 'nopage demo --port 8080'))
    .action(({ port, seed }) =>
      finish(async (context) => {
        const { serveUntilInterrupted } = await import('../actions/serve-until-interrupted.js');
        return serveUntilInterrupted(context, port, seed);
      }),
    );
}

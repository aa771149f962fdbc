import type { Command } from '@commander-js/extra-typings';
import { examples, type Finish } from '../command.js';

export function addReplay(program: Command, finish: Finish): void {
  program
    .command('replay')
    .description('replay recordings of a page allocator and compare every decision and every state')
    .argument('[traces...]', 'recordings, plain or gzip; - or nothing: standard input')
    .option('--events', 'compare what happened inside each operation, too')
    .option('--json', 'one JSON object a recording')
    .addHelpText('before', examples('nopage replay trace.txt.gz', 'nopage replay --events --json */trace.txt.gz'))
    .action((traces, { events = false, json = false }) =>
      finish(async (context) => {
        const { replayTraces } = await import('../actions/replay-traces.js');
        return replayTraces(context, traces, { events, json });
      }),
    );
}

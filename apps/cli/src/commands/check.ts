import type { Command } from '@commander-js/extra-typings';
import { examples, type Finish } from '../command.js';

export function addCheck(program: Command, finish: Finish): void {
  program
    .command('check')
    .description('would this request be served here, now? zone by zone, with the step that decides')
    .requiredOption('--order <n>', 'block size as a power of two of pages')
    .requiredOption('--gfp <flags>', 'names joined with |, or a mask in hex')
    .option('--proc <dir>', 'a folder with copies of zoneinfo, buddyinfo and, as far as they are there, pagetypeinfo, version, meminfo and status (of a task)')
    .option('--kernel <release>', "whose rules, when the copies don't say")
    .option('--json', 'one JSON object')
    .addHelpText('before', examples('nopage check --order 2 --gfp GFP_ATOMIC', "nopage check --order 4 --gfp 'GFP_KERNEL|__GFP_NORETRY' --proc ./saved --json"))
    .action(({ order, gfp, proc = null, kernel = null, json = false }) =>
      finish(async (context) => {
        const { checkRequest } = await import('../actions/check-request.js');
        return checkRequest(context, { order, gfp, proc, kernel, json });
      }),
    );
}

import { Argument, type Command } from '@commander-js/extra-typings';
import { examples, type Finish } from '../command.js';
import { SHELLS } from '../terminal/shells.js';

export function addCompletions(program: Command, finish: Finish): void {
  program
    .command('completions')
    .description('print a completion script for your shell')
    .addHelpText('before', examples('source <(nopage completions bash)', 'nopage completions fish | source'))
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .action((shell) =>
      finish(async (context) => {
        const { printCompletions } = await import('../actions/print-completions.js');
        return printCompletions(context, program, shell);
      }),
    );
}

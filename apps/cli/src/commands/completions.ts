import { Argument, type Command } from '@commander-js/extra-typings';
import { examples, type Finish } from '../command.js';
import { ExitCode } from '../exit-code.js';
import { print } from '../io.js';
import { completionScript, SHELLS } from '../terminal/completions.js';

export function addCompletions(program: Command, finish: Finish): void {
  program
    .command('completions')
    .description('print a completion script for your shell')
    .addHelpText('before', examples('source <(nopage completions bash)', 'nopage completions fish | source'))
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .action((shell) =>
      finish(async ({ io }) => {
        await print(io, completionScript(program, shell));
        return ExitCode.DONE;
      }),
    );
}

import type { Command } from '@commander-js/extra-typings';
import { examples, type Finish } from '../command.js';
import { ExitCode } from '../exit-code.js';
import { print } from '../io.js';
import { manPage } from '../terminal/man-page.js';

export function addMan(program: Command, finish: Finish): void {
  program
    .command('man')
    .description('print the manual page')
    .addHelpText('before', examples('nopage man | man -l -'))
    .action(() =>
      finish(async ({ io }) => {
        await print(io, manPage(program, program.version() ?? ''));
        return ExitCode.DONE;
      }),
    );
}

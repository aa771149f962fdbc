import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { PRESET_NAMES } from '@nopage/reporter';
import { scenarios } from '@nopage/scenario';
import type { Context } from '../command.js';
import { ExitCode } from '../exit-code.js';
import { print } from '../io.js';
import { completionScript } from '../terminal/completions.js';
import type { Shell } from '../terminal/shells.js';

/** Prints what makes a shell complete the command: its words, the scenarios and the policies there are. */
export async function printCompletions({ io }: Context, program: CommandUnknownOpts, shell: Shell): Promise<ExitCode> {
  await print(io, completionScript(program, shell, { policy: PRESET_NAMES, scenario: scenarios.map(({ name }) => name) }));
  return ExitCode.DONE;
}

import type { CommandUnknownOpts } from '@commander-js/extra-typings';

/** A command that does something, by its whole name: `policy replay`. */
export interface NamedCommand {
  readonly name: string;
  readonly command: CommandUnknownOpts;
}

/** Every command below `parent` that has no commands of its own, in the order of the help. */
export function commandsOf(parent: CommandUnknownOpts, path = ''): NamedCommand[] {
  return parent.commands.flatMap((command) => {
    const name = `${path}${command.name()}`;
    return command.commands.length > 0 ? commandsOf(command, `${name} `) : [{ name, command }];
  });
}

import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { commandsOf } from './commands-of.js';

const EXIT_STATUS: readonly (readonly [string, string])[] = [
  ['0', 'done'],
  ['1', 'failed'],
  ['2', 'the call could not be understood'],
  ['3', 'a finding: explain --fail-on, a mismatch in replay, a broken case in sweep, a refusal in check'],
  ['130', 'interrupted; what was read so far has been summed up'],
];

/** The manual page of the command tree, in man(7) macros. */
export function manPage(program: CommandUnknownOpts, version: string): string {
  const sections = commandsOf(program).flatMap(({ name, command }) => [
    `.SS nopage ${roff(name)} ${roff(command.usage())}`,
    roff(command.description()),
    ...argumentLines(command),
    ...optionLines(command),
  ]);
  return [
    `.TH NOPAGE 1 "" "nopage ${version}" "User Commands"`,
    '.SH NAME',
    `nopage \\- ${roff(program.description())}`,
    '.SH SYNOPSIS',
    '.B nopage',
    '.I COMMAND\n[\\fIOPTION\\fR]... [\\fIFILE\\fR]...',
    '.SH OPTIONS',
    ...optionLines(program),
    '.SH COMMANDS',
    ...sections,
    '.SH EXIT STATUS',
    ...EXIT_STATUS.flatMap(([code, meaning]) => ['.TP', `.B ${code}`, roff(meaning)]),
    '.SH ENVIRONMENT',
    '.TP\n.B NO_COLOR\nno colours, whatever the terminal can',
    '.TP\n.B FORCE_COLOR\ncolours even where stdout is no terminal',
    '',
  ].join('\n');
}

/** With the values that it may have and the one that it has by default, as help has them. */
function optionLines(command: CommandUnknownOpts): string[] {
  const help = command.createHelp();
  return command.options.filter(({ hidden }) => !hidden).flatMap((option) => ['.TP', `.B ${roff(option.flags)}`, roff(help.optionDescription(option))]);
}

function argumentLines(command: CommandUnknownOpts): string[] {
  const help = command.createHelp();
  return command.registeredArguments.flatMap((argument) => ['.TP', `.I ${roff(argument.name())}`, roff(help.argumentDescription(argument))]);
}

/** Backslashes and hyphens mean something to troff, and so does a dot or quote that begins a line; it reads ASCII only. */
const roff = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/gm, '\\&$1')
    .replace(/[\u0080-\uffff]/g, (character) => `\\[u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`);

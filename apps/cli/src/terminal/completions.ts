import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import type { Shell } from './shells.js';

/** Words that may stand for what help calls `<policy>` or `[scenario]`, by that name; a file may, too. */
export type KnownWords = Readonly<Record<string, readonly string[]>>;

/** What can stand in a place. */
interface Place {
  /** As help calls it. */
  readonly name: string;
  readonly words: readonly string[];
  /** Nothing but these words. */
  readonly closed: boolean;
}

interface OptionWords {
  readonly flag: string;
  readonly about: string;
  /** Its value; null for a switch. */
  readonly value: Place | null;
}

interface CommandWords {
  readonly command: string;
  readonly about: string;
  /** What stands right behind it: a command of its own, as `replay` of `policy`, or its first argument. */
  readonly next: Place;
  readonly options: readonly OptionWords[];
}

/** A script that a shell evaluates: commands, their options, the words that these take; files everywhere else. */
export function completionScript(program: CommandUnknownOpts, shell: Shell, known: KnownWords): string {
  const commands = program.commands.map((command) => wordsOf(command, program, known));
  return { bash, zsh, fish }[shell](commands, known);
}

function wordsOf(command: CommandUnknownOpts, program: CommandUnknownOpts, known: KnownWords): CommandWords {
  const options = [command, ...command.commands, program].flatMap((each) => each.options).flatMap(({ long, description, flags, argChoices }): OptionWords[] => {
    const [, name] = /<([^>.]+)/.exec(flags) ?? [];
    return long ? [{ flag: long, about: description, value: name === undefined ? null : place(name, argChoices, known) }] : [];
  });
  const [argument] = command.registeredArguments;
  return {
    command: command.name(),
    about: command.description(),
    next: command.commands.length > 0 ? place('command', command.commands.map((each) => each.name()), known) : place(argument?.name() ?? 'file', argument?.argChoices, known),
    options: [...new Map(options.map((option) => [option.flag, option])).values()],
  };
}

function place(name: string, choices: readonly string[] | undefined, known: KnownWords): Place {
  return { name, words: choices ?? known[name] ?? [], closed: choices !== undefined };
}

function bash(commands: readonly CommandWords[]): string {
  const cases = commands.map(({ command, options, next }) => `    ${command}) options='${options.map(({ flag }) => flag).join(' ')}' next='${next.words.join(' ')}' ;;`);
  const values = commands.flatMap(({ command, options }) => options.flatMap(({ flag, value }) => (value === null ? [] : [`    ${command}:${flag}) COMPREPLY=($(compgen -W '${value.words.join(' ')}' -- "$current")); return ;;`])));
  return `# bash completion for nopage:  source <(nopage completions bash)
_nopage() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} options= next=
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${commands.map(({ command }) => command).join(' ')}' -- "$current"))
    return
  fi
  case \${COMP_WORDS[1]} in
${cases.join('\n')}
  esac
  case \${COMP_WORDS[1]}:$previous in
${values.join('\n')}
  esac
  case $COMP_CWORD:$current in
    *:-*) COMPREPLY=($(compgen -W "$options" -- "$current")) ;;
    2:*) COMPREPLY=($(compgen -W "$next" -- "$current")) ;;
  esac
}
complete -o default -F _nopage nopage
`;
}

function zsh(commands: readonly CommandWords[], known: KnownWords): string {
  const either = Object.entries(known).map(([name, words]) => `_nopage_${name}() { _alternative 'words:${name}:(${words.join(' ')})' 'files:file:_files' }`);
  const names = commands.map(({ command, about }) => `    '${command}:${quoted(about)}'`);
  const cases = commands.map(({ command, options, next }) => {
    const specs = options.map(({ flag, about, value }) => `'${flag}[${quoted(about).replace(/[[\]]/g, '\\$&')}]${value === null ? '' : zshPlace(value)}'`);
    return `    ${command}) _arguments '2${zshPlace(next)}' ${specs.join(' ')} '*:file:_files' ;;`;
  });
  return `#compdef nopage
# zsh completion for nopage:  source <(nopage completions zsh)
${either.join('\n')}
_nopage() {
  local -a commands
  commands=(
${names.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe 'command' commands
    return
  fi
  case $words[2] in
${cases.join('\n')}
  esac
}
compdef _nopage nopage
`;
}

function zshPlace({ name, words, closed }: Place): string {
  if (words.length === 0) return `:${name}:_files`;
  return closed ? `:${name}:(${words.join(' ')})` : `:${name}:_nopage_${name}`;
}

function fish(commands: readonly CommandWords[]): string {
  const lines = commands.flatMap(({ command, about, options, next }) => [
    `complete -c nopage -n '__nopage_at 1' -f -a ${command} -d '${quoted(about)}'`,
    ...(next.words.length === 0 ? [] : [`complete -c nopage -n '__nopage_at 2 ${command}'${next.closed ? ' -f' : ''} -a '${next.words.join(' ')}'`]),
    ...options.map(({ flag, about: option, value }) => `complete -c nopage -n '__nopage_in ${command}' -l ${flag.slice(2)}${value === null ? '' : fishPlace(value)} -d '${quoted(option)}'`),
  ]);
  return `# fish completion for nopage:  nopage completions fish | source
function __nopage_in
  set -l words (commandline -opc)
  test "$words[2]" = $argv[1]
end
function __nopage_at
  set -l words (commandline -opc)
  test (count $words) -eq $argv[1]; and test "$words[2]" = "$argv[2]"
end
${lines.join('\n')}
`;
}

function fishPlace({ words, closed }: Place): string {
  return `${closed ? ' -x' : ' -r'}${words.length === 0 ? '' : ` -a '${words.join(' ')}'`}`;
}

/** Fit for single quotes in all three shells. */
const quoted = (text: string): string => text.replaceAll("'", '’');

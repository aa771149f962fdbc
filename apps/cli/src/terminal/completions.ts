import type { CommandUnknownOpts } from '@commander-js/extra-typings';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

interface Words {
  readonly command: string;
  readonly about: string;
  /** Commands of its own, as `replay` of `policy`. */
  readonly below: readonly string[];
  readonly options: readonly { readonly flag: string; readonly about: string }[];
}

/** What can follow `nopage`, and what can follow each of its commands. */
function wordsOf(program: CommandUnknownOpts): Words[] {
  return program.commands.map((command) => {
    const options = [command, ...command.commands, program].flatMap((each) => each.options);
    return {
      command: command.name(),
      about: command.description(),
      below: command.commands.map((each) => each.name()),
      options: [...new Map(options.flatMap(({ long, description }) => (long ? [[long, description] as const] : [])))].map(([flag, about]) => ({ flag, about })),
    };
  });
}

/** A script that a shell evaluates: commands first, then the options of the command; files everywhere else. */
export function completionScript(program: CommandUnknownOpts, shell: Shell): string {
  const words = wordsOf(program);
  switch (shell) {
    case 'bash':
      return bash(words);
    case 'zsh':
      return zsh(words);
    case 'fish':
      return fish(words);
  }
}

function bash(words: readonly Words[]): string {
  const cases = words.map(({ command, options, below }) => `    ${command}) words='${options.map(({ flag }) => flag).join(' ')}' below='${below.join(' ')}' ;;`);
  return `# bash completion for nopage:  source <(nopage completions bash)
_nopage() {
  local current=\${COMP_WORDS[COMP_CWORD]} words= below=
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${words.map(({ command }) => command).join(' ')}' -- "$current"))
    return
  fi
  case \${COMP_WORDS[1]} in
${cases.join('\n')}
  esac
  if [ "$COMP_CWORD" -eq 2 ] && [ -n "$below" ]; then
    COMPREPLY=($(compgen -W "$below" -- "$current"))
    return
  fi
  case $current in -*) COMPREPLY=($(compgen -W "$words" -- "$current")) ;; esac
}
complete -o default -F _nopage nopage
`;
}

function zsh(words: readonly Words[]): string {
  const commands = words.map(({ command, about }) => `    '${command}:${quoted(about)}'`);
  const cases = words.map(({ command, options, below }) => `    ${command}) _arguments ${below.length > 0 ? `'2:command:(${below.join(' ')})' ` : ''}${options.map(({ flag, about }) => `'${flag}[${quoted(about).replace(/[[\]]/g, '\\$&')}]'`).join(' ')} '*:file:_files' ;;`);
  return `#compdef nopage
# zsh completion for nopage:  source <(nopage completions zsh)
_nopage() {
  local -a commands
  commands=(
${commands.join('\n')}
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

function fish(words: readonly Words[]): string {
  const lines = words.flatMap(({ command, about, options, below }) => [
    `complete -c nopage -n __fish_use_subcommand -f -a ${command} -d '${quoted(about)}'`,
    ...below.map((each) => `complete -c nopage -n '__fish_seen_subcommand_from ${command}' -a ${each}`),
    ...options.map(({ flag, about: option }) => `complete -c nopage -n '__fish_seen_subcommand_from ${command}' -l ${flag.slice(2)} -d '${quoted(option)}'`),
  ]);
  return `# fish completion for nopage:  nopage completions fish | source\n${lines.join('\n')}\n`;
}

/** Fit for single quotes in all three shells. */
const quoted = (text: string): string => text.replaceAll("'", '’');

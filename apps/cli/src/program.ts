import { Command, CommanderError, Option, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { CliError } from './cli-error.js';
import { examples, type Finish } from './command.js';
import { commands } from './commands/index.js';
import { ExitCode } from './exit-code.js';
import { say, type Io } from './io.js';
import { COLOR_CHOICES, paintFor } from './terminal/paint.js';
import { version } from './version.js';

/** The command tree, as help, completions and the man page see it. */
function buildProgram(io: Io, finished: (code: ExitCode) => void): Command {
  const program = new Command('nopage')
    .description('Page-allocation failures: explained, simulated, injected and counted.')
    .version(version, '-V, --version')
    .addOption(new Option('--color <when>', 'colour the output').choices(COLOR_CHOICES).default('auto' as const))
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      outputError: (text) => say(io, text.replace(/^error: /, 'nopage: ').trimEnd()),
    })
    .addHelpText('before', examples('dmesg | nopage explain', 'nopage decode 0x24040c0 --kernel 4.9', 'nopage run jumbo-frames --seed 7'));
  const finish: Finish = async (run) => {
    finished(await run({ io, paint: paintFor(io, program.opts().color) }));
  };
  // Commands take over the program's settings when they are added, so they are added last.
  for (const add of commands) add(program, finish);
  return program;
}

/**
 * Runs `nopage` with these arguments and tells the exit code. Never throws: what goes wrong is a sentence on stderr.
 *
 * @param args - Without node and script.
 */
export async function runCli(args: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = ExitCode.DONE;
  const program = buildProgram(io, (done) => (code = done));
  let running: CommandUnknownOpts = program;
  program.hook('preAction', (_program, command) => {
    running = command;
  });
  try {
    if (args.length === 0) {
      program.outputHelp({ error: true });
      return ExitCode.USAGE;
    }
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.DONE : ExitCode.USAGE;
    if (error instanceof CliError) {
      if (error.help) running.outputHelp({ error: true });
      say(io, `nopage: ${error.message}`);
      return error.exitCode;
    }
    if (io.interrupted.aborted) return ExitCode.INTERRUPTED;
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') return ExitCode.DONE;
    say(io, `nopage: this is a bug in nopage: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return ExitCode.FAILED;
  }
}

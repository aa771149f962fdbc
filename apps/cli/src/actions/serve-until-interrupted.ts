import { once } from 'node:events';
import { serveDemo } from '@nopage/demo';
import { CliError } from '../cli-error.js';
import type { Context } from '../command.js';
import { ExitCode } from '../exit-code.js';
import { wholeNumber } from '../input/number-option.js';
import { print, say } from '../io.js';

/** Serves the demo and prints its address on a line of its own; ends at Ctrl-C. */
export async function serveUntilInterrupted({ io }: Context, portText: string, seedText: string): Promise<ExitCode> {
  const port = wholeNumber('--port', portText, 0, 65535);
  const seed = wholeNumber('--seed', seedText, 0, 2 ** 32 - 1);
  const demo = await serveDemo({ port, seed }).catch((error: unknown) => {
    throw new CliError(`can't serve on port ${port}: ${(error as Error).message}`);
  });
  if (demo.taken !== null) say(io, `nopage: port ${demo.taken} is taken, using ${demo.port}`);
  await print(io, `${demo.url}\n`);
  if (!io.interrupted.aborted) await once(io.interrupted, 'abort');
  await demo.close();
  return ExitCode.INTERRUPTED;
}

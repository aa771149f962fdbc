import pc from 'picocolors';
import { usageError } from '../cli-error.js';
import type { Io } from '../io.js';

export type Paint = ReturnType<typeof pc.createColors>;

/**
 * Colours for stdout. `auto` is on for a terminal that is not dumb; NO_COLOR turns it off and FORCE_COLOR on.
 * Source: no-color.org.
 */
export function paintFor(io: Io, choice: string): Paint {
  if (choice !== 'auto' && choice !== 'always' && choice !== 'never') {
    throw usageError(`--color takes auto, always or never, not '${choice}'`);
  }
  return pc.createColors(choice === 'always' || (choice === 'auto' && wantsColor(io)));
}

function wantsColor({ env, stdout }: Io): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR'] !== undefined) return env['FORCE_COLOR'] !== '0';
  return stdout.isTTY === true && env['TERM'] !== 'dumb';
}

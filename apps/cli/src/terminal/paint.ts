import pc from 'picocolors';
import type { Io } from '../io.js';

export type Paint = ReturnType<typeof pc.createColors>;

export const COLOR_CHOICES = ['auto', 'always', 'never'] as const;
export type ColorChoice = (typeof COLOR_CHOICES)[number];

/**
 * Colours for stdout. `auto` is on for a terminal that is not dumb; NO_COLOR turns it off and FORCE_COLOR on.
 * Source: no-color.org.
 */
export function paintFor(io: Io, choice: ColorChoice): Paint {
  return pc.createColors(choice === 'always' || (choice === 'auto' && wantsColor(io)));
}

function wantsColor({ env, stdout }: Io): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR'] !== undefined) return env['FORCE_COLOR'] !== '0';
  return stdout.isTTY === true && env['TERM'] !== 'dumb';
}

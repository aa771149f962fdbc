import type { Headline } from './headline.js';
import { LEFT_OUT } from './left-out.js';

const MODE = /(?:gfp_)?(?:mode|mask|gfp)[:=][ \t]*(0x[0-9a-f]+)(?![^\s(),.;])(?:[ \t]*\(([^()]*)(\))?)?/i;

/** The flag word of a headline, as far as it is printed. */
export interface PrintedMode extends Pick<Headline, 'mask' | 'names' | 'printsNames' | 'maskLast'> {
  /** Does the list of names, if there is one, go to its end? */
  readonly closed: boolean;
}

/** A list of names that breaks off is none, as its last one may be the beginning of a longer one; nor are dots in the place of one. */
export function printedModeIn(text: string): PrintedMode {
  const found = MODE.exec(text);
  if (found === null) return { mask: null, names: null, printsNames: false, closed: false, maskLast: false };
  const printsNames = found[2] !== undefined;
  const closed = found[2] === undefined || (found[3] !== undefined && !LEFT_OUT.test(found[2]));
  return { mask: found[1] ?? null, names: closed ? (found[2] ?? null) : null, printsNames, closed, maskLast: !printsNames && found.index + found[0].length === text.length };
}

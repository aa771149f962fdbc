import { NOTHING_TOLD, type Headline } from './headline.js';
import { nameBefore } from './name-before.js';
import { numberOf, orderOf } from './numbers.js';
import { placementIn } from './placement.js';
import { printedModeIn } from './printed-mode.js';

const STALL = /^(?:(.*?)(?:\((\d+)\))?: ?)?page allo(?:ca|c)tion stalls for (\d+)[ \t]?ms(?:[,:]?[ \t]*order:[ \t]?(\d+))?/;

/** `page allocation stalls for 12345ms, order:0`, of 4.9 to 4.13. */
export function stallHeadline(text: string): Headline | null {
  const found = STALL.exec(text);
  if (found === null) return null;
  const { closed, ...mode } = printedModeIn(text);
  return {
    ...NOTHING_TOLD, ...placementIn(text), kind: 'allocation-stall', ...nameBefore(found[1] ?? ''), pid: numberOf(found[2]), order: orderOf(found[4], text),
    ...mode, complete: mode.mask !== null && closed, detail: { stallMs: Number(found[3]) },
  };
}

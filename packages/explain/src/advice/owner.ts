import type { Advice } from '../explanation.js';
import type { Facts } from '../facts.js';
import { cleanText, sizeText } from '../words.js';

/** Where no machine could meet the request, only another version of who asks can help; where the cure is known, the advice to upgrade says so. */
export function fromElsewhere({ signatures }: Pick<Facts, 'signatures'>): Advice[] {
  return signatures.some(({ nature }) => nature === 'fault') ? [] : [{
    id: 'other-version', for: 'operator', text: 'No setting of this machine helps. Upgrade the kernel, or the module that asked, and if the newest does it too, report it with the whole trace to whoever maintains it.',
    verify: 'the report does not come back',
  }];
}

/**
 * For whoever runs a module that somebody else wrote: the next version of it may ask for less. Not where it is known
 * which one does, and not where the module may be the interrupted task's.
 */
export function askItsOwner({ order, canSleep, pageBytes, module, signatures, frames }: Facts): Advice[] {
  if (module === null || order === null || order <= 3 || signatures.length > 0 || frames.own.length < frames.all.length) return [];
  return [{
    id: 'ask-its-owner', for: 'operator',
    text: `Look for a newer version of ${cleanText(module)} (a newer kernel, where it comes with that), or report this to whoever maintains it: ${sizeText(2 ** order * pageBytes)} in one piece is more than any setting can promise${canSleep === false ? ' to a caller that can not wait' : ''}.`,
  }];
}

import type { Policy } from '../policy.js';
import type { Reportable } from '../reportable.js';
import { fixed, type Vote } from '../vote.js';

export type PowersCode = 'pow2/hit' | 'pow2/miss';

const HIT: Vote<PowersCode> = fixed('emit', 'pow2/hit', 'a power of two of failures at this key');
const MISS: Vote<PowersCode> = fixed('aggregate', 'pow2/miss', 'not a power of two of failures at this key');

/** Tells the 1st, 2nd, 4th, 8th, ... event of a key, by the ledger's own count. */
export function onPowersOfTwo(): Policy<Reportable, null, PowersCode> {
  return {
    name: 'onPowersOfTwo',
    codes: ['pow2/hit', 'pow2/miss'],
    init: () => null,
    vote(_event, view) {
      const { seen } = view.key;
      // The largest power of two so far is among those that the event stands for.
      const vote = 2 ** Math.floor(Math.log2(seen)) > seen - view.count ? HIT : MISS;
      return view.detailed ? { ...vote, evidence: { seen } } : vote;
    },
  };
}

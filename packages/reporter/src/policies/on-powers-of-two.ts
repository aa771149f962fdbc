import type { Policy } from '../policy.js';
import type { Reportable } from '../reportable.js';
import type { Vote } from '../vote.js';

export type PowersCode = 'pow2/hit' | 'pow2/miss';

const HIT: Vote<PowersCode> = Object.freeze({ verdict: 'emit', code: 'pow2/hit', why: 'a power of two of failures at this key' });
const MISS: Vote<PowersCode> = Object.freeze({ verdict: 'aggregate', code: 'pow2/miss', why: 'not a power of two of failures at this key' });

/** Tells the 1st, 2nd, 4th, 8th, ... event of a key, by the ledger's own count. */
export function onPowersOfTwo(): Policy<Reportable, null, PowersCode> {
  return {
    name: 'onPowersOfTwo',
    codes: ['pow2/hit', 'pow2/miss'],
    init: () => null,
    vote(_event, view) {
      const { seen } = view.key;
      let odd = seen;
      while (odd % 2 === 0 && odd > 0) odd /= 2;
      const vote = odd === 1 ? HIT : MISS;
      return view.detailed ? { ...vote, evidence: { seen } } : vote;
    },
  };
}

import type { Advice } from '../explanation.js';
import type { Facts } from '../facts.js';
import type { Finding } from '../rule.js';
import { smallerBlocks } from './code.js';
import { defragment, reserveEarly } from './large-blocks.js';
import { receiveAdvice } from './network.js';
import { askItsOwner } from './owner.js';
import { raiseMinFree } from './reserve.js';

/** That there was no block for it: to be acted on where something broke. */
export function fragmented(facts: Facts, confidence: Finding['confidence'], why: readonly string[]): Finding {
  return {
    cause: 'fragmentation', severity: facts.path?.harm === 'broken' ? 'act' : 'watch', confidence, why, advice: fragmentationAdvice(facts),
  };
}

/** Whoever can't wait needs the reserve, a receive path smaller buffers, everyone else blocks that compaction makes. */
function fragmentationAdvice(facts: Facts): Advice[] {
  const receive = receiveAdvice(facts);
  const owner = receive.length > 0 ? [] : askItsOwner(facts);
  const atomic = facts.canSleep === false;
  return [
    // What no setting can promise is the caller's to mend first.
    ...(atomic ? owner : []),
    ...(atomic ? raiseMinFree(facts) : []),
    ...receive,
    ...defragment(facts),
    ...reserveEarly(facts),
    ...(atomic ? [] : owner),
    ...(receive.length > 0 ? [] : smallerBlocks(facts)),
  ];
}

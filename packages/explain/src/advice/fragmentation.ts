import type { Facts } from '../facts.js';
import type { Finding } from '../rule.js';
import { defragment, reserveEarly, smallerBlocks } from './code.js';
import { receiveAdvice } from './network.js';
import { raiseMinFree } from './reserve.js';

/** To be acted on where something broke. */
export function fragmentationSeverity(facts: Facts): Finding['severity'] {
  return facts.path?.harm === 'broken' ? 'act' : 'watch';
}

/** Whoever can't wait needs the reserve, a receive path smaller buffers, everyone else blocks that compaction makes. */
export function fragmentationAdvice(facts: Facts): Finding['advice'] {
  const receive = receiveAdvice(facts);
  return [
    ...(facts.canSleep === false ? raiseMinFree(facts) : []),
    ...receive,
    ...defragment(facts),
    ...reserveEarly(facts),
    ...(receive.length > 0 ? [] : smallerBlocks(facts)),
  ];
}

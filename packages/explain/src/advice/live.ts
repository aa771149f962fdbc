import type { Advice, Cause } from '../explanation.js';
import type { Facts } from '../facts.js';
import { sizeText } from '../words.js';
import { minFree } from './reserve.js';

/** What to try where the allocator is not a kernel's but one of this program: options in place of sysctls. */
export function liveAdvice(cause: Cause, facts: Facts): Advice[] {
  if (facts.order === null) {
    return [
      ...(cause === 'constraint' ? [{ id: 'raise-maximum', for: 'developer' as const, text: 'Make the memory with a larger maximum, where what runs in it can use one.' }] : []),
      { id: 'free-and-retry', for: 'developer', text: 'Catch the error, drop what can be made again (caches), and ask once more, for less if that will do.' },
    ];
  }
  const advice: Advice[] = [];
  const found = minFree(facts);
  const betterKb = found?.betterKb ?? null;
  if (facts.canSleep === false && found !== null && betterKb !== null && cause !== 'size') {
    advice.push({
      id: 'raise-min-free-kbytes', for: 'developer',
      text: `Give the allocator a larger minFreeKbytes, ${betterKb} in place of ${Math.round(found.currentKb)}: callers that can not wait may then use ${sizeText(betterKb * 640)}.`,
      cost: `${sizeText((betterKb - found.currentKb) * 1024)} that other callers can not use`,
    });
  }
  if (cause === 'fragmentation' || (facts.order > 0 && cause !== 'size')) {
    advice.push({ id: 'smaller-blocks', for: 'developer', text: `Ask for single pages, or reserve the blocks of order ${facts.order} at the start, when they are still there.` });
  }
  if (facts.canSleep === false) advice.push({ id: 'wait-instead', for: 'developer', text: 'Where the caller can await, let it: allocWait() with GFP_KERNEL runs the shrinkers and takes its turn.' });
  else if (cause === 'exhausted') advice.push({ id: 'add-shrinker', for: 'developer', text: 'Register shrinkers for what can be given up (caches), so that a caller that waits has something to wait for; or give the allocator more pages.' });
  if (cause === 'size') advice.push({ id: 'bound-size', for: 'developer', text: 'Check where the size comes from and bound it: no block is that large.' });
  return advice;
}

import { heldIn, type Line } from './line.js';
import type { Reportable } from './reportable.js';

/** What is held back for a reason of ours, in words that may follow its number. */
const WORDS: Readonly<Record<string, string>> = {
  'rate/full': 'over the rate limit',
  'sum/waiting': 'between two lines',
  'pow2/miss': 'short of the next power of two',
  'nowarn/opt-out': 'of callers that asked for no warning',
  'trusted/site': 'at trusted sites',
  'proven/survives': 'at sites that a failure sweep has proven',
  'budget/lines': 'over the budget of lines',
  'budget/bytes': 'over the budget of bytes',
  'gate/not-reached': 'that the kernel does not warn of',
  'gate/no-managed-dma': 'for a ZONE_DMA without pages',
  'gate/guardpage': 'while guard pages are debugged',
  'sink/refused': 'that the sink did not take',
  'sink/threw': 'that the sink threw on',
  'policy/set-aside': 'while the policy is too slow to ask',
  'ledger/reentrant': 'reported from within the reporting',
  'ledger/closed': 'after the end',
  'ledger/unsettled': 'that no sink had settled',
};

/** Why a line's events were held back: `over the rate limit`, `20 over the rate limit, 2 my/code`. */
export function reasonWords(line: Line<Reportable>): string {
  return Object.entries(line.reasons)
    .map(([code, count]) => ({ count, words: Object.hasOwn(WORDS, code) ? (WORDS[code] ?? code) : code }))
    .map(({ count, words }) => (count === heldIn(line) ? words : `${count} ${words}`))
    .join(', ');
}

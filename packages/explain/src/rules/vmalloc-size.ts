import { fromElsewhere } from '../advice/owner.js';
import { vmallocBytes, vmallocReason } from '../event-detail.js';
import type { Facts } from '../facts.js';
import { wordBits } from '../kernel/word-bits.js';
import type { Rule } from '../rule.js';
import { bytesInFull, sizeText } from '../words.js';

function totalBytes({ memory, pageBytes }: Facts): number | null {
  return memory.managedPages === null ? null : memory.managedPages * pageBytes;
}

/** 0 bytes, more than there is RAM, or a negative number read as unsigned: the size itself is the fault. */
export const vmallocSize: Rule = {
  name: 'vmalloc-size',
  source: 'mm/vmalloc.c, __vmalloc_node_range_noprof(), v6.12',
  applies(event, facts) {
    if (event.kind !== 'vmalloc-failure') return null;
    const { asked: bytes, had } = vmallocBytes(event);
    const total = totalBytes(facts);
    const exceeds = vmallocReason(event).includes('exceeds total pages');
    // Half of what 32 bits can address, in a number of 32 bits, is the sign of a negative one; but whoever had some of it had addresses for all.
    const negative = bytes !== null && bytes >= 2 ** 31 && bytes < 2 ** 32 && had === null && wordBits(event) !== 64;
    const absurd = bytes === 0 || negative || (bytes !== null && bytes >= 2 ** 47);
    const tooLarge = bytes !== null && total !== null && total > 0 && bytes > total;
    if (!exceeds && !absurd && !tooLarge) return null;
    const why = bytes === 0
      ? 'The code asked for 0 bytes: its size was never set, or overflowed.'
      : bytes !== null && bytes >= 2 ** 63
        ? `The size, ${bytesInFull(bytes)}, is a negative number read as unsigned: an integer overflow in the code that asked.`
        : `The code asked for ${bytes === null ? 'more' : sizeText(bytes)}, more than the machine ${total === null ? 'can have' : `has (${sizeText(total)})`}: the size is wrong, not the memory.`;
    return {
      cause: 'size', severity: 'watch', confidence: exceeds || tooLarge ? 'computed' : 'inferred',
      why: [why], means: 'What asked for it fails every time until its size is right; the machine is not short of memory.',
      advice: [...fromElsewhere(facts), { id: 'bound-size', for: 'developer', text: 'If the code is yours: check how the size is computed (types, overflow, a value from a device or from user space) and refuse what makes no sense.' }],
    };
  },
};

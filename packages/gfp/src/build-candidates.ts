import { decode, hexOf } from './codec.js';
import { variantsOf, type Era } from './era.js';
import type { ModeReading } from './failure-event.js';

/** What other builds of the era make of a word with a bit that depends on the build; [] when they all read it alike. */
export function buildCandidates(mask: number, era: Era): ModeReading['candidates'] {
  if ((mask & era.optional) === 0) return [];
  const seen = new Map<string, ModeReading['candidates'][number]>();
  for (const variant of variantsOf(era)) {
    const names = explained(mask, variant);
    const key = names.join('|');
    if (!seen.has(key)) seen.set(key, { era: variant.id, text: decode(mask, variant).join('|'), names });
  }
  return seen.size > 1 ? [...seen.values()] : [];
}

/** The names of a word, those of bits that the printer leaves as a number included. */
function explained(mask: number, era: Era): string[] {
  const names = decode(mask, era);
  const last = names.at(-1);
  if (last?.startsWith('0x') !== true) return names;
  let rest = Number(last);
  const found = names.slice(0, -1);
  for (const [name, bit] of Object.entries(era.bits)) {
    if ((rest & bit) === 0) continue;
    found.push(name);
    rest = (rest & ~bit) >>> 0;
  }
  if (rest !== 0) found.push(hexOf(rest));
  return found;
}

import { ERAS, parse, type Era } from '@nopage/gfp';
import { nearestWord } from './nearest-word.js';

/** A flag word as people paste it: the number, the names, or both. */
export interface FlagWord {
  /** 0 to 0xffffffff; null when only names were given. */
  readonly mask: number | null;
  /** Names as the kernel spells them, or as written where no kernel has them; null when only a number was given. */
  readonly names: readonly string[] | null;
  /** Names taken out again, as source code writes them: `GFP_KERNEL & ~__GFP_FS`. */
  readonly without: readonly string[];
}

const KEY = String.raw`\b(?:gfp_mask|mode|mask|gfp(?:_flags)?)[ \t]*[:=][ \t]*`;
const DIGITS = String.raw`((?:0x)?[0-9a-f]{1,16})u?l*\b(?:\/-?\d+)?[ \t]*(?:\(([^()]*)\))?`;
const PASTED = new RegExp(KEY + DIGITS, 'i');
const PASTED_NAMES = new RegExp(`${KEY}(\\w+(?:\\|\\w+)*)`, 'i');
const NUMBER = new RegExp(`^${DIGITS}$`, 'i');
const AROUND = /^[("'`[\s]+|[)"'`\];\s]+$/g;
const BETWEEN = /[|,+()[\]"'`;\s]+/;
const TAKEN_OUT = /&?[ \t]*~[ \t]*(?:\(([^()]*)\)|(\w+))/g;

const KNOWN = [...new Set(ERAS.flatMap((era) => [...Object.keys(era.bits), ...Object.keys(era.compounds)]))];
const BY_LOWER = new Map(KNOWN.map((name) => [name.toLowerCase(), name]));

/**
 * Reads a flag word in any notation: `0x24040c0`, `GFP_KERNEL|__GFP_COMP` (also with commas, plus signs or blanks, in
 * any case, with three underscores), `GFP_KERNEL & ~__GFP_FS`, `0xcc0(GFP_KERNEL)`, `gfp=0x20/0`, or a line of a log
 * or a trace that holds one.
 *
 * @returns A sentence when it is none.
 */
export function flagWordOf(text: string): FlagWord | string {
  const found = PASTED.exec(text) ?? NUMBER.exec(text.trim()) ?? NUMBER.exec(text.replace(AROUND, ''));
  if (found !== null) {
    const mask = Number.parseInt(found[1] ?? '', 16);
    if (mask > 0xffffffff) return `${found[1] ?? text} has more than 32 bits`;
    const names = found[2] === undefined ? null : namesOf(found[2]);
    return { mask, names: names !== null && names.length === 0 && mask !== 0 ? null : names, without: [] };
  }
  const without: string[] = [];
  const rest = (PASTED_NAMES.exec(text)?.[1] ?? text).replace(TAKEN_OUT, (_all, many?: string, one?: string) => {
    without.push(...namesOf(many ?? one ?? ''));
    return ' ';
  });
  const names = namesOf(rest);
  return names.length === 0 ? 'no flag in it' : { mask: null, names, without };
}

/** The word of names in the numbering of an era, and the names that it doesn't have. */
export function maskIn({ names, without }: FlagWord, era: Era): { readonly mask: number; readonly unknown: readonly string[] } {
  const [whole, out] = [parse((names ?? []).join('|'), era), parse(without.join('|'), era)];
  return { mask: (whole.mask & ~out.mask) >>> 0, unknown: [...whole.unknown, ...out.unknown] };
}

function namesOf(text: string): string[] {
  return text.split(BETWEEN).filter((part) => part !== '').map(spelled);
}

/** A name as the kernel spells it. */
function spelled(name: string): string {
  const lower = name.toLowerCase().replace(/^___/, '__');
  const bare = lower.replace(/^(?:__)?(?:gfp_)?/, '');
  for (const form of [lower, `__${lower}`, `gfp_${bare}`, `__gfp_${bare}`]) {
    const known = BY_LOWER.get(form);
    if (known !== undefined) return known;
  }
  return name;
}

/** The names that no kernel from 2.4 on has, each with the nearest that one has; '' when there are none. */
export function strangers(names: readonly string[]): string {
  return names.filter((name) => !BY_LOWER.has(name.toLowerCase()) && !/^0x[0-9a-f]{1,8}$/i.test(name)).map((name) => {
    const near = nearestWord(name.toUpperCase(), KNOWN);
    return near === null ? name : `${name} (did you mean ${near}?)`;
  }).join(', ');
}

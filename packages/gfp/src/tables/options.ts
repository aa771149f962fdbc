import type { EraOption } from '../era.js';

// Source: include/linux/gfp.h and include/linux/gfp_types.h, the #ifdefs around the bits, v2.6.15 to v6.19.

/** On these machines (ia64 of the time) __GFP_DMA32 is the bit of __GFP_DMA. */
export const DMA_IS_DMA32: EraOption = { when: ['CONFIG_DMA_IS_DMA32'], bits: { __GFP_DMA32: 0x1 } };
export const WITHOUT_NUMA: EraOption = { when: ['!CONFIG_NUMA'], compounds: { GFP_THISNODE: 0x0 } };
export const KMEMCHECK: EraOption = { when: ['CONFIG_KMEMCHECK'], bits: { __GFP_NOTRACK: 0x200000 } };

/** Up to 6.8 the bit of __GFP_NOLOCKDEP does not depend on other options. */
export function lockdep(bit: number): EraOption {
  return { when: ['CONFIG_LOCKDEP'], bits: { __GFP_NOLOCKDEP: bit } };
}

const KASAN = 'CONFIG_KASAN_HW_TAGS';
const TWO_KASAN_BITS = { __GFP_SKIP_ZERO: 0x1000000, __GFP_SKIP_KASAN_UNPOISON: 0x2000000, __GFP_SKIP_KASAN_POISON: 0x4000000 };
const ONE_KASAN_BIT = { __GFP_SKIP_ZERO: 0x1000000, __GFP_SKIP_KASAN: 0x2000000 };

/** The words of user pages with `skip` added: with hardware tags user space poisons its own pages. */
function userPages(skip: number): Record<string, number> {
  return { GFP_HIGHUSER_MOVABLE: skip | 0x100cca, GFP_TRANSHUGE_LIGHT: skip | 0x1c20ca, GFP_TRANSHUGE: skip | 0x1c24ca };
}

export const KASAN_5_18: EraOption = { when: [KASAN], bits: TWO_KASAN_BITS, compounds: /* @__PURE__ */ userPages(0x4000000) };
export const KASAN_6_0: EraOption = { when: [KASAN], bits: TWO_KASAN_BITS, compounds: /* @__PURE__ */ userPages(0x6000000) };
export const KASAN_6_4: EraOption = { when: [KASAN], bits: ONE_KASAN_BIT, compounds: /* @__PURE__ */ userPages(0x2000000) };

/** A bit that takes the next free place when its option is set. */
interface OptionalBit {
  readonly name: string;
  readonly config: string;
  /** It takes a place in any case; the option decides only whether the printer names it. */
  readonly always?: true;
}

export const SKIP_ZERO: OptionalBit = { name: '__GFP_SKIP_ZERO', config: KASAN };
export const SKIP_KASAN: OptionalBit = { name: '__GFP_SKIP_KASAN', config: KASAN };
export const NOLOCKDEP: OptionalBit = { name: '__GFP_NOLOCKDEP', config: 'CONFIG_LOCKDEP' };
export const NO_OBJ_EXT: OptionalBit = { name: '__GFP_NO_OBJ_EXT', config: 'CONFIG_SLAB_OBJ_EXT' };
export const NO_OBJ_EXT_ALWAYS: OptionalBit = { ...NO_OBJ_EXT, always: true };

/** The place after __GFP_ZEROTAGS. */
const FIRST_OPTIONAL_BIT = 24;

/** Every combination of the options of `layout`, each with the places its bits take (since 6.9). */
export function packedOptions(layout: readonly OptionalBit[]): EraOption[] {
  const configs = [...new Set(layout.map((bit) => bit.config))];
  const combinations: EraOption[] = [];
  for (let chosen = 1; chosen < 1 << configs.length; chosen++) {
    const when = configs.filter((_, index) => (chosen & (1 << index)) !== 0);
    const bits: Record<string, number> = {};
    let place = FIRST_OPTIONAL_BIT;
    for (const bit of layout) if (bit.always === true || when.includes(bit.config)) bits[bit.name] = 2 ** place++;
    combinations.push({
      when,
      bits,
      ...(when.includes(KASAN) ? { compounds: userPages(bits['__GFP_SKIP_KASAN'] ?? 0) } : {}),
      unnamed: layout.filter((bit) => bit.always === true && !when.includes(bit.config)).map((bit) => bit.name),
    });
  }
  return combinations;
}

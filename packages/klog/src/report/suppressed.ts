/** How many warnings a limiter held back, and whose. */
export interface Suppressed {
  /** Most held back warnings of a kind, `memInfo` blocks of warnings that were told, `printk` messages of anybody. */
  readonly family: 'page' | 'slab' | 'cma' | 'fault' | 'memInfo' | 'printk';
  readonly count: number;
  readonly function: string;
}

const SUPPRESSED = /^(\w+): (\d+) callbacks suppressed/;
/** Functions that limit themselves, and whose reports they hold back. */
const LIMITERS: readonly { readonly family: Suppressed['family']; readonly name: RegExp }[] = [
  { family: 'page', name: /^(?:warn_alloc(?:_failed)?|__alloc_pages_\w+)$/ },
  { family: 'memInfo', name: /^warn_alloc_show_mem$/ },
  { family: 'slab', name: /^slab_out_of_memory$/ },
  { family: 'cma', name: /^_{0,2}cma_alloc\w*$/ },
  { family: 'fault', name: /^fail_dump$/ },
  { family: 'printk', name: /^(?:__ratelimit|printk_ratelimit|alloc_vmap_area|_{2,3}slab_alloc)$/ },
];
const PRINTK = /^(?:printk|__ratelimit): (\d+) messages suppressed\.?/;

/** Reads what a limiter says that it has held back; null for every other line. */
export function parseSuppressed(text: string): Suppressed | null {
  if (!text.includes(' suppressed')) return null;
  const found = SUPPRESSED.exec(text);
  const limiter = LIMITERS.find(({ name }) => name.test(found?.[1] ?? ''));
  if (found !== null && limiter !== undefined) return { family: limiter.family, count: Number(found[2]), function: found[1] ?? '' };
  const shared = PRINTK.exec(text);
  return shared === null ? null : { family: 'printk', count: Number(shared[1]), function: 'printk' };
}

/** Values of a line that only one kind of report has. */
export type Detail = Readonly<Record<string, string | number | boolean | null>>;

const CACHE = /^cache: (.+?), object size: (\d+)(?:, buffer size: (\d+))?(?:,[ \t]+default[ \t]+order:[ \t]*(\d+)(?:, min order: (\d+))?|,[ \t]+order: (\d+))?/;
const SLABS = /^node (\d+): (slabs: \d+(?:\/\d+)?, objs: \d+(?:\/\d+)?(?:, free: \d+)?)/;
const FAULT = /^name ([\w-]+), interval (\d+), probability (\d+), space (-?\d+), times (-?\d+)/;
const CPUSET = /^(.{1,16}?) cpuset=(\S*) mems_allowed=([0-9,-]*)$/;
// mm/cma.c, cma_debug_show_areas(), v4.12; vendors print the pieces without their places.
const CMA_ROOM = /^(?:cma: )?number of available pages: ([\d@+]*)=> ?(\d+) (?:free of|pages, total:) (\d+) (?:total )?pages/;
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
const REPEATED = /\b(?:last|previous|above) (?:message|output)(?: '.{0,400}')? (?:repeat(?:ed|s)|buffered) (?:(\d+) times?|(once|twice))\b|^chatty: .{0,80} identical (\d+) lines?$/i;

/** ` cache: kmalloc-1024, object size: ...` below a SLUB or SLAB line. */
export function parseCache(text: string): Detail | null {
  const found = text.startsWith('cache: ') ? CACHE.exec(text) : null;
  if (found === null) return null;
  return {
    cache: found[1] ?? null, objectBytes: Number(found[2]),
    ...(found[3] === undefined ? {} : { bufferBytes: Number(found[3]) }),
    ...(found[4] === undefined ? {} : { defaultOrder: Number(found[4]) }),
    ...(found[5] === undefined ? {} : { minOrder: Number(found[5]) }),
    ...(found[6] === undefined ? {} : { defaultOrder: Number(found[6]) }),
  };
}

/** `  node 0: slabs: 9, objs: 288, free: 0`: what the cache holds on a node, as text by node. */
export function parseSlabs(text: string): Detail | null {
  const found = text.startsWith('node ') ? SLABS.exec(text) : null;
  return found === null ? null : { [`node${found[1] ?? ''}`]: found[2] ?? '' };
}

/** What is free of a CMA area that had no such block: pages in all, and of the largest piece where all pieces are listed. */
export function parseCmaRoom(text: string): Detail | null {
  const found = text.includes('available pages') ? CMA_ROOM.exec(text) : null;
  if (found === null) return null;
  const pieces = (found[1] ?? '').split('+').map((piece) => Number.parseInt(piece, 10)).filter((pages) => !Number.isNaN(pages));
  const freePages = Number(found[2]), areaPages = Number(found[3]);
  return pieces.reduce((sum, pages) => sum + pages, 0) === freePages ? { freePages, areaPages, largestPages: Math.max(0, ...pieces) } : { freePages, areaPages };
}

/** The parameters of an injected fault. */
export function parseFault(text: string): Detail | null {
  const found = text.startsWith('name ') ? FAULT.exec(text) : null;
  if (found === null) return null;
  return { name: found[1] ?? null, interval: Number(found[2]), probability: Number(found[3]), space: Number(found[4]), times: Number(found[5]) };
}

/** `COMM cpuset=/ mems_allowed=0`, a line of its own from 4.11 to 4.20 and in OOM reports before. */
export function parseCpuset(text: string): { comm: string; cpuset: string; memsAllowed: string } | null {
  const found = text.includes(' cpuset=') ? CPUSET.exec(text) : null;
  return found === null ? null : { comm: found[1] ?? '', cpuset: found[2] ?? '', memsAllowed: found[3] ?? '' };
}

/** How many warnings a limiter held back, and whose. */
export interface Suppressed {
  /** Most held back warnings of a kind, `memInfo` blocks of warnings that were told, `printk` messages of anybody. */
  readonly family: 'page' | 'slab' | 'cma' | 'fault' | 'memInfo' | 'printk';
  readonly count: number;
  readonly function: string;
}

export function parseSuppressed(text: string): Suppressed | null {
  if (!text.includes(' suppressed')) return null;
  const found = SUPPRESSED.exec(text);
  const limiter = LIMITERS.find(({ name }) => name.test(found?.[1] ?? ''));
  if (found !== null && limiter !== undefined) return { family: limiter.family, count: Number(found[2]), function: found[1] ?? '' };
  const shared = PRINTK.exec(text);
  return shared === null ? null : { family: 'printk', count: Number(shared[1]), function: 'printk' };
}

/** How often a daemon says the line before was repeated; null for every other line. */
export function parseRepeated(text: string): number | null {
  if (!text.includes('repeat') && !text.includes('buffered') && !text.includes('identical')) return null;
  const found = REPEATED.exec(text);
  if (found?.[2] !== undefined) return found[2].toLowerCase() === 'once' ? 1 : 2;
  return Number(found?.[1] ?? found?.[3] ?? Number.NaN) || null;
}

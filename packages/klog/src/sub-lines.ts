/** Values of a line that only one kind of report has. */
export type Detail = Readonly<Record<string, string | number | boolean | null>>;

const CACHE = /^cache: (.+?), object size: (\d+)(?:, buffer size: (\d+))?(?:,[ \t]+default[ \t]+order:[ \t]*(\d+)(?:, min order: (\d+))?|,[ \t]+order: (\d+))?/;
const SLABS = /^node (\d+): slabs: (\d+(?:\/\d+)?), objs: (\d+(?:\/\d+)?), free: (\d+)/;
const FAULT = /^name ([\w-]+), interval (\d+), probability (\d+), space (-?\d+), times (-?\d+)/;
const CPUSET = /^(.{1,16}?) cpuset=(\S*) mems_allowed=([0-9,-]*)$/;
const SUPPRESSED = /^(warn_alloc_failed|warn_alloc|__alloc_pages_slowpath|warn_alloc_show_mem|slab_out_of_memory|__ratelimit|printk_ratelimit): (\d+) callbacks suppressed/;
const PRINTK = /^(?:printk|__ratelimit): (\d+) messages suppressed\.?/;
const REPEATED = /\blast message (?:repeated|buffered) (\d+) times?\b|\bLast message '.{0,400}' repeated (\d+) times?\b/;

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
  return found === null ? null : { [`node${found[1] ?? ''}`]: `slabs: ${found[2] ?? ''}, objs: ${found[3] ?? ''}, free: ${found[4] ?? ''}` };
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
  /** `page` and `slab` held back warnings, `memInfo` blocks of warnings that were told, `printk` messages of anybody. */
  readonly family: 'page' | 'slab' | 'memInfo' | 'printk';
  readonly count: number;
  readonly function: string;
}

export function parseSuppressed(text: string): Suppressed | null {
  if (!text.includes(' suppressed')) return null;
  const found = SUPPRESSED.exec(text);
  if (found !== null) {
    const name = found[1] ?? '';
    const family = name === 'slab_out_of_memory' ? 'slab' : name === 'warn_alloc_show_mem' ? 'memInfo' : name.includes('ratelimit') ? 'printk' : 'page';
    return { family, count: Number(found[2]), function: name };
  }
  const shared = PRINTK.exec(text);
  return shared === null ? null : { family: 'printk', count: Number(shared[1]), function: 'printk' };
}

/** How often syslogd says the line before was repeated; null for every other line. */
export function parseRepeated(text: string): number | null {
  if (!text.includes('ast message ')) return null;
  const found = REPEATED.exec(text);
  return Number(found?.[1] ?? found?.[2] ?? Number.NaN) || null;
}

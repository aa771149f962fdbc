import type { FailureEvent } from '@nopage/gfp';

/** Values that only one kind of report has. */
export type Detail = FailureEvent['detail'];

const CACHE = /^cache: (.+?), object size: (\d+)(?:, buffer size: (\d+))?(?:,[ \t]+default[ \t]+order:[ \t]*(\d+)(?:, min order: (\d+))?|,[ \t]+order: (\d+))?/;
const SLABS = /^node (\d+): (slabs: \d+(?:\/\d+)?, objs: \d+(?:\/\d+)?(?:, free: \d+)?)/;
const FAULT = /^name ([\w-]+), interval (\d+), probability (\d+), space (-?\d+), times (-?\d+)/;
// mm/cma.c, cma_debug_show_areas(), v4.12; vendors print the pieces without their places.
const CMA_ROOM = /^(?:cma: )?number of available pages: ([\d@+]*)=> ?(\d+) (?:free of|pages, total:) (\d+) (?:total )?pages/;

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

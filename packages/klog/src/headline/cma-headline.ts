import { NOTHING_TOLD, type Headline } from './headline.js';

const CMA = /^(?:cma: )?(_{0,2}cma_alloc\w*): (?:(.+?): )?alloc failed, req-size: (\d+) pages?, ret: (-?\d+)/;

/** `cma: cma_alloc: alloc failed, req-size: 256 pages, ret: -12`. */
export function cmaHeadline(text: string): Headline | null {
  const found = CMA.exec(text);
  if (found === null) return null;
  return { ...NOTHING_TOLD, kind: 'cma-failure', detail: { ...(found[1] === 'cma_alloc' ? {} : { function: found[1] ?? '' }), area: found[2] ?? null, pages: Number(found[3]), error: Number(found[4]) } };
}

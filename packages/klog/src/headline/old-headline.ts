import { NOTHING_TOLD, type Headline } from './headline.js';

const OLDEST = /(?:_{0,2}alloc_pages: (\d+)-order )?allocation failed\.?(?:[ \t]*\((?:gfp=(0x[0-9a-f]+)\/(-?\d+)|[^()]*)\)\.?)?(?:[ \t]+from[ \t]+([0-9a-f]{8,16}))?[ \t]*$/;

const OLDEST_TAIL = /^[a-z]{0,9}ation failed[ \t]\(gfp=(0x[0-9a-f]+)\/(-?\d+)\)/;

/** `__alloc_pages: 0-order allocation failed (gfp=0x20/0)`, of 2.4. */
export function oldHeadline(text: string): Headline | null {
  const tail = OLDEST_TAIL.exec(text);
  if (tail !== null && !text.startsWith('__')) {
    return { ...NOTHING_TOLD, mask: tail[1] ?? null, complete: false, detail: { form: '2.4', memalloc: tail[2] !== '0' } };
  }
  const found = OLDEST.exec(text);
  if (found?.[1] === undefined) return null;
  return {
    ...NOTHING_TOLD, order: Number(found[1]), mask: found[2] ?? null,
    detail: {
      form: '2.4',
      ...(found[3] === undefined ? {} : { memalloc: found[3] !== '0' }),
      ...(found[4] === undefined ? {} : { caller: found[4] }),
      ...(/failed\.?[ \t]*(?:\([^)]*\))?\./.test(text) ? { stop: true } : {}),
    },
  };
}

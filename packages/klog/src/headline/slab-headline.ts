import { NOTHING_TOLD, type Headline } from './headline.js';

const SLAB = /^(SL[AU]B): Unable to allocate memory on (?:CPU (\d+) \(of node (-?\d+)\) on )?node (-?\d+)[,]?[ \t]*\(?gfp=(0x[0-9a-f]+)(?:\(([^()]*)\))?/;

/** `SLUB: Unable to allocate memory on node -1, gfp=0xcc0(GFP_KERNEL)`, and that of SLAB. */
export function slabHeadline(text: string): Headline | null {
  const found = SLAB.exec(text);
  if (found === null) return null;
  return {
    ...NOTHING_TOLD, kind: 'slub-failure', mask: found[5] ?? null, names: found[6] ?? null,
    detail: { allocator: found[1] ?? '', node: Number(found[4]), ...(found[2] === undefined ? {} : { cpu: Number(found[2]), nodeOfCpu: Number(found[3]) }) },
  };
}

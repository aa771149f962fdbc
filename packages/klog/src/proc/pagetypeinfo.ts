import { MIGRATETYPE_NAMES } from '@nopage/gfp';

/** The kernel stops counting a list here. Source: mm/vmstat.c, pagetypeinfo_showfree_print(), v6.12; since 5.5. */
export const COUNT_LIMIT = 100_000;

/** A zone's free blocks and pageblocks by mobility. */
export interface PagetypeZone {
  readonly node: number;
  readonly name: string;
  /** Free blocks: `[order][migratetype number]`; where the kernel stopped counting it says `>100000`. */
  readonly counts: readonly (readonly number[])[];
  /** Did some count stop at the limit? */
  readonly capped: boolean;
  /** Pageblocks by migratetype number. */
  readonly pageblocks: readonly number[];
}

export interface Pagetypeinfo {
  readonly pageblockOrder: number | null;
  readonly zones: readonly PagetypeZone[];
}

interface Draft { node: number; name: string; counts: number[][]; capped: boolean; pageblocks: number[] }

// Words of other releases for the same mobility.
const OLD_NAMES: Readonly<Record<string, number>> = { Highatomic: 3, 'HighAtomic': 3, Isolated: 5 };

function migratetypeOf(word: string): number {
  const at = (MIGRATETYPE_NAMES as readonly string[]).indexOf(word);
  return at === -1 ? (OLD_NAMES[word] ?? -1) : at;
}

/** `/proc/pagetypeinfo` (readable by root only since 5.5). Lines that are none are passed over. */
export function parsePagetypeinfo(text: string): Pagetypeinfo {
  const zones = new Map<string, Draft>();
  const of = (node: string | undefined, name: string | undefined): Draft => {
    const key = `${node ?? ''} ${name ?? ''}`;
    let zone = zones.get(key);
    if (zone === undefined) zones.set(key, (zone = { node: Number(node), name: name ?? '', counts: [], capped: false, pageblocks: [] }));
    return zone;
  };
  for (const [, node, name, type, counts] of text.matchAll(/^Node[ \t]+(\d+), zone[ \t]+(\w+), type[ \t]+(\w+)((?:[ \t]+>?\d+)+)[ \t]*$/gm)) {
    const zone = of(node, name), migratetype = migratetypeOf(type ?? '');
    if (migratetype === -1) continue;
    for (const [order, count] of (counts ?? '').trim().split(/[ \t]+/).entries()) {
      const row = (zone.counts[order] ??= Array.from({ length: MIGRATETYPE_NAMES.length }, () => 0));
      row[migratetype] = Number(count.replace('>', ''));
      zone.capped ||= count.startsWith('>');
    }
  }
  const heads = /^Number of blocks type[ \t]+(.*)$/m.exec(text)?.[1]?.trim().split(/[ \t]+/).map(migratetypeOf) ?? [];
  for (const [, node, name, blocks] of text.matchAll(/^Node[ \t]+(\d+), zone[ \t]+(\w+)((?:[ \t]+\d+)+)[ \t]*$/gm)) {
    const zone = of(node, name);
    zone.pageblocks = Array.from({ length: MIGRATETYPE_NAMES.length }, () => 0);
    for (const [at, count] of (blocks ?? '').trim().split(/[ \t]+/).entries()) {
      const migratetype = heads[at] ?? -1;
      if (migratetype !== -1) zone.pageblocks[migratetype] = Number(count);
    }
  }
  const order = /^Page block order:[ \t]*(\d+)/m.exec(text);
  return { pageblockOrder: order === null ? null : Number(order[1]), zones: [...zones.values()] };
}

import { orderOf } from './release.js';

/** Flag words by name. */
export type FlagTable = Readonly<Record<string, number>>;

/** What a build option changes in an era: bits that exist, or lie elsewhere, only when the kernel was built so. */
export interface EraOption {
  /** The options that must be set together (`!` before one that must not be): `['CONFIG_LOCKDEP']`. */
  readonly when: readonly string[];
  readonly bits?: FlagTable;
  readonly compounds?: FlagTable;
  /** Bits that the printer leaves as a number under these options; in place of the era's own list. */
  readonly unnamed?: readonly string[];
}

/** One numbering of the flag bits and one table of the printer: a range of kernel releases that read a word alike. */
export interface EraTable {
  /** First release of the range, as in the facts it was taken from: `4.8`. */
  readonly id: string;
  /** First release that is taken to belong to it. */
  readonly since: string;
  /** Releases from the first to before the second may belong to this era or the one before: nobody read their source. */
  readonly doubt?: readonly [string, string];
  /** Releases whose source was read. */
  readonly read: readonly string[];
  /** Single bits of a 64-bit NUMA kernel with no option set. */
  readonly bits: FlagTable;
  /** Words of several bits. */
  readonly compounds: FlagTable;
  readonly printOrder: readonly string[];
  /** Does the failure message print names (4.6 and later)? */
  readonly printsNames: boolean;
  readonly unnamed?: readonly string[];
  readonly options?: readonly EraOption[];
}

/** An {@link EraTable} made ready for decoding. */
export interface Era extends EraTable {
  /** `since` and `doubt` as numbers that grow with the release. */
  readonly starts: number;
  readonly doubted: readonly [number, number];
  /** Names and masks in printing order, side by side. */
  readonly printed: { readonly names: readonly string[]; readonly masks: readonly number[] };
  /** How many of `printed` are words of a whole request, of which one is used at most; 0 where the kernel prints. */
  readonly bases: number;
  /** Every bit that has a name in this era, with no option set. */
  readonly known: number;
  /** Every bit that some option gives a meaning, or another one. */
  readonly optional: number;
}

/** Completes a table. Pure: calls at module level are dropped by a bundler when nothing uses the era. */
export function defineEra(table: EraTable): Era {
  const names: string[] = [];
  const masks: number[] = [];
  let bases = 0;
  for (const name of table.printOrder) {
    const mask = table.bits[name] ?? table.compounds[name] ?? 0;
    if (mask === 0 || table.unnamed?.includes(name) === true) continue;
    names.push(name);
    masks.push(mask);
    if (!table.printsNames && isBase(name)) bases = names.length;
  }
  let optional = 0;
  for (const option of table.options ?? []) optional |= bitsOf(option.bits);
  const [from, to] = table.doubt ?? ['0', '0'];
  return {
    ...table,
    starts: orderOfText(table.since),
    doubted: [orderOfText(from), orderOfText(to)],
    printed: { names, masks },
    bases,
    known: bitsOf(table.bits) >>> 0,
    optional: optional >>> 0,
  };
}

function orderOfText(release: string): number {
  const [major = 0, minor = 0, patch = 0] = release.split('.').map(Number);
  return orderOf({ major, minor, patch });
}

function bitsOf(table: FlagTable = {}): number {
  return Object.values(table).reduce((all, bit) => all | bit, 0);
}

/**
 * The era as a kernel built with some options has it.
 *
 * @param config - Option names, `CONFIG_LOCKDEP`; the entry of the era that has most of its conditions among them counts.
 * @returns The era itself when none of its options applies.
 */
export function withConfig(era: Era, config: readonly string[]): Era {
  let best: EraOption | undefined;
  for (const option of era.options ?? []) {
    if (option.when.every((name) => config.includes(name)) && option.when.length > (best?.when.length ?? 0)) best = option;
  }
  return best === undefined ? era : applyOption(era, best);
}

/** Every build of the era that reads words differently: first the one with no option set. */
export function variantsOf(era: Era): Era[] {
  return [era, ...(era.options ?? []).map((option) => applyOption(era, option))];
}

/** A table without some of its names. */
export function without(table: FlagTable, ...names: readonly string[]): FlagTable {
  return Object.fromEntries(Object.entries(table).filter(([name]) => !names.includes(name)));
}

function applyOption(era: Era, option: EraOption): Era {
  const { starts: _starts, doubted: _doubted, printed: _printed, bases: _bases, known: _known, optional: _optional, unnamed, ...table } = era;
  const left = option.unnamed ?? unnamed;
  return defineEra({
    ...table,
    id: `${era.id} ${option.when.join(' ')}`,
    bits: { ...era.bits, ...option.bits },
    compounds: { ...era.compounds, ...option.compounds },
    ...(left === undefined ? {} : { unnamed: left }),
    options: [],
  });
}

function isBase(name: string): boolean {
  return name.startsWith('GFP_') && name !== 'GFP_DMA' && name !== 'GFP_DMA32';
}

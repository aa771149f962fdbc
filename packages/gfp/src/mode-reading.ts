import { decode, hexOf, parse } from './codec.js';
import { variantsOf, type Era } from './era.js';
import { ERAS, possibleEras } from './eras.js';
import type { ModeReading } from './failure-event.js';
import { parseRelease } from './release.js';
import { readings } from './readings.js';
import { LINUX_5_2 } from './tables/linux-5.js';

/** What a log gives of a flag word. */
export interface ModeText {
  /** The number; null when it could not be read. */
  readonly mask: number | null;
  /** The names between the brackets as printed; null or '' when there were none. */
  readonly text: string | null;
  /** The kernel, as the log or the user names it; null when not known. */
  readonly release: string | null;
  /** The eras that the layout of the log leaves possible, where the release is not known; all when absent. */
  readonly eras?: readonly Era[];
}

type Candidates = ModeReading['candidates'];

/**
 * Reads a flag word out of a log: what the kernel printed, checked against the tables of its era, or what the tables
 * say where it printed no names.
 *
 * A distribution's kernel may hold flags of later releases and trees of its own more of them; bits and names that no
 * table has are therefore no contradiction by themselves. What can't be, whatever was ported back, is a number and
 * names that the numbering of the kernel's time does not connect.
 */
export function readMode(given: ModeText): ModeReading {
  const text = given.text?.trim() ?? '';
  if (given.text !== null && text === '' && given.mask === 0) return { mask: 0, names: [], from: 'log', consistent: true, candidates: [] };
  const eras = erasFor(given);
  if (given.mask === null) return text === '' ? { mask: null, names: null, from: 'ambiguous', consistent: true, candidates: [] } : namesOnly(text, eras);
  if (text !== '') return printed(given.mask, text, given.release, eras);
  return decoded(given.mask, given.release, eras);
}

function erasFor(given: ModeText): readonly Era[] {
  if (given.release !== null) {
    const possible = possibleEras(given.release);
    if (possible.length > 0) return possible;
  }
  return given.eras ?? ERAS;
}

function namesOnly(text: string, eras: readonly Era[]): ModeReading {
  const masks = new Set(eras.map((era) => parse(text, era)).map(({ mask, unknown }) => (unknown.length > 0 ? null : mask)));
  const [mask = null] = masks.size === 1 ? masks : [];
  return { mask, names: namesOf(text), from: 'log', consistent: true, candidates: [] };
}

function printed(mask: number, text: string, release: string | null, eras: readonly Era[]): ModeReading {
  const [era] = eras;
  const consistent = eras.some((own) => isExactly(mask, text, own)) || (release === null ? eras : [...neighbours(eras), ...laterEras(release, eras)]).some((near) => connects(mask, text, near));
  const candidates = consistent && release !== null && era !== undefined && /(?:^|\|)0x/i.test(text) ? buildCandidates(mask, era) : [];
  return { mask, names: namesOf(text), from: 'log', consistent, candidates };
}

function isExactly(mask: number, text: string, era: Era): boolean {
  const parsed = parse(text, era);
  return parsed.mask === mask && parsed.unknown.length === 0;
}

function decoded(mask: number, release: string | null, eras: readonly Era[]): ModeReading {
  const possible = explaining(mask, eras);
  const groups = readings(mask, possible.length > 1 ? [...possible].sort((a, b) => a.starts - b.starts) : possible);
  const [first] = groups;
  if (first === undefined) return { mask, names: null, from: 'ambiguous', consistent: true, candidates: [] };
  if (groups.length > 1) {
    const candidates = groups.map(({ from, to, text, names }) => ({ era: from === to ? from : `${from} to ${to}`, text, names }));
    return { mask, names: null, from: 'ambiguous', consistent: release === null || belongs(mask, release, eras), candidates };
  }
  const [era] = possible;
  const candidates = release === null || era === undefined ? [] : buildCandidates(mask, era);
  return { mask, names: first.names, from: 'decoded', consistent: release === null || belongs(mask, release, eras), candidates };
}

/** The eras that know every bit; failing those, the eras that some build knows them in; failing those, all. */
function explaining(mask: number, eras: readonly Era[]): readonly Era[] {
  const plain = eras.filter((era) => (mask & ~era.known) === 0);
  if (plain.length > 0) return plain;
  const built = eras.filter((era) => (mask & ~(era.known | era.optional)) === 0);
  return built.length > 0 ? built : eras;
}

/** Does some build of the era print these names for this number? Names of a vendor's own stand for bits of its own. */
function connects(mask: number, text: string, era: Era): boolean {
  return variantsOf(era).some((variant) => {
    const { mask: named, unknown } = parse(text, variant);
    if (unknown.length === 0) return named === mask;
    const rest = (mask & ~named) >>> 0;
    return rest !== 0 && (named & ~mask) === 0 && unknown.every((name) => /^__?GFP_\w+$|^GFP_\w+$/.test(name) && !isKnownName(name));
  });
}

function isKnownName(name: string): boolean {
  return ERAS.some((era) => name in era.bits || name in era.compounds);
}

/** The eras and the one before and after each: a candidate or a vendor's kernel may hold the neighbour's change. */
function neighbours(eras: readonly Era[]): Era[] {
  const near = new Set<Era>();
  for (const era of eras) {
    const at = ERAS.indexOf(era);
    for (const other of ERAS.slice(Math.max(0, at - 1), at + 2)) near.add(other);
  }
  return [...near];
}

/** Since 5.2 the numbering only grew, and distributions that port memory management back take the later one with it. */
function laterEras(release: string, eras: readonly Era[]): readonly Era[] {
  const [era] = eras;
  const at = era === undefined ? -1 : ERAS.indexOf(era);
  return at >= ERAS.indexOf(LINUX_5_2) && parseRelease(release)?.backports === true ? ERAS.slice(at) : [];
}

/**
 * Can a kernel of this release have made this number? Only a clear no counts: unknown bits, no reading as a request in
 * the eras around, no vendor in the release, and a clean reading as a request in some other era.
 */
function belongs(mask: number, release: string, eras: readonly Era[]): boolean {
  if (mask === 0 || eras.some((era) => (mask & ~era.known) === 0) || parseRelease(release)?.vendor === true) return true;
  const near = neighbours(eras);
  if (near.some((era) => variantsOf(era).some((variant) => (mask & ~variant.known) === 0 || readsAsRequest(mask, variant)))) return true;
  return !ERAS.some((era) => (mask & ~era.known) === 0 && readsAsRequest(mask, era));
}

function readsAsRequest(mask: number, era: Era): boolean {
  const base = decode(mask, era)[0] ?? '';
  return base.startsWith('GFP_') && base !== 'GFP_DMA' && base !== 'GFP_DMA32';
}

/** What other builds of the era make of a word with a bit that depends on the build; [] when they all read it alike. */
function buildCandidates(mask: number, era: Era): Candidates {
  if ((mask & era.optional) === 0) return [];
  const seen = new Map<string, { era: string; text: string; names: readonly string[] }>();
  for (const variant of variantsOf(era)) {
    const text = decode(mask, variant).join('|');
    const names = explained(mask, variant);
    const key = names.join('|');
    if (!seen.has(key)) seen.set(key, { era: variant.id, text, names });
  }
  return seen.size > 1 ? [...seen.values()] : [];
}

/** The names of a word with bits that the printer leaves as a number named too. */
function explained(mask: number, era: Era): string[] {
  const names = decode(mask, era);
  const last = names.at(-1);
  if (last?.startsWith('0x') !== true) return names;
  let rest = Number(last);
  const found = names.slice(0, -1);
  for (const [name, bit] of Object.entries(era.bits)) {
    if ((rest & bit) === 0) continue;
    found.push(name);
    rest = (rest & ~bit) >>> 0;
  }
  if (rest !== 0) found.push(hexOf(rest));
  return found;
}

function namesOf(text: string): string[] {
  return text.split('|').map((name) => name.trim()).filter((name) => name !== '');
}

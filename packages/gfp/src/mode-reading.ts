import { buildCandidates } from './build-candidates.js';
import { parse } from './codec.js';
import type { Era } from './era.js';
import { ERAS, possibleEras } from './eras.js';
import type { ModeReading } from './failure-event.js';
import { mayMake, mayPrint } from './mode-consistency.js';
import { readings } from './readings.js';

/** What a log gives of a flag word. */
export interface ModeText {
  /** The number, 0 to 0xffffffff; null when it could not be read. */
  readonly mask: number | null;
  /** The names between the brackets as printed; null when there were no brackets. */
  readonly text: string | null;
  /** The kernel, as the log or the user names it; null when not known. */
  readonly release: string | null;
  /** The eras that the layout of the log leaves possible, where the release is not known; all when absent. */
  readonly eras?: readonly Era[];
}

/**
 * Reads a flag word out of a log: what the kernel printed, checked against the tables of its era, or what the tables
 * say where it printed no names.
 *
 * A distribution's kernel may hold flags of later releases, and trees of its own more of them; bits and names that no
 * table has are therefore no contradiction by themselves. What can't be, whatever was ported back, is a number and
 * names that the numbering of the kernel's time does not connect.
 */
export function readMode(given: ModeText): ModeReading {
  const { mask, release } = given;
  const text = given.text?.trim() ?? '';
  const eras = erasFor(given);
  if (mask === null) return text === '' ? undecided(null, true) : namesOnly(text, eras);
  if (text !== '') return printed(mask, text, release, eras);
  // Zero is printed as a pair of empty brackets.
  if (given.text !== null && mask === 0) return { mask, names: [], from: 'log', consistent: true, candidates: [] };
  return decoded(mask, release, eras);
}

function erasFor({ release, eras = ERAS }: ModeText): readonly Era[] {
  const possible = release === null ? [] : possibleEras(release);
  return possible.length > 0 ? possible : eras;
}

function namesOnly(text: string, eras: readonly Era[]): ModeReading {
  const masks = new Set<number | null>();
  for (const era of eras) {
    const { mask, unknown } = parse(text, era);
    masks.add(unknown.length > 0 ? null : mask);
  }
  const [mask = null] = masks.size === 1 ? masks : [];
  return { mask, names: namesOf(text), from: 'log', consistent: true, candidates: [] };
}

function printed(mask: number, text: string, release: string | null, eras: readonly Era[]): ModeReading {
  const [era] = eras;
  const consistent = mayPrint(mask, text, release, eras);
  const hasNumber = /(?:^|\|)\s*0x/i.test(text);
  const candidates = consistent && hasNumber && release !== null && era !== undefined ? buildCandidates(mask, era) : [];
  return { mask, names: namesOf(text), from: 'log', consistent, candidates };
}

function decoded(mask: number, release: string | null, eras: readonly Era[]): ModeReading {
  const possible = explaining(mask, eras);
  const groups = readings(mask, [...possible].sort((a, b) => a.starts - b.starts));
  const consistent = release === null || mayMake(mask, release, eras);
  const [first] = groups;
  if (first === undefined) return undecided(mask, consistent);
  // Eras that only print the names in another order agree.
  if (groups.some(({ names }) => asSet(names) !== asSet(first.names))) {
    const candidates = groups.map(({ from, to, text, names }) => ({ era: from === to ? from : `${from} to ${to}`, text, names }));
    return { ...undecided(mask, consistent), candidates };
  }
  const [era] = possible;
  const candidates = release === null || era === undefined ? [] : buildCandidates(mask, era);
  return { mask, names: first.names, from: 'decoded', consistent, candidates };
}

const asSet = (names: readonly string[]): string => [...names].sort().join('|');

/** The eras that know every bit; failing those, the eras that some build knows them in; failing those, all. */
function explaining(mask: number, eras: readonly Era[]): readonly Era[] {
  const plain = eras.filter((era) => (mask & ~era.known) === 0);
  if (plain.length > 0) return plain;
  const built = eras.filter((era) => (mask & ~(era.known | era.optional)) === 0);
  return built.length > 0 ? built : eras;
}

function undecided(mask: number | null, consistent: boolean): ModeReading {
  return { mask, names: null, from: 'ambiguous', consistent, candidates: [] };
}

function namesOf(text: string): string[] {
  return text.split('|').map((name) => name.trim()).filter((name) => name !== '');
}

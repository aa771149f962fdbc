import type { Reportable } from '../reportable.js';
import type { Vote } from '../vote.js';
import type { Rig } from './rig.js';

/** What each event came to, in words: its vote, and the lines after it. Two runs can be compared by them. */
export class Transcript<E extends Reportable> {
  readonly entries: string[] = [];
  readonly #rig: Rig<E>;
  readonly #name: (vote: Vote) => string;
  readonly #tellsReasons: boolean;
  #lines = 0;

  constructor(rig: Rig<E>, name: (vote: Vote) => string, tellsReasons = true) {
    this.#rig = rig;
    this.#name = name;
    this.#tellsReasons = tellsReasons;
  }

  note(): null {
    const { votes, lines } = this.#rig;
    const said = lines.slice(this.#lines).map(({ kind, at, key, covers, reasons, since, until }) =>
      `${kind} of ${key} at ${at}, ${covers} from ${since} to ${until}${this.#tellsReasons ? ` ${JSON.stringify(reasons)}` : ''}`);
    this.#lines = lines.length;
    const vote = votes[this.entries.length];
    this.entries.push([vote === undefined ? 'close' : this.#name(vote), ...said].join('; '));
    return null;
  }
}

/** The first event that came to something else. */
export function difference(here: readonly string[], there: readonly string[], where: string): string | null {
  const i = here.findIndex((entry, n) => entry !== there[n]);
  if (i < 0) return null;
  return `${i === here.length - 1 ? 'at the end' : `event ${i + 1}`}: ${here[i] ?? ''}; ${where}: ${there[i] ?? 'nothing'}`;
}

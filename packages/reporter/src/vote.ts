/** What a policy thinks of an event. All but `abstain` are ordered: each is louder than the one before it. */
export type Verdict = 'abstain' | 'suppress' | 'aggregate' | 'emit' | 'escalate';

/** The verdicts, quietest first; the position is the rank that combinators compare. */
export const VERDICTS: readonly Verdict[] = ['abstain', 'suppress', 'aggregate', 'emit', 'escalate'];

/** The verdicts but for `abstain`. */
export const OPINIONS: readonly Exclude<Verdict, 'abstain'>[] = ['suppress', 'aggregate', 'emit', 'escalate'];

/** Words that the era itself prints before the event's report, also when the report is then held back. */
export interface Notice {
  /** Events that the notice accounts for, by the era's own count. */
  readonly suppressed: number;
  /** `warn_alloc: 22 callbacks suppressed` */
  readonly text: string;
}

/** A verdict with its reason. Plain data; a vote that is used again for a later event must not change. */
export interface Vote<C extends string = string> {
  readonly verdict: Verdict;
  /** The reason as a word for tests, metrics and disclosures: `rate/full`. */
  readonly code: C;
  /** The reason as a phrase for people. */
  readonly why: string;
  /** The numbers behind it. */
  readonly evidence?: Readonly<Record<string, number | string | boolean>>;
  /** What to try. */
  readonly advice?: readonly string[];
  /** Whose vote it is; combinators write it on their children. */
  readonly policy?: string;
  /** The votes that a combinator folded, in its order: all of them under `View.detailed`. */
  readonly children?: readonly Vote[];
  readonly notice?: Notice;
}

/** The place of a verdict in {@link VERDICTS}; -1 for a word that is none. A switch, because every vote passes here. */
export function rankOf(verdict: unknown): number {
  switch (verdict) {
    case 'abstain':
      return 0;
    case 'suppress':
      return 1;
    case 'aggregate':
      return 2;
    case 'emit':
      return 3;
    case 'escalate':
      return 4;
    default:
      return -1;
  }
}

/** Does the event get a line of its own? An event that nobody has an opinion on does: silence has to be voted for. */
export const tells = (verdict: Verdict): boolean => verdict !== 'suppress' && verdict !== 'aggregate';

/** {@link tells} the other way round, by rank. */
export const isHeld = (rank: number): boolean => rank === 1 || rank === 2;

/** A vote to be given again and again: all of one shape, and frozen, so that the second time it needs no look. */
export const fixed = <C extends string>(verdict: Verdict, code: C, why: string): Vote<C> => Object.freeze({ verdict, code, why });

/** The vote of a policy that has no opinion. */
export const ABSTAIN: Vote<'none'> = fixed('abstain', 'none', 'no policy had an opinion');

import type { FailureEvent } from '@nopage/gfp';
import { asOneOf, asOptions, wholeInRange } from '../checked.js';
import { toMs, type Duration } from '../duration.js';
import type { Policy } from '../policy.js';
import { asPolicy } from '../policy-parts.js';
import type { Reportable } from '../reportable.js';
import { Reporter } from '../reporter.js';
import type { Law, LawName, Trial } from './law.js';
import { LEDGER_LAWS } from './ledger-laws.js';
import { LINE_LAWS } from './lines-law.js';
import { POLICY_LAWS } from './policy-laws.js';
import { mix } from './random.js';
import type { ReporterMaker } from './rig.js';
import { eventsOf, randomFailure, scriptOf, type EventMaker, type Script } from './script.js';
import { shrink } from './shrink.js';
import { storyOf } from './story.js';

/** The laws, in the order in which they are tried. */
export const LAWS: readonly Law[] = [...POLICY_LAWS, ...LEDGER_LAWS, ...LINE_LAWS];

/** A few scripts are long, for what goes wrong late. */
const LONG_ONE_IN = 50;
const LONG_TIMES = 20;

export interface LawOptions<E extends Reportable = FailureEvent> {
  /** Scripts that each law is tried on, 1 to 1,000,000. @defaultValue 200 */
  readonly runs?: number;
  /** @defaultValue 2008 */
  readonly seed?: number;
  /** Events in a script, at most; 1 to 10,000. One script in fifty may have twenty times as many. @defaultValue 60 */
  readonly maxEvents?: number;
  /** Events of your own kind. @defaultValue a `FailureEvent` of one of a few sites */
  readonly event?: EventMaker<E>;
  /** What the policy claims about its lines; without it the law `budget` is not tried. */
  readonly budget?: { readonly lines: number; readonly interval: Duration };
  /** The laws to try. @defaultValue all */
  readonly laws?: readonly LawName[];
  /** Another reporter, to see whether the laws catch what is wrong with it. @defaultValue `new Reporter(...)` */
  readonly reporter?: ReporterMaker<E>;
}

/** The smallest case found in which a law does not hold. */
export interface Counterexample<E extends Reportable = FailureEvent> {
  readonly law: LawName;
  readonly title: string;
  /** How it was broken. */
  readonly message: string;
  /** The promise, the events and how it was broken, as lines to print. */
  readonly story: string;
  readonly events: readonly E[];
  /** For {@link LawOptions.seed}, and which of its scripts failed first. */
  readonly seed: number;
  readonly run: number;
  readonly script: Script;
}

export interface LawResult<E extends Reportable = FailureEvent> {
  readonly law: LawName;
  readonly title: string;
  /** Scripts that it was tried on; 0 when it was not tried. */
  readonly runs: number;
  readonly counterexample: Counterexample<E> | null;
}

export interface LawReport<E extends Reportable = FailureEvent> {
  readonly policy: string;
  /** No law was broken. */
  readonly ok: boolean;
  readonly laws: readonly LawResult<E>[];
  readonly counterexamples: readonly Counterexample<E>[];
}

/**
 * Tries every law on a policy with seeded random events, and cuts a failing case down. The same options give the same
 * report.
 *
 * @param policy - The policy, or a function that makes one for each law.
 * @throws {ReporterError} `BAD_OPTION`, also for a law that there is none of.
 */
export function checkLaws<E extends Reportable = FailureEvent>(policy: Policy<E> | (() => Policy<E>), options: LawOptions<E> = {}): LawReport<E> {
  const names = LAWS.map(({ name }) => name);
  for (const name of asOptions(options).laws ?? []) asOneOf('laws', name, names);
  const runs = wholeInRange('runs', options.runs ?? 200, 1, 1_000_000);
  const maxEvents = wholeInRange('maxEvents', options.maxEvents ?? 60, 1, 10_000);
  const seed = options.seed ?? 2008;
  const make = typeof policy === 'function' ? policy : () => asPolicy('policy', policy);
  const claim = options.budget;
  const laws = LAWS.filter(({ name }) => (options.laws?.includes(name) ?? true) && (name !== 'budget' || claim !== undefined));
  const results = laws.map((law): LawResult<E> => {
    const trial: Trial<E> = {
      policy: make(),
      makeReporter: options.reporter ?? ((given) => new Reporter(given)),
      // Without an event maker of its own, the policy is one for the family's events.
      makeEvent: options.event ?? (randomFailure as unknown as EventMaker<E>),
      hasOwnEvents: options.event === undefined,
      budget: claim === undefined ? null : { lines: claim.lines, intervalMs: toMs(claim.interval) },
    };
    return tryLaw(law, trial, { runs, maxEvents, seed, salt: LAWS.indexOf(law) });
  });
  const counterexamples = results.flatMap(({ counterexample }) => (counterexample === null ? [] : [counterexample]));
  return { policy: make().name, ok: counterexamples.length === 0, laws: results, counterexamples };
}

function tryLaw<E extends Reportable>(law: Law, trial: Trial<E>, { runs, maxEvents, seed, salt }: { runs: number; maxEvents: number; seed: number; salt: number }): LawResult<E> {
  const { name, title } = law;
  const verdictOn = (script: Script): string | null => {
    try {
      return law.check(trial, script);
    } catch (thrown) {
      return `threw ${thrown instanceof Error ? thrown.message : String(thrown)}`;
    }
  };
  const { share = 1 } = law;
  const tried = Math.ceil(runs / share);
  for (let run = 0; run < tried; run++) {
    const longest = run % LONG_ONE_IN === LONG_ONE_IN / 2 && share === 1 ? LONG_TIMES * maxEvents : maxEvents;
    const script = scriptOf(mix(seed ^ mix(run * 31 + salt)), longest, law.pace);
    let message = verdictOn(script);
    if (message === null) continue;
    const small = shrink(script, (candidate) => {
      const verdict = verdictOn(candidate);
      message = verdict ?? message;
      return verdict !== null;
    });
    if (verdictOn(small) === null) message += ' (not when it is tried again: the policy remembers something outside of its state, or throws dice)';
    const events = eventsOf(small, trial.makeEvent);
    const counterexample = { law: name, title, message, story: storyOf(name, title, events, small, message), events, seed, run, script: small };
    return { law: name, title, runs: run + 1, counterexample };
  }
  return { law: name, title, runs: tried, counterexample: null };
}

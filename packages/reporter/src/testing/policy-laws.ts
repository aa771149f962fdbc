import { all, any } from '../combine.js';
import type { Policy } from '../policy.js';
import { onPowersOfTwo } from '../policies/on-powers-of-two.js';
import { rateLimit } from '../policies/rate-limit.js';
import type { Reportable } from '../reportable.js';
import type { Vote } from '../vote.js';
import { differingBooks, play } from './books.js';
import { elsewhere } from './elsewhere.js';
import type { Law, Trial } from './law.js';
import { manners } from './manners-law.js';
import { mix } from './random.js';
import { Rig } from './rig.js';
import type { EventMaker, Script } from './script.js';
import { boundedState } from './state-law.js';
import { difference, Transcript } from './transcript.js';

const byVerdict = ({ verdict }: Vote): string => verdict;
const byCode = ({ verdict, code }: Vote): string => `${verdict} ${code}`;
const inFull = ({ verdict, code, ...rest }: Vote): string => `${verdict} ${code} ${JSON.stringify(rest)}`;

interface Life<E extends Reportable> {
  readonly rig: Rig<E>;
  readonly entries: readonly string[];
}

function run<E extends Reportable>(trial: Trial<E>, script: Script, name: (vote: Vote) => string, detailed = false): Life<E> {
  const rig = new Rig(trial.policy, trial.makeReporter, () => ({ detailed }));
  const transcript = new Transcript(rig, name);
  play(rig, trial, script, () => transcript.note());
  rig.reporter.close();
  transcript.note();
  return { rig, entries: transcript.entries };
}

/** The same object for an event that comes again, so that a policy that knows it by its identity is found out. */
function sharing<E extends Reportable>(make: EventMaker<E>): EventMaker<E> {
  let last: { readonly text: string; readonly event: E } | null = null;
  return (random, at) => {
    const event = make(random, at);
    const text = JSON.stringify(event);
    if (last?.text !== text) last = { text, event };
    return last.event;
  };
}

const determinism: Law = {
  name: 'determinism',
  title: 'the same events give the same votes and lines, at any hour, in any time zone, with any dice, and whether somebody asks for details or not',
  pace: 'rough',
  check(trial, script) {
    const here = elsewhere(0, 0.1, 'UTC', () => run(trial, script, inFull));
    const again: typeof trial = { ...trial, makeEvent: sharing(trial.makeEvent) };
    const there = elsewhere(1_234_567_891_011, 0.9, 'Pacific/Kiritimati', () => run(again, script, inFull));
    const changed = difference(here.entries, there.entries, 'on another run');
    if (changed !== null) return changed;
    return difference(run(trial, script, byCode).entries, run(trial, script, byCode, true).entries, 'when asked for details');
  },
};

/** So many codes are told apart, whatever an account has heard before. */
const FEW_CODES = 12;

/** Plays a script in which the reporter is saved, and may be resumed; what it came to, or what went wrong. */
function lifeWithSave<E extends Reportable>(trial: Trial<E>, script: Script, restarts: boolean): readonly string[] | string {
  // With room for few keys, it also matters in which order they are given up.
  const rig = new Rig(trial.policy, trial.makeReporter, () => (script.seed % 2 === 0 ? { maxKeys: 2 } : {}));
  const transcript = new Transcript(rig, byCode, trial.policy.codes.length < FEW_CODES);
  let kept: { readonly saved: unknown; readonly text: string } | undefined;
  const trouble = play(rig, trial, script, (i) => {
    transcript.note();
    if (i + 1 !== script.cut) return null;
    const saved = rig.reporter.save();
    kept = { saved, text: JSON.stringify(saved) };
    if (!restarts) return null;
    const before = rig.reporter.totals();
    rig.restart();
    return differingBooks('the totals', before, rig.reporter.totals()) ?? differingBooks('what was saved', saved, rig.reporter.save());
  });
  if (trouble !== null) return trouble;
  rig.reporter.close();
  transcript.note();
  rig.reporter.save();
  if (kept !== undefined && JSON.stringify(kept.saved) !== kept.text) return 'what save() returned was changed by what came after it';
  return transcript.entries;
}

const resume: Law = {
  name: 'resume',
  title: 'a reporter that was saved as JSON and resumed goes on as if it had not been',
  // Where the producer's clock and the scheduler's disagree, it matters when the alarm was set.
  pace: 'forward',
  check(trial, script) {
    const through = lifeWithSave(trial, script, false);
    const resumed = lifeWithSave(trial, script, true);
    if (typeof through === 'string') return through;
    return typeof resumed === 'string' ? resumed : difference(through, resumed, `resumed after event ${script.cut}`);
  },
};

const orderIndependence: Law = {
  name: 'order-independence',
  title: 'any() and all() give the same verdicts in whatever order the policies stand',
  pace: 'rough',
  check(trial, script) {
    const verdicts = (policy: Policy<Reportable>): readonly string[] => run({ ...trial, policy: policy }, script, byVerdict).rig.votes.map(byVerdict);
    const policy = trial.policy as Policy<Reportable>;
    for (const other of [onPowersOfTwo(), rateLimit({ burst: 2, interval: '5s' })]) {
      for (const combine of [any, all]) {
        const changed = difference(verdicts(combine(policy, other)), verdicts(combine(other, policy)), 'the other way round');
        if (changed !== null) return `${combine.name}() with ${other.name}: ${changed}`;
      }
    }
    return null;
  },
};

/** How often a script is played, so that a claim of many lines can be broken. */
const roundsFor = (lines: number, steps: number): number => Math.min(200, Math.ceil((2 * lines + 10) / Math.max(1, steps)));

const budget: Law = {
  name: 'budget',
  title: 'no span of the claimed interval has more lines than claimed',
  pace: 'forward',
  check(trial, script) {
    const claim = trial.budget;
    if (claim === null) return null;
    const rounds = Array.from({ length: roundsFor(claim.lines, script.steps.length) }, (_, n) => script.steps.map(({ dt, seed }) => ({ dt, seed: n === 0 ? seed : mix(seed ^ n) })));
    const { rig } = run(trial, { ...script, steps: rounds.flat() }, byVerdict);
    const times = rig.lines.filter((line) => line.kind === 'event').map((line) => line.at);
    const i = times.findIndex((at, n) => (times[n + claim.lines] ?? Infinity) - at < claim.intervalMs);
    return i < 0 ? null : `${claim.lines + 1} lines from ${times[i] ?? 0} to ${times[i + claim.lines] ?? 0}, within ${claim.intervalMs} ms`;
  },
};

/** The promises that a policy has to keep itself; those of determinism first, while nothing has been remembered yet. */
export const POLICY_LAWS: readonly Law[] = [determinism, resume, orderIndependence, budget, boundedState, manners];

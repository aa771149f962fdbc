import { all, any } from '../combine.js';
import type { Policy } from '../policy.js';
import { rateLimit } from '../policies/rate-limit.js';
import { onPowersOfTwo } from '../policies/on-powers-of-two.js';
import type { Reportable } from '../reportable.js';
import type { Vote } from '../vote.js';
import type { Law, Trial } from './law.js';
import { play } from './books.js';
import { Rig } from './rig.js';
import type { Script } from './script.js';

/** Votes and lines of a run, as text that two runs can be compared by. */
function transcript<E extends Reportable>(rig: Rig<E>): string[] {
  const lines = rig.lines.map(({ kind, at, key, covers, reasons, since, until }) => JSON.stringify({ kind, at, key, covers, reasons, since, until }));
  return [...rig.votes.map(({ verdict, code }) => `${verdict} ${code}`), ...lines];
}

function run<E extends Reportable>(trial: Trial<E>, script: Script, policy: Policy<E> = trial.policy, more: { readonly maxKeys?: number; readonly detailed?: boolean } = {}): Rig<E> {
  const rig = new Rig(policy, trial.makeReporter, more);
  play(rig, trial, script, () => null);
  rig.reporter.close();
  return rig;
}

function difference(before: readonly string[], after: readonly string[]): string | null {
  const i = before.findIndex((entry, n) => entry !== after[n]);
  if (i >= 0) return `${before[i] ?? ''} became ${after[i] ?? 'nothing'}`;
  return before.length === after.length ? null : `${before.length} votes and lines became ${after.length}`;
}

/** Runs with clocks and a die that are not the machine's, as two machines would. */
function elsewhere<T>(now: number, die: number, body: () => T): T {
  const { Date: ThisDate, performance } = globalThis as { Date: DateConstructor; performance?: object };
  const random = Math.random;
  const monotonic = performance && Object.getOwnPropertyDescriptor(performance, 'now');
  globalThis.Date = class extends ThisDate {
    constructor(...given: readonly never[]) {
      super(...((given.length === 0 ? [now] : given) as [number]));
    }
    static override now(): number {
      return now;
    }
  } as DateConstructor;
  Math.random = () => die;
  if (performance) Object.defineProperty(performance, 'now', { value: () => now, configurable: true, writable: true });
  try {
    return body();
  } finally {
    globalThis.Date = ThisDate;
    Math.random = random;
    if (performance && monotonic) Object.defineProperty(performance, 'now', monotonic);
    else if (performance) Reflect.deleteProperty(performance, 'now');
  }
}

const determinism: Law = {
  name: 'determinism',
  title: 'the same events give the same votes and lines, at any hour, with any dice, and whether somebody asks for details or not',
  pace: 'rough',
  check(trial, script) {
    const here = elsewhere(0, 0.1, () => transcript(run(trial, script)));
    const there = elsewhere(1_234_567_891_011, 0.9, () => transcript(run(trial, script)));
    const detailed = (): string | null => difference(here, transcript(run(trial, script, trial.policy, { detailed: true })));
    return difference(here, there) ?? detailed();
  },
};

/** All that is kept, as text. */
const books = <E extends Reportable>({ reporter }: Rig<E>): string => JSON.stringify([reporter.totals(), reporter.save()]);

const resume: Law = {
  name: 'resume',
  title: 'a reporter that was saved as JSON and resumed goes on as if it had not been',
  // Where the producer's clock and the scheduler's disagree, it matters when the alarm was set.
  pace: 'forward',
  check(trial, script) {
    // With room for few keys, it also matters in which order they are given up.
    const room = script.seed % 2 === 0 ? { maxKeys: 2 } : {};
    const through = transcript(run(trial, script, trial.policy, room));
    const rig = new Rig(trial.policy, trial.makeReporter, room);
    const trouble = play(rig, trial, script, (i) => {
      const before = books(rig);
      if (i + 1 === script.cut) rig.restart();
      const after = books(rig);
      if (after !== before) return `the books were ${before}, and are ${after}`;
      const { seen } = rig.reporter.totals();
      return seen === i + 1 ? null : `${i + 1} reported, ${seen} seen`;
    });
    rig.reporter.close();
    return trouble ?? difference(through, transcript(rig));
  },
};

const orderIndependence: Law = {
  name: 'order-independence',
  title: 'any() and all() give the same verdicts in whatever order the policies stand',
  pace: 'rough',
  check(trial, script) {
    const verdicts = (policy: Policy<Reportable>): string[] => run(trial, script, policy as Policy<never>).votes.map(({ verdict }) => verdict);
    const policy = trial.policy as Policy<Reportable>;
    for (const other of [onPowersOfTwo(), rateLimit({ burst: 2, interval: '5s' })]) {
      for (const combine of [any, all]) {
        const changed = difference(verdicts(combine(policy, other)), verdicts(combine(other, policy)));
        if (changed !== null) return `${combine.name}() with ${other.name}: ${changed}`;
      }
    }
    return null;
  },
};

const budget: Law = {
  name: 'budget',
  title: 'no span of the claimed interval has more lines than claimed',
  pace: 'forward',
  check(trial, script) {
    const claim = trial.budget;
    if (claim === null) return null;
    const rig = run(trial, script);
    const times = rig.lines.filter((line) => line.kind === 'event').map((line) => line.at);
    const i = times.findIndex((at, n) => (times[n + claim.lines] ?? Infinity) - at < claim.intervalMs);
    return i < 0 ? null : `${claim.lines + 1} lines from ${times[i] ?? 0} to ${times[i + claim.lines] ?? 0}, within ${claim.intervalMs} ms`;
  },
};

const boundedState: Law = {
  name: 'bounded-state',
  title: 'the state is plain data, and does not grow with the number of events',
  pace: 'forward',
  check(trial, script) {
    if (script.steps.length === 0) return null;
    const rig = new Rig(trial.policy, trial.makeReporter);
    const size = (): number => JSON.stringify(rig.reporter.save().state).length;
    const round = (times: number): void => {
      for (let i = 0; i < times; i++) play(rig, trial, script, () => null);
    };
    round(2);
    const early = size();
    round(8);
    const late = size();
    return late <= 2 * early + 64 ? null : `${early} characters of state after 2 rounds of the same events, ${late} after 10`;
  },
};

const manners: Law = {
  name: 'manners',
  title: 'the policy does not throw, votes with codes that it declares, and leaves events and votes as they are',
  pace: 'rough',
  check(trial, script) {
    const declared = new Set([...trial.policy.codes, 'none']);
    const votes: [vote: Vote, text: string][] = [];
    const watched: Policy<Reportable> = {
      ...(trial.policy as Policy<Reportable>),
      vote(event, view, state) {
        const before = JSON.stringify(event);
        const vote: Vote = (trial.policy as Policy<Reportable>).vote(event, view, state);
        if (JSON.stringify(event) !== before) throw new Error('the event was changed');
        votes.push([vote, JSON.stringify(vote)]);
        return vote;
      },
    };
    for (const { code, why } of run(trial, script, watched as Policy<never>).votes) {
      if (code === 'policy/threw' || code === 'policy/nonsense') return why;
      if (!declared.has(code)) return `${code} is not among the policy's codes`;
    }
    const changed = votes.find(([vote, text]) => JSON.stringify(vote) !== text);
    return changed === undefined ? null : `a vote was ${changed[1]}, and became ${JSON.stringify(changed[0])}`;
  },
};

/** The promises that a policy has to keep itself. */
export const POLICY_LAWS: readonly Law[] = [determinism, resume, orderIndependence, budget, boundedState, manners];

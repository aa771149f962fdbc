import { any } from '../combine.js';
import { heldIn } from '../line.js';
import type { Policy } from '../policy.js';
import { bySite, type Reportable } from '../reportable.js';
import { ABSTAIN, tells } from '../vote.js';
import { booksOf, closeAndCount, listAt, play } from './books.js';
import type { Law } from './law.js';
import { mix } from './random.js';
import { Rig } from './rig.js';
import { eventsOf } from './script.js';

const byKey: Law = {
  name: 'by-key',
  title: 'what is held at a key is told at that key, with its own interval, event and time, through refusals and a change of policy',
  pace: 'forward',
  check(trial, script) {
    const rig = new Rig(trial.policy, trial.makeReporter);
    const events = eventsOf(script, trial.makeEvent);
    rig.refuseSome(script.seed);
    play(rig, trial, script, (i) => {
      if (i + 1 === script.cut) rig.reporter.use(trial.policy);
      return null;
    });
    rig.accepts = () => true;
    rig.reporter.close();
    const times = new Map<string, number[]>();
    for (const event of events) listAt(times, bySite(event)).push(event.at ?? 0);
    for (const { key, covers, since, until, at, event } of rig.lines) {
      const covered = (times.get(key) ?? []).splice(0, covers);
      if (covered.length !== covers) return `${key} has told ${covers - covered.length} more than it has seen`;
      if (since !== covered[0] || until !== covered.at(-1)) {
        return `a line of ${key} covers ${covered[0] ?? '?'} to ${covered.at(-1) ?? '?'}, and says ${since} to ${until}`;
      }
      if (at < until || (event !== null && at !== until)) return `a line of ${key} is said at ${at}, of what happened until ${until}`;
      if (event !== null && (bySite(event) !== key || event.at !== until)) return `a line of ${key} at ${at} shows an event of ${bySite(event)} at ${String(event.at)}`;
    }
    for (const [key, left] of times) if (left.length > 0) return `${key}: ${left.length} never told at their key`;
    return null;
  },
};

/** What an event stands for in the law about such events: one, as a rule. */
const standsFor = (seed: number, i: number): number => [1, 1, 1, 2, 7][mix(seed ^ mix(i)) % 5] ?? 1;

const repeats: Law = {
  name: 'repeats',
  title: 'an event that stands for several is counted, held and told as so many',
  pace: 'rough',
  check(trial, script) {
    let reported = 0;
    let sum = 0;
    let heldSum = 0;
    const rig = new Rig(trial.policy, trial.makeReporter, { countOf: () => standsFor(script.seed, reported) });
    const ask = (i: number): string | null => {
      const count = standsFor(script.seed, i);
      reported = i + 1;
      sum += count;
      const vote = rig.votes[i];
      if (vote !== undefined && !tells(vote.verdict)) heldSum += count;
      return booksOf(rig, sum);
    };
    const trouble = play(rig, trial, script, ask) ?? closeAndCount(rig, sum);
    if (trouble !== null) return trouble;
    const told = rig.lines.reduce((total, line) => total + heldIn(line), 0);
    return told === heldSum ? null : `${heldSum} held, of which lines tell ${told}`;
  },
};

const level: Law = {
  name: 'level',
  title: 'what was escalated is told as an error, by its own line or by the one that tells it late',
  pace: 'forward',
  check(trial, script) {
    const loud: Policy<Reportable> = {
      name: 'loud', codes: ['loud/now', 'none'], init: () => null,
      vote: (event) => (mix(script.seed ^ (event.at ?? 0)) % 4 === 0 ? { verdict: 'escalate', code: 'loud/now', why: 'now and then' } : ABSTAIN),
    };
    const rig = new Rig(any(trial.policy as Policy<Reportable>, loud), trial.makeReporter);
    rig.refuseSome(script.seed);
    play(rig, trial, script, () => null);
    rig.accepts = () => true;
    rig.reporter.close();
    const escalated = new Map<string, boolean[]>();
    const events = eventsOf(script, trial.makeEvent);
    for (const [i, event] of events.entries()) {
      const key = bySite(event);
      const list = escalated.get(key) ?? [];
      escalated.set(key, [...list, rig.votes[i]?.verdict === 'escalate']);
    }
    for (const line of rig.lines) {
      const isLoud = escalated.get(line.key)?.splice(0, line.covers).includes(true) === true;
      if (isLoud !== (line.level === 'error')) return `a line of ${line.key} that ${isLoud ? 'has' : 'has no'} escalated event is told as ${line.level}`;
    }
    return null;
  },
};

/** What a line says of the events that it covers. */
export const LINE_LAWS: readonly Law[] = [byKey, repeats, level];

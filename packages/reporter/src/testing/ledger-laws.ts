import type { Policy } from '../policy.js';
import { bySite, type Reportable } from '../reportable.js';
import { defineWarnings } from '../warnings.js';
import { booksOf, closeAndCount, listAt, play } from './books.js';
import type { Law, Trial } from './law.js';
import { mix } from './random.js';
import { MAX_SILENCE_MS, Rig } from './rig.js';
import { eventsOf, type Script } from './script.js';

const conservation: Law = {
  name: 'conservation',
  title: 'seen = told + held at every moment, and after close() the lines cover every event once',
  pace: 'rough',
  check(trial, script) {
    const rig = new Rig(trial.policy, trial.makeReporter);
    return play(rig, trial, script, () => booksOf(rig)) ?? closeAndCount(rig);
  },
};

/** More sites than a reporter has keys for by default. */
const CROWD = 1100;

const boundedKeys: Law = {
  name: 'bounded-keys',
  title: 'keys never exceed maxKeys and (other), and nothing is lost by giving one up',
  pace: 'rough',
  check(trial, script) {
    const isCrowded = script.seed % 8 === 0;
    const maxKeys = isCrowded ? 1024 : 2;
    const rig = new Rig(trial.policy, trial.makeReporter, () => ({ maxKeys }));
    const [first] = eventsOf(script, trial.makeEvent);
    if (isCrowded && first !== undefined) {
      for (let i = 0; i < CROWD; i++) rig.step({ ...first, site: `site ${i}` }, { dt: 0 });
      const trouble = booksOf(rig);
      if (trouble !== null) return `after events of ${CROWD} sites: ${trouble}`;
    }
    const ask = (): string | null => {
      const { keys } = rig.reporter.totals();
      const saved = isCrowded ? 0 : rig.reporter.save().accounts.length;
      if (keys > maxKeys + 1 || saved > maxKeys + 1) return `${Math.max(keys, saved)} keys, with maxKeys ${maxKeys}`;
      return isCrowded ? null : booksOf(rig);
    };
    return play(rig, trial, script, ask) ?? closeAndCount(rig);
  },
};

const givenUp: Law = {
  name: 'given-up',
  title: 'a key that is given up hands on its counts with their interval and level, and is told when it would have been',
  pace: 'forward',
  check(trial, script) {
    const events = eventsOf(script, trial.makeEvent);
    const [firstOne] = events;
    if (firstOne === undefined) return null;
    // All are held, and the first is escalated; so each line but the last ones is refused.
    const loudFirst: Policy<Reportable> = {
      name: 'loud first', codes: ['loud/first', 'quiet/rest'], init: () => null,
      vote: (_event, view) => (view.total.seen === view.count ? { verdict: 'escalate', code: 'loud/first', why: 'first' } : { verdict: 'suppress', code: 'quiet/rest', why: 'not first' }),
    };
    const rig = new Rig(loudFirst, trial.makeReporter, () => ({ maxKeys: 2, maxSilence: Infinity }));
    rig.accepts = () => false;
    play(rig, trial, script, (i) => {
      if (i + 1 === script.cut) rig.restart();
      return null;
    });
    rig.accepts = () => true;
    rig.reporter.close();
    const since = Math.min(...rig.lines.map((line) => line.since));
    const until = Math.max(...rig.lines.map((line) => line.until));
    const [from, to] = [firstOne.at ?? 0, events.at(-1)?.at ?? 0];
    if (since !== from || until !== to) return `events from ${from} to ${to} are told as from ${since} to ${until}`;
    const loud = rig.lines.filter((line) => line.level === 'error').length;
    if (loud !== 1) return `one event was escalated, and ${loud} lines say so`;
    return overdueWithTwoKeys(trial, script, events);
  },
};

/** With two keys, most events are told by `(other)`: as many as are old enough must have been told by any line. */
function overdueWithTwoKeys<E extends Reportable>(trial: Trial<E>, script: Script, events: readonly E[]): string | null {
  const rig = new Rig(trial.policy, trial.makeReporter, () => ({ maxKeys: 2 }));
  const seenAt: number[] = [];
  for (const [i, event] of events.entries()) {
    rig.step(event, { dt: script.steps[i]?.dt ?? 0 });
    seenAt.push(rig.time.now);
    const old = seenAt.filter((at) => rig.time.now - at > MAX_SILENCE_MS).length;
    const { told } = rig.reporter.totals();
    if (told < old) return `after event ${i + 1}: ${old} events are older than maxSilence, ${told} are told`;
  }
  return null;
}

/** The oldest event of each key that no line has told. */
class Waiting {
  readonly #times = new Map<string, number[]>();
  #linesRead = 0;

  add(key: string, at: number): void {
    listAt(this.#times, key).push(at);
  }

  read<E extends Reportable>(rig: Rig<E>): void {
    for (const line of rig.lines.slice(this.#linesRead)) this.#times.get(line.key)?.splice(0, line.covers);
    this.#linesRead = rig.lines.length;
  }

  /** A key that has waited longer than `maxMs`, in words. */
  overdue(now: number, maxMs: number): string | null {
    for (const [key, [oldest]] of this.#times) {
      if (oldest !== undefined && now - oldest > maxMs) return `${key} has not been told for ${now - oldest} ms, of at most ${maxMs}`;
    }
    return null;
  }
}

const liveness: Law = {
  name: 'liveness',
  title: 'what is held is told within maxSilence, whether another event comes or not',
  pace: 'forward',
  check(trial, script) {
    const rig = new Rig(trial.policy, trial.makeReporter);
    const waiting = new Waiting();
    const events = eventsOf(script, trial.makeEvent);
    for (const [i, event] of events.entries()) {
      rig.time.advance(script.steps[i]?.dt ?? 0);
      waiting.read(rig);
      const trouble = waiting.overdue(rig.time.now, MAX_SILENCE_MS);
      if (trouble !== null) return `before event ${i + 1}: ${trouble}`;
      waiting.add(bySite(event), rig.time.now);
      rig.step(event, { dt: 0 });
    }
    rig.time.advance(MAX_SILENCE_MS + 1);
    waiting.read(rig);
    return waiting.overdue(rig.time.now, MAX_SILENCE_MS);
  },
};

/** A flood's pace: milliseconds from one event to the next. */
const FLOOD_MS = 1000;

const noStarvation: Law = {
  name: 'no-starvation',
  title: 'a flood of one site keeps no line from another: each site is named within maxSilence',
  pace: 'forward',
  check(trial, script) {
    const rig = new Rig(trial.policy, trial.makeReporter);
    const [flood, rare] = eventsOf(script, trial.makeEvent).filter((event) => event.site !== null);
    if (flood === undefined || rare === undefined || flood.site === rare.site) return null;
    const rareFrom = mix(script.seed) % 20_000;
    for (let at = 0; at <= rareFrom + MAX_SILENCE_MS; at += FLOOD_MS) {
      rig.step({ ...flood, at }, { dt: at === 0 ? 0 : FLOOD_MS });
      if (at >= rareFrom && at < rareFrom + FLOOD_MS) rig.step({ ...rare, at }, { dt: 0 });
    }
    rig.time.advance(FLOOD_MS);
    return rig.lines.some((line) => line.key === bySite(rare)) ? null : `${bySite(rare)} was never named beside ${bySite(flood)}`;
  },
};

/** The silence of the configuration that is changed to. */
const SHORTER_MS = 7000;

const hotSwap: Law = {
  name: 'hot-swap',
  title: 'a change of policy tells what was held, keeps the counts and loses nothing; a whole configuration brings its limits',
  pace: 'rough',
  check(trial, script) {
    const rig = new Rig(trial.policy, trial.makeReporter);
    const isWhole = script.seed % 2 === 0;
    const ask = (i: number): string | null => {
      const { keys } = rig.reporter.totals();
      if (isWhole && script.cut > 0 && i + 1 > script.cut && keys > 3) return `${keys} keys, with the new maxKeys 2`;
      if (i + 1 !== script.cut) return booksOf(rig);
      const before = rig.reporter.totals();
      rig.reporter.use(isWhole ? { ...defineWarnings({ policies: [trial.policy], maxKeys: 2 }), maxSilence: SHORTER_MS } : trial.policy);
      const after = rig.reporter.totals();
      if (after.held !== 0) return `${after.held} still held after the change of policy`;
      return after.seen === before.seen ? booksOf(rig) : `seen ${before.seen} before the change, ${after.seen} after it`;
    };
    const trouble = play(rig, trial, script, ask);
    if (trouble !== null) return trouble;
    if (isWhole && script.cut > 0) {
      rig.time.advance(SHORTER_MS);
      const { held } = rig.reporter.totals();
      if (held > 0) return `${held} held for longer than the new maxSilence`;
    }
    return closeAndCount(rig);
  },
};

const refusingSink: Law = {
  name: 'refusing-sink',
  title: 'what a sink refuses, by false or by a throw, stays held and is told later',
  pace: 'rough',
  check(trial, script) {
    const rig = new Rig(trial.policy, trial.makeReporter);
    let asked = 0;
    let refused = 0;
    rig.accepts = () => {
      const roll = mix(script.seed ^ mix(++asked)) % 5;
      if (roll < 2) refused++;
      if (roll === 0) throw new Error('the sink is full');
      return roll !== 1;
    };
    const trouble = play(rig, trial, script, () => booksOf(rig));
    if (trouble !== null) return trouble;
    rig.accepts = () => false;
    const left = rig.reporter.close();
    const { held } = rig.reporter.totals();
    if (left !== held) return `close() says that ${left} are left, with ${held} held`;
    rig.accepts = () => true;
    const end = closeAndCount(rig);
    return end === null ? null : `${end} (${refused} lines refused)`;
  },
};

const afterClose: Law = {
  name: 'after-close',
  title: 'events after close() are counted, said once, and told by another close(), by a reporter that was saved and resumed, too',
  pace: 'rough',
  check(trial, script) {
    const rig = new Rig(trial.policy, trial.makeReporter);
    let lines = 0;
    const ask = (i: number): string | null => {
      if (i + 1 === script.cut) {
        rig.reporter.close();
        lines = rig.lines.length;
        if (script.seed % 2 === 0) rig.restart();
      } else if (i + 1 > script.cut && script.cut > 0 && rig.lines.length !== lines + 1) {
        return `${rig.lines.length - lines} lines for ${i + 1 - script.cut} events after close()`;
      }
      return booksOf(rig);
    };
    return play(rig, trial, script, ask) ?? closeAndCount(rig);
  },
};

/** The promises that the ledger keeps, whatever the policy does. */
export const LEDGER_LAWS: readonly Law[] = [
  conservation, boundedKeys, givenUp, liveness, noStarvation, hotSwap, refusingSink, afterClose,
];

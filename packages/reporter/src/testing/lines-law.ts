import type { Policy } from '../policy.js';
import { bySite, type Reportable } from '../reportable.js';
import type { Verdict, Vote } from '../vote.js';
import { defineWarnings } from '../warnings.js';
import { Audit, type Answer } from './audit.js';
import type { Law, Trial } from './law.js';
import { mix } from './random.js';
import { MAX_SILENCE_MS, Rig } from './rig.js';
import { eventsOf, type Script, type Step } from './script.js';

/** Sites that are easily taken for something else. */
const ODD_SITES = ['__proto__', '', '(other)', 'constructor', `${'long'.repeat(300)}/a`, `${'long'.repeat(200)}/a`, `${'long'.repeat(200)}/b`, null] as const;

/** A policy that says anything at all: every verdict, a notice, a throw, nonsense. */
function rude(seed: number): Policy<Reportable> {
  const verdicts: readonly Verdict[] = ['suppress', 'aggregate', 'emit', 'escalate', 'abstain'];
  return {
    name: 'rude', codes: ['rude'], init: () => ({ asked: 0 }),
    vote(_event, _view, state) {
      const roll = mix(seed ^ mix((state as { asked: number }).asked++)) % 24;
      if (roll === 22) throw new Error('rude');
      const verdict = verdicts[roll % 5] ?? 'emit';
      const vote: Vote = { verdict, code: `rude/${roll % 7}`, why: 'rude', ...(roll % 6 === 0 && { notice: { suppressed: roll, text: `rude: ${roll} callbacks suppressed` } }) };
      return roll === 23 ? (verdict as unknown as Vote) : vote;
    },
  };
}

/** The same events, from places with odd names, and some of no known time. */
const oddly = <E extends Reportable>(event: E, seed: number): E => {
  const roll = mix(seed ^ 1);
  return { ...event, ...(roll % 2 === 0 && { site: ODD_SITES[(roll >>> 4) % ODD_SITES.length] ?? null }), ...(roll % 7 === 0 && { at: null }) };
};

/** What is done at the cut, in words. */
const DEEDS = {
  policy: 'a change of policy', configuration: 'a change of configuration', restart: 'a restart', close: 'close()', 'close-later': 'close() at a later time', dispose: 'the end of its scope',
} as const;
type Deed = keyof typeof DEEDS;

const OTHER_SILENCE_MS = 7000;

class LinesTrial<E extends Reportable> {
  readonly #rig: Rig<E>;
  readonly #audit: Audit<E>;
  readonly #script: Script;
  readonly #policy: Policy<E>;
  readonly #events: readonly E[];
  #lines = 0;
  #isAtDeed = false;

  constructor(trial: Trial<E>, script: Script) {
    this.#script = script;
    const isRude = mix(script.seed) % 2 === 0;
    this.#policy = isRude ? (rude(script.seed)) : trial.policy;
    const events = eventsOf(script, trial.makeEvent);
    this.#events = isRude ? events.map((event, i) => oddly(event, script.steps[i]?.seed ?? 0)) : events;
    const detailed = script.seed % 3 === 0;
    this.#audit = new Audit<E>({ keyOf: bySite, maxSilenceMs: MAX_SILENCE_MS }, detailed);
    this.#rig = new Rig(this.#audit.watch(this.#policy), trial.makeReporter, (time) => ({
      detailed, scheduler: this.#audit.scheduler(time), sink: this.#audit.sink(() => this.#answer()),
    }));
  }

  run(): string | null {
    const { steps, cut, seed } = this.#script;
    const deeds = Object.keys(DEEDS) as Deed[];
    const deed = deeds[mix(seed ^ 1) % deeds.length] ?? 'restart';
    for (const [i, event] of this.#events.entries()) {
      this.#report(event, steps[i]);
      const isCut = i + 1 === cut;
      if (isCut) this.#do(deed);
      this.#audit.balance(this.#rig.reporter);
      if (this.#audit.trouble !== null) return `after event ${i + 1}${isCut ? ` and ${DEEDS[deed]}` : ''}: ${this.#audit.trouble}`;
      if (isCut && (deed === 'close' || deed === 'close-later' || deed === 'dispose')) return null;
    }
    return null;
  }

  #report(event: E, { dt = 0, count = 1, pressure = 'none' }: Partial<Step> = {}): void {
    const { reporter, time } = this.#rig;
    time.advance(Math.max(0, dt));
    const takesPressure = 'pressure' in reporter;
    if (takesPressure) reporter.pressure = pressure;
    this.#audit.begin(event, count, takesPressure ? pressure : null);
    this.#audit.end(event, count, this.#rig.report(event, count));
  }

  /** Refuses now and then, and reports an event of its own. */
  #answer(): Answer {
    const roll = mix(this.#script.seed ^ mix(++this.#lines)) % 12;
    const [own] = this.#events;
    if (roll > 9 && own !== undefined && !this.#isAtDeed) {
      const now = { ...own, at: null };
      this.#audit.begin(now, 3, null);
      this.#audit.end(now, 3, this.#rig.report(now, 3));
    }
    return roll < 2 ? 'refuse' : roll === 2 ? 'throw' : 'take';
  }

  #do(deed: Deed): void {
    const { reporter } = this.#rig;
    this.#isAtDeed = true;
    if (deed === 'restart') {
      this.#rig.restart();
      this.#audit.resumed();
    } else if (deed === 'policy') {
      this.#audit.tellAll('swap', null, () => reporter.use(this.#audit.watch(this.#policy)));
    } else if (deed === 'configuration') {
      const keyOf = (event: E): string => `all of ${String(event.site).length}`;
      this.#audit.terms = { keyOf, maxSilenceMs: OTHER_SILENCE_MS };
      const policies = [this.#audit.watch(this.#policy)];
      this.#audit.tellAll('swap', null, () => reporter.use(defineWarnings({ policies, keyOf, maxKeys: 64, maxSilence: OTHER_SILENCE_MS })));
    } else if (deed === 'close-later') {
      const at = (this.#events.at(this.#script.cut - 1)?.at ?? 0) + 500;
      this.#audit.tellAll('close', at, () => void reporter.close(at));
    } else {
      const isDisposable = deed === 'dispose' && Symbol.dispose in reporter;
      this.#audit.tellAll('close', null, () => (isDisposable ? reporter[Symbol.dispose]?.() : void reporter.close()));
    }
    this.#isAtDeed = false;
  }
}

/** Everything that a line, a view and a total says. */
const lines: Law = {
  name: 'lines',
  title: 'each line, view and total says what lists of the events would: key, interval, level, reasons, event, vote and time, whatever policy and sink do',
  pace: 'rough',
  check: (trial, script) => new LinesTrial(trial, script).run(),
};

export const LINE_LAWS: readonly Law[] = [lines];

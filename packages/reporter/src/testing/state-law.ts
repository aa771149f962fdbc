import type { Policy } from '../policy.js';
import type { Reportable } from '../reportable.js';
import { sizeOf } from '../state-size.js';
import type { Law, Trial } from './law.js';
import { mix, randomOf } from './random.js';
import { Rig } from './rig.js';

/** How long a life is: what remembers no more at one length than at half of it is bounded. */
const FIRST_LOOK = 2048;
const LAST_LOOK = 65_536;
/** The longest pause between two events. Milliseconds. */
const LONGEST_PAUSE_MS = 4000;

/** The size of a policy's state after 2048 events and after each doubling of them, every event another one. */
function* sizesOf<E extends Reportable>(trial: Trial<E>, seed: number): Generator<number, void> {
  let state: unknown;
  const { policy } = trial;
  const watched: Policy<E> = { name: policy.name, codes: policy.codes, init: () => policy.init(), vote: (event, view, now) => policy.vote(event, view, (state = now)) };
  // What grows beyond any bound is seen here, and not set back.
  const rig = new Rig(watched, trial.makeReporter, () => ({ maxStateNodes: 2 ** 30 }));
  let at = 0;
  for (let n = 1; n <= LAST_LOOK; n++) {
    const random = randomOf(mix(seed ^ mix(n)));
    const dt = random.int(0, LONGEST_PAUSE_MS);
    const event = trial.makeEvent(random, (at += dt));
    rig.step(trial.hasOwnEvents && n % 2 === 0 ? { ...event, site: `site ${n}` } : event, { dt });
    if (n >= FIRST_LOOK && Number.isInteger(Math.log2(n))) yield sizeOf(state, 2 ** 30);
  }
}

/** The promise that a state has a bound. */
export const boundedState: Law = {
  name: 'bounded-state',
  title: 'the state does not grow with the number of events or of sites',
  pace: 'forward',
  // A life is as long as many scripts.
  share: 50,
  check(trial, script) {
    let half = -1;
    let events = FIRST_LOOK;
    let grown = '';
    for (const size of sizesOf(trial, script.seed)) {
      if (half >= 0) {
        if (size <= 1.1 * half + 16) return null;
        grown = `${half} entries of state after ${events} events, ${size} after ${2 * events}`;
        events *= 2;
      }
      half = size;
    }
    return grown;
  },
};

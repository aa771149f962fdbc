import type { Account } from './account.js';
import type { ForwardClock } from './forward-clock.js';
import type { Counts, Policy, Pressure, View } from './policy.js';
import type { Reportable } from './reportable.js';
import { Seat } from './seat.js';
import { sizeOf } from './state-size.js';
import { fixed, type Vote } from './vote.js';

export interface RunnerOptions {
  readonly detailed: boolean;
  readonly maxStateNodes: number;
  readonly maxVoteMs: number;
  readonly stopwatch: (() => number) | undefined;
  readonly clock: ForwardClock;
  readonly complain: (text: string) => void;
}

/** The view that every vote is cast with: one object, changed in place. */
interface LiveView extends View {
  now: number;
  key: Counts;
  count: number;
  bytes: number;
  pressure: Pressure;
}

/** How many slow votes set a policy aside, and how many quick ones make up for a slow one. */
const SLOW_VOTES = 3;
const QUICK_VOTES = 100;
/** The state's size is looked at after this many votes, then after twice as many, and so on up to {@link MAX_PAUSE_VOTES}. */
const FIRST_PAUSE_VOTES = 64;
const MAX_PAUSE_VOTES = 65_536;

/** A policy with its state, and the guard against one that grows or dawdles. */
export class PolicyRunner<E extends Reportable> {
  readonly view: LiveView;
  readonly #options: RunnerOptions;
  readonly #clock: ForwardClock;
  readonly #stopwatch: (() => number) | undefined;
  #policy: Policy<E>;
  /** The policy's own, unless it has been set aside. */
  #seat: Seat<E>;
  #state: unknown;
  /** Votes until the state's size is looked at, and how many they were in all. */
  #votesLeft = FIRST_PAUSE_VOTES;
  #pauseVotes = FIRST_PAUSE_VOTES;
  #slowVotes = 0;
  #saidGrown = false;

  constructor(policy: Policy<E>, total: Account, options: RunnerOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#stopwatch = options.stopwatch;
    this.#policy = policy;
    this.#seat = new Seat(policy);
    this.#state = policy.init();
    this.view = { now: 0, key: total.view, count: 1, total: total.view, bytes: 0, pressure: 'none', detailed: options.detailed };
  }

  get name(): string {
    return this.#policy.name;
  }
  get state(): unknown {
    return this.#state;
  }

  use(policy: Policy<E>, state: unknown): void {
    this.#policy = policy;
    this.#seat = new Seat(policy);
    this.#state = state;
    this.#votesLeft = this.#pauseVotes = FIRST_PAUSE_VOTES;
    this.#slowVotes = 0;
    this.#saidGrown = false;
  }

  /** Takes a saved state, when it is this policy's. */
  resume(name: string, state: () => unknown): void {
    if (name === this.name) this.#state = state();
  }

  /** Has the policy vote; the answer is in its seat, also when the vote itself has changed the policy. */
  ask(event: E, account: Account, count: number): Seat<E> {
    const { view } = this;
    view.now = this.#clock.now;
    view.key = account.view;
    view.count = count;
    if (--this.#votesLeft === 0) this.#measure();
    const seat = this.#seat;
    if (this.#stopwatch === undefined) seat.ask(event, view, this.#state);
    else this.#time(seat, event, this.#stopwatch);
    return seat;
  }

  #time(seat: Seat<E>, event: E, stopwatch: () => number): void {
    const start = read(stopwatch);
    seat.ask(event, this.view, this.#state);
    const took = read(stopwatch) - start;
    if (seat !== this.#seat || seat.policy === SET_ASIDE) return;
    // A slow vote now and then is the machine's.
    this.#slowVotes = took > this.#options.maxVoteMs ? this.#slowVotes + 1 : Math.max(0, this.#slowVotes - 1 / QUICK_VOTES);
    if (this.#slowVotes < SLOW_VOTES) return;
    this.#seat = new Seat<E>(SET_ASIDE);
    this.#options.complain(`policy ${this.name} took ${Math.round(took)} ms for a vote, and is set aside: one line per key and minute until it is changed`);
  }

  #measure(): void {
    this.#pauseVotes = this.#votesLeft = Math.min(2 * this.#pauseVotes, MAX_PAUSE_VOTES);
    const { maxStateNodes, complain } = this.#options;
    if (sizeOf(this.#state, maxStateNodes) <= maxStateNodes) return;
    try {
      this.#state = this.#policy.init();
    } catch {
      this.#state = undefined;
    }
    if (this.#saidGrown) return;
    this.#saidGrown = true;
    complain(`the state of policy ${this.name} grew beyond ${maxStateNodes} entries: it starts afresh, each time`);
  }
}

/** A stopwatch that throws has nothing to say. */
function read(stopwatch: () => number): number {
  try {
    return stopwatch();
  } catch {
    return Number.NaN;
  }
}

const ASIDE_MS = 60_000;
const ASIDE_TOLD: Vote = fixed('emit', 'policy/set-aside', 'the policy is too slow to ask; one line per key and minute');
const ASIDE_HELD: Vote = fixed('suppress', ASIDE_TOLD.code, ASIDE_TOLD.why);

/** Sits in the seat of a policy that is too slow to ask. */
const SET_ASIDE: Policy<Reportable> = {
  name: 'set-aside',
  codes: [ASIDE_TOLD.code],
  init: () => null,
  vote: (_event, view) => (view.now - view.key.lastToldAt >= ASIDE_MS ? ASIDE_TOLD : ASIDE_HELD),
};

import { ForwardClock } from '../forward-clock.js';
import type { Line } from '../line.js';
import type { Policy, Pressure, View } from '../policy.js';
import { boundedKey, type Reportable } from '../reportable.js';
import type { Scheduler } from '../scheduler.js';
import { isVote } from '../seat.js';
import type { Sink } from '../sink.js';
import { tells, type Vote } from '../vote.js';
import { AccountByHand, countIn, reasonsOf, totalOf, type Entry } from './account-by-hand.js';
import { Departures, shortName } from './departures.js';
import type { ReporterLike } from './rig.js';

/** What a sink does with a line. */
export type Answer = 'take' | 'refuse' | 'throw';

/** What the books are kept by, as the reporter was told it. */
export interface AuditTerms<E extends Reportable> {
  readonly keyOf: (event: E) => string;
  readonly maxSilenceMs: number;
}

/** The event that is being reported. */
interface Turn<E extends Reportable> {
  readonly event: E;
  readonly key: string;
  readonly count: number;
  vote: Vote | null;
  /** What is still to be said of it. */
  owesLine: boolean;
  owesNotice: string | null;
}

/** Bytes that the audited sink says it wrote for a line. */
const LINE_BYTES = 40;
/** Stands for the state that init() has yet to give. */
const NOT_GIVEN: unique symbol = Symbol('not given');
/** Codes that an account may count together. */
const MANY_CODES = 16;

/**
 * Keeps the books beside a reporter, by hand: lists of events, no queue, no bound. It sits on both sides, as the policy
 * that is asked and as the sink that is told, and says where a view, a line or a total departs from the lists.
 */
export class Audit<E extends Reportable> {
  readonly #departures = new Departures();
  readonly #clock = new ForwardClock();
  readonly #accounts = new Map<string, AccountByHand>();
  readonly #codes = new Set<string>();
  readonly #detailed: boolean;
  #terms: AuditTerms<E>;
  #pressure: Pressure = 'none';
  #bytes = 0;
  #turn: Turn<E> | null = null;
  /** Whether the sink is being told; what it reports then is not voted on. */
  #isTelling = false;
  /** Why lines may be said beside the event's own. */
  #occasion: Line['occasion'] = 'silence';
  /** Keys that the change of policy or the close in progress has yet to tell. */
  readonly #owed = new Set<string>();
  /** The policy that has to be asked next, and a state that `init` gave it; null when any state will do. */
  #asked: Policy<E> | null = null;
  #fresh: readonly [state: unknown] | null = null;

  constructor(terms: AuditTerms<E>, detailed: boolean) {
    this.#terms = terms;
    this.#detailed = detailed;
  }

  /** The first departure, in words. */
  get trouble(): string | null {
    return this.#departures.first;
  }

  /** The policy, with its views and states looked at on the way in and its votes on the way out. */
  watch(policy: Policy<E>): Policy<E> {
    const watched: Policy<E> = {
      name: policy.name,
      codes: policy.codes,
      init: () => {
        const state = policy.init();
        this.#fresh = [state];
        return state;
      },
      vote: (event, view, state) => {
        this.#checkAsked(watched, event, view, state);
        try {
          const vote: unknown = policy.vote(event, view, state);
          this.#voted(isVote(vote) ? vote : { verdict: 'emit', code: 'policy/nonsense', why: '' });
          return vote as Vote;
        } catch (thrown) {
          this.#voted({ verdict: 'emit', code: 'policy/threw', why: '' });
          throw thrown;
        }
      },
    };
    this.#asked = watched;
    return watched;
  }

  /** A sink that answers as it is told to, and looks at every line first. */
  sink(answer: (line: Line<E>) => Answer): Sink<E> {
    return {
      write: (line) => {
        const waited = this.#take(line);
        this.#isTelling = true;
        const taken = answer(line);
        this.#isTelling = false;
        this.#settle(line, waited, taken);
        if (taken === 'throw') throw new Error('the sink is gone');
        return taken === 'take' && LINE_BYTES;
      },
    };
  }

  /** A scheduler by which time is known to pass. */
  scheduler(inner: Scheduler): Scheduler {
    return {
      setTimeout: (callback, delayMs) => {
        const reached = this.#clock.now + delayMs;
        const dueAt = Math.min(...[...this.#accounts.values()].filter(({ waiting }) => waiting.length > 0).map((account) => account.dueAt));
        return inner.setTimeout(() => {
          // No timer waits for less than a millisecond.
          this.#clock.reach(Math.min(reached, dueAt));
          callback();
        }, delayMs);
      },
      clearTimeout: (handle) => inner.clearTimeout(handle),
    };
  }

  /** Before an event is reported, by the sink, too, while it is told. */
  begin(event: E, count: number, pressure: Pressure | null): void {
    this.#clock.follow(event);
    const key = boundedKey(this.#terms.keyOf(event));
    this.#at(key).see(this.#clock.now, count);
    this.#pressure = pressure ?? this.#pressure;
    if (!this.#isTelling) this.#turn = { event, key, count, vote: null, owesLine: false, owesNotice: null };
  }

  /** After it: what `report()` returned. */
  end(event: E, count: number, returned: Partial<Vote> | undefined): void {
    if (this.#isTelling) {
      this.#hold(boundedKey(this.#terms.keyOf(event)), count, returned?.code ?? '');
      return;
    }
    if (this.#turn !== null) this.#endTurn(this.#turn, returned);
    this.#turn = null;
  }

  /** Does what makes the reporter tell all it holds. */
  tellAll(occasion: 'swap' | 'close', at: number | null, body: () => void): void {
    if (at !== null) this.#clock.advance(at);
    this.#occasion = occasion;
    // A policy that is changed to has to begin with its own init().
    if (occasion === 'swap') this.#fresh = [NOT_GIVEN];
    for (const [key, { waiting }] of this.#accounts) if (waiting.length > 0) this.#owed.add(key);
    body();
    for (const key of this.#owed) this.#departures.say(`what was held at ${shortName(key)} was not told ${occasion === 'swap' ? 'on the change of policy' : 'on close'}`);
    this.#owed.clear();
    this.#occasion = 'silence';
  }

  /** From now on. */
  set terms(terms: AuditTerms<E>) {
    this.#terms = terms;
  }

  /** The policy goes on with the state that was saved. */
  resumed(): void {
    this.#fresh = null;
  }

  /** Compares what the reporter counts with the lists. */
  balance(reporter: ReporterLike<E>): void {
    this.#departures.compare('the totals have', totalOf(this.#accounts), reporter.totals());
    for (const { key, counts, reasons } of reporter.counts?.() ?? []) {
      const account = this.#at(key);
      this.#departures.compare(`${shortName(key)} has`, account.counts(), counts);
      if (this.#codes.size < MANY_CODES) this.#departures.compare(`${shortName(key)} has`, { reasons: reasonsOf(account.waiting) }, { reasons });
    }
  }

  #endTurn(turn: Turn<E>, returned: Partial<Vote> | undefined): void {
    const { vote, key } = turn;
    if (vote === null) {
      this.#departures.say('the policy was not asked');
      return;
    }
    this.#departures.compare('report() returned', { verdict: vote.verdict, code: vote.code }, returned ?? {});
    if (turn.owesLine) this.#departures.say(`${shortName(key)} has no line, for an event that was voted ${vote.verdict}`);
    if (turn.owesNotice !== null) this.#departures.say(`"${turn.owesNotice}" was not said`);
    for (const [late, { waiting, dueAt }] of this.#accounts) {
      if (waiting.length > 0 && dueAt <= this.#clock.now) this.#departures.say(`${shortName(late)} waits, though it was due at ${this.#ours(dueAt)}`);
    }
  }

  #checkAsked(policy: Policy<E>, event: E, view: View, state: unknown): void {
    const turn = this.#turn;
    if (turn?.vote !== null) {
      this.#departures.say(turn === null ? 'the policy was asked about nothing that was reported' : 'the policy was asked twice about one event');
      return;
    }
    if (policy !== this.#asked) this.#departures.say('a policy was asked that had been changed for another');
    if (this.#fresh !== null && this.#fresh[0] !== state) this.#departures.say('the policy was asked with another state than init() gave it');
    this.#fresh = null;
    if (event !== turn.event) this.#departures.say('the policy was shown another event');
    const { now, count, bytes, pressure, detailed } = view;
    const right = { now: this.#clock.now, count: turn.count, bytes: this.#bytes, pressure: this.#pressure, detailed: this.#detailed };
    this.#departures.compare('the view has', right, { now, count, bytes, pressure, detailed });
    this.#departures.compare("the view's key has", this.#at(turn.key).counts(), view.key);
    const { keys: _keys, ...total } = totalOf(this.#accounts);
    this.#departures.compare("the view's total has", total, view.total);
  }

  #voted(vote: Vote): void {
    const turn = this.#turn;
    if (turn?.vote !== null) return;
    turn.vote = { ...vote };
    turn.owesNotice = vote.notice?.text ?? null;
    if (tells(vote.verdict)) turn.owesLine = true;
    else this.#hold(turn.key, turn.count, vote.code);
    this.#at(turn.key).lastSeenAt = this.#clock.now;
  }

  #hold(key: string, count: number, code: string): void {
    const { now } = this.#clock;
    this.#codes.add(code);
    const account = this.#at(key);
    account.hold([{ at: now, count, code, isLoud: false }], now + this.#terms.maxSilenceMs);
    account.lastSeenAt = now;
  }

  /** Looks at a line, and takes what it tells out of its account. */
  #take(line: Line<E>): readonly Entry[] {
    const turn = this.#turn;
    if (line.kind === 'notice') {
      if (turn !== null && line.text === turn.owesNotice) turn.owesNotice = null;
      else if (line.occasion !== 'trouble') this.#departures.say(`"${line.text ?? ''}" was said by nobody`);
      return [];
    }
    const account = this.#at(line.key);
    const isEvent = line.kind === 'event';
    const { now } = this.#clock;
    if (isEvent && (turn?.owesLine !== true || turn.owesNotice !== null)) this.#departures.say(`${shortName(line.key)} has a line of an event whose turn it is not`);
    if (!isEvent && this.#occasion === 'silence' && account.dueAt > now) this.#departures.say(`${shortName(line.key)} is told at ${line.at}, and was not due until ${this.#ours(account.dueAt)}`);
    const waited = account.takeOut();
    const own = isEvent && turn !== null ? turn.count : 0;
    const times = [...waited.map(({ at }) => at), ...(isEvent ? [now] : [])];
    const isLoud = waited.some((entry) => entry.isLoud) || (isEvent && turn?.vote?.verdict === 'escalate');
    const { kind, event, text } = line;
    this.#departures.compare(`a line of ${shortName(line.key)} has`, {
      kind, occasion: isEvent ? 'event' : this.#occasion, level: isLoud ? 'error' : 'warning', at: this.#ours(now), key: isEvent && turn !== null ? turn.key : line.key,
      covers: countIn(waited) + own, own, since: this.#ours(Math.min(...times)), until: this.#ours(Math.max(...times)), text,
    }, line);
    if (this.#codes.size < MANY_CODES) this.#departures.compare(`a line of ${shortName(line.key)} has`, { reasons: reasonsOf(waited) }, line);
    if (event !== (isEvent ? turn?.event : null)) this.#departures.say(`a line of ${shortName(line.key)} shows ${event === null ? 'no event' : 'an event that is not its own'}`);
    if (isEvent) this.#departures.compare(`a line of ${shortName(line.key)} has a vote with`, { verdict: turn?.vote?.verdict, code: turn?.vote?.code }, line.vote ?? {});
    if (isEvent && turn !== null) turn.owesLine = false;
    this.#owed.delete(line.key);
    return waited;
  }

  #settle(line: Line<E>, waited: readonly Entry[], answer: Answer): void {
    if (answer === 'take') this.#bytes += LINE_BYTES;
    if (line.kind === 'notice') return;
    const { now } = this.#clock;
    const account = this.#at(line.key);
    if (answer === 'take') {
      account.tell(line.covers, now);
      return;
    }
    const code = answer === 'refuse' ? 'sink/refused' : 'sink/threw';
    this.#codes.add(code);
    const own = line.own > 0 ? [{ at: now, count: line.own, code, isLoud: line.level === 'error' }] : [];
    account.hold([...waited, ...own], now + this.#terms.maxSilenceMs);
  }

  #at(key: string): AccountByHand {
    let account = this.#accounts.get(key);
    if (account === undefined) this.#accounts.set(key, (account = new AccountByHand()));
    return account;
  }

  /** A time on the producer's clock. */
  #ours(time: number): number {
    return time - this.#clock.offset;
  }
}

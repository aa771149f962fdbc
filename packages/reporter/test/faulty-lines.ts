import { Reporter, type Line, type Policy, type Reportable, type ReporterOptions, type SavedReporter, type View, type Vote, type Warnings } from '../src/index.js';
import type { LawName, ReporterLike } from '../src/testing.js';
import type { Faulty } from './faulty-ledgers.js';

/** A right reporter whose lines pass through `change` on their way to the sink. */
const saying = (change: (line: Line<Reportable>) => Partial<Line<never>> | null): Faulty => (options) =>
  new Reporter({
    ...options,
    sink: {
      write(line) {
        const changed = change(line);
        return changed === null ? true : options.sink.write({ ...line, ...changed });
      },
    },
  });

/** A right reporter with one option that is not the one it was given. */
const given = (change: <E extends Reportable>(options: ReporterOptions<E>) => Partial<ReporterOptions<E>>): Faulty => (options) => new Reporter({ ...options, ...change(options) });

/** A right reporter whose policy is asked in a wrong way. */
const asking = (ask: (policy: Policy<never>, event: never, view: View, state: unknown) => unknown): Faulty => (options) =>
  new Reporter({ ...options, policy: { ...options.policy, vote: (event, view, state) => ask(options.policy, event as never, view, state) as Vote } });

/** A right reporter with one method of its own, which may call the right one. */
const doing = (change: <E extends Reportable>(right: Reporter<E>, options: ReporterOptions<E>) => Partial<ReporterLike<E>>): Faulty => <E extends Reportable>(options: ReporterOptions<E>) => {
  const right = new Reporter(options);
  const faulty: ReporterLike<E> = {
    report: (event) => right.report(event),
    use: (next) => right.use(next),
    close: (at) => right.close(at),
    totals: () => right.totals(),
    save: () => right.save(),
    [Symbol.dispose]: () => right[Symbol.dispose](),
  };
  return Object.assign(faulty, change(right, options));
};

/** A right reporter that is handed some events otherwise, and some not at all. */
const hearing = (change: (event: Reportable, nth: number) => Reportable | null): Faulty =>
  doing((right) => {
    let nth = 0;
    return {
      report(event) {
        const heard = change(event, ++nth);
        return heard === null ? DROPPED : right.report(heard as typeof event);
      },
    };
  });

const DROPPED: Vote = { verdict: 'suppress', code: 'x/dropped', why: 'dropped' };
const whole = <E extends Reportable>(next: Policy<E> | Warnings<E>, change: (warnings: Warnings<E>) => Partial<Warnings<E>>): Policy<E> | Warnings<E> =>
  'policy' in next ? { ...next, ...change(next) } : next;
const resuming = (change: (saved: SavedReporter) => SavedReporter): Faulty => given(({ resume }) => (resume === undefined ? {} : { resume: change(resume) }));
const saving = (change: (saved: SavedReporter) => SavedReporter): Faulty => doing((right) => ({ save: () => change(right.save()) }));
const int32 = (n: number): number => n | 0;

/** What is wrong with each, the law that says so, and how it is made: faults that no sum of counts shows. */
export const FAULTY_LINES: readonly (readonly [string, LawName, Faulty])[] = [
  ['loses event 101', 'conservation', hearing((event, nth) => (nth === 101 ? null : event))],
  ['hears event 300 twice', 'conservation', doing((right) => {
    let nth = 0;
    return { report: (event) => (++nth === 300 ? (right.report(event), right.report(event)) : right.report(event)) };
  })],
  ['loses events without a time', 'lines', hearing((event) => (event.at === null ? null : event))],
  ['loses events of a prototype', 'lines', hearing((event) => (event.site === '__proto__' ? null : event))],
  ['takes a site without a name for none', 'lines', hearing((event) => (event.site === '' ? { ...event, site: null } : event))],
  ['takes long sites that begin alike for one', 'lines', hearing((event) => (event.site === null ? event : Object.assign(event, { site: event.site.slice(0, 100) })))],
  ['counts times in a few bits', 'lines', saying(({ at, since, until }) => ({ at: int32(at), since: int32(since), until: int32(until) }))],
  ['counts events in a few bits', 'lines', saying(({ covers }) => ({ covers: int32(covers) }))],
  ['takes an event that stands for many for few', 'lines', given(({ countOf }) => (countOf === undefined ? {} : { countOf: (event) => Math.min(255, countOf(event)) }))],
  ['names one reason too few', 'lines', saying(({ reasons }) => ({ reasons: Object.fromEntries(Object.entries(reasons).slice(0, 2)) }))],
  ['shows no vote', 'lines', saying(() => ({ vote: null }))],
  ['shows a copy of the event', 'lines', saying(({ event }) => ({ event: event === null ? null : { ...event } as never }))],
  ['names another occasion', 'lines', saying(({ occasion }) => (occasion === 'swap' ? { occasion: 'close' } : {}))],
  ['swallows notices', 'lines', saying(({ kind }) => (kind === 'notice' ? null : {}))],
  ['forgets the bytes that were written', 'lines', given(({ sink }) => ({ sink: { write: (line) => sink.write(line) !== false } }))],
  ['always asks for details', 'lines', given(() => ({ detailed: true }))],
  ['asks the policy twice', 'lines', asking((policy, event, view, state) => (policy.vote(event, view, state), policy.vote(event, view, state)))],
  ['shows the policy the total as its key', 'lines', asking((policy, event, view, state) => policy.vote(event, { ...view, key: view.total }, state))],
  ['silences a policy that throws', 'lines', asking((policy, event, view, state) => {
    try {
      return policy.vote(event, view, state);
    } catch {
      return DROPPED;
    }
  })],
  ['throws with its policy', 'lines', doing((right) => ({
    report(event) {
      const vote = right.report(event);
      if (vote.code === 'policy/threw') throw new Error(vote.why);
      return vote;
    },
  }))],
  ['loses what its sink reports', 'lines', doing((right) => {
    let isBusy = false;
    return {
      report(event) {
        if (isBusy) return DROPPED;
        isBusy = true;
        const vote = right.report(event);
        isBusy = false;
        return vote;
      },
    };
  })],
  ['keeps its key when the configuration changes', 'lines', doing((right) => ({ use: (next) => right.use(whole(next, () => ({ keyOf: (event) => event.site ?? '(unknown)' }))) }))],
  ['keeps its policy when the configuration changes', 'lines', doing((right, { policy }) => ({ use: (next) => right.use(whole(next, () => ({ policy }))) }))],
  ['keeps its state when the policy changes', 'lines', <E extends Reportable>(options: ReporterOptions<E>): ReporterLike<E> => {
    const state = options.policy.init();
    const kept = (policy: Policy<E>): Policy<E> => ({ ...policy, init: () => state });
    return new (class extends Reporter<E> {
      override use(next: Policy<E> | Warnings<E>): void {
        super.use('policy' in next ? next : kept(next));
      }
    })({ ...options, policy: kept(options.policy) });
  }],
  ['does not close at the end of its scope', 'lines', doing(() => ({ [Symbol.dispose]: () => undefined }))],
  ['closes at another time', 'lines', doing((right) => ({ close: () => right.close() }))],
  ['counts no lines', 'lines', doing((right) => ({ totals: () => ({ ...right.totals(), lines: 0 }) }))],
  ['dates its first event by its last', 'lines', doing((right) => ({ totals: () => ({ ...right.totals(), firstSeenAt: right.totals().lastSeenAt }) }))],
  ['forgets how far its clock was set back', 'lines', saving((saved) => ({ ...saved, clock: { ...saved.clock, offset: 0 } }))],
  ['is open again when it resumes', 'after-close', resuming((saved) => ({ ...saved, closed: false }))],
  ['changes what it saved', 'resume', doing((right) => {
    const saved = {};
    return { save: () => Object.assign(saved, right.save()) };
  })],
  ['leaves a timer behind', 'conservation', given(({ scheduler }) => (scheduler === undefined ? {} : {
    scheduler: { setTimeout: (callback, delayMs) => scheduler.setTimeout(callback, delayMs), clearTimeout: () => undefined },
  }))],
  ['forgets the last of a thousand sites', 'bounded-keys', hearing((event) => (event.site === 'site 1050' ? null : event))],
];

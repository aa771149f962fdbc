import type { FailureEvent } from '@nopage/gfp';
import { wholeInRange } from '../checked.js';
import type { Line } from '../line.js';
import type { Policy } from '../policy.js';
import type { Reportable } from '../reportable.js';
import { Reporter } from '../reporter.js';
import type { LawOptions } from './check-laws.js';
import { mix } from './random.js';
import type { ReporterLike, ReporterMaker } from './rig.js';
import { eventsOf, randomFailure, scriptOf, type EventMaker, type Script } from './script.js';

/** A case in which a count was lost, doubled or told too early. */
export interface UnsettledCase<E extends Reportable = FailureEvent> {
  readonly message: string;
  readonly events: readonly E[];
  readonly run: number;
}

/**
 * The law of sinks that answer later: what they have not answered for is pending, what they took is told once, and what
 * they refused, by `false` or by a rejection, is held and told. In a function of its own, because it has to be waited for.
 *
 * @returns What broke it, tried on the smallest scripts first; null when nothing did.
 */
export async function checkSettling<E extends Reportable = FailureEvent>(policy: Policy<E>, options: Pick<LawOptions<E>, 'runs' | 'seed' | 'maxEvents' | 'event' | 'reporter'> = {}): Promise<UnsettledCase<E> | null> {
  const runs = wholeInRange('runs', options.runs ?? 200, 1, 1_000_000);
  const maxEvents = wholeInRange('maxEvents', options.maxEvents ?? 60, 1, 10_000);
  const makeEvent = options.event ?? (randomFailure as unknown as EventMaker<E>);
  for (let run = 0; run < runs; run++) {
    const script = scriptOf(mix((options.seed ?? 2008) ^ mix(run)), 1 + Math.floor((run * maxEvents) / runs), 'rough');
    const events = eventsOf(script, makeEvent);
    const message = await troubleOf(policy, options.reporter ?? ((given) => new Reporter(given)), script, events);
    if (message !== null) return { message, events, run };
  }
  return null;
}

/** A sink that answers some lines at once and the others when it is told to. */
class SlowSink<E extends Reportable> {
  /** Events in lines that it took. */
  taken = 0;
  isSlow = true;
  readonly #open: { readonly line: Line<E>; answer(taken: boolean): void; reject(): void }[] = [];
  readonly #seed: number;
  #rolls = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Events in lines that it has not answered for. */
  get unanswered(): number {
    return this.#open.reduce((sum, { line }) => sum + line.covers, 0);
  }

  write(line: Line<E>): unknown {
    if (!this.isSlow || this.#roll() % 4 === 0) {
      this.taken += line.covers;
      return true;
    }
    return new Promise<boolean>((answer, refuse) => this.#open.push({ line, answer, reject: () => refuse(new Error('the sink is gone')) }));
  }

  /** Answers for one line, not always the oldest; false when none is open. */
  answerOne(): boolean {
    const [next] = this.#open.splice(this.#roll() % Math.max(1, this.#open.length), 1);
    if (next === undefined) return false;
    const roll = this.#roll() % 3;
    if (roll === 0) next.reject();
    else next.answer(roll === 1);
    if (roll === 1) this.taken += next.line.covers;
    return true;
  }

  #roll(): number {
    return mix(this.#seed ^ mix(++this.#rolls));
  }
}

async function troubleOf<E extends Reportable>(policy: Policy<E>, make: ReporterMaker<E>, script: Script, events: readonly E[]): Promise<string | null> {
  const sink = new SlowSink<E>(script.seed);
  const reporter = make({ policy, sink, maxSilence: '1m', maxKeys: 2 });
  for (const [i, event] of events.entries()) {
    reporter.report(event);
    if (mix(script.seed ^ i) % 2 === 0) sink.answerOne();
    await answersToArrive();
    const trouble = booksOf(reporter, sink, i + 1);
    if (trouble !== null) return `after event ${i + 1}: ${trouble}`;
  }
  sink.isSlow = false;
  while (sink.answerOne()) await answersToArrive();
  const left = reporter.close();
  return left === 0 && sink.taken === events.length ? booksOf(reporter, sink, events.length) : `${events.length} events, of which lines that were taken tell ${sink.taken}, and close() says that ${left} are left`;
}

function booksOf<E extends Reportable>(reporter: ReporterLike<E>, sink: SlowSink<E>, reported: number): string | null {
  const { seen, told, held, pending } = reporter.totals();
  if (seen !== reported) return `${reported} reported, ${seen} seen`;
  if (seen !== told + held + pending) return `seen ${seen} is not told ${told} + held ${held} + pending ${pending}`;
  if (pending !== sink.unanswered) return `${pending} are pending, in lines that cover ${sink.unanswered}`;
  return told === sink.taken ? null : `told ${told}, by lines that were taken and cover ${sink.taken}`;
}

/** An answer goes through a few promises before it is accounted for. */
async function answersToArrive(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) await Promise.resolve();
}

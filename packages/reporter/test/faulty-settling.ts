import type { Counts, Line, Reportable } from '../src/index.js';
import { FaultyReporter, type Faulty } from './faulty-ledgers.js';

class DropsRejections<E extends Reportable> extends FaultyReporter<E> {
  protected override pass(line: Line<E>, write: (line: Line<E>) => unknown): unknown {
    const answer = write(line);
    return answer instanceof Promise ? answer.catch(() => true) : answer;
  }
}
class TakesAPromiseForAnAnswer<E extends Reportable> extends FaultyReporter<E> {
  protected override pass(line: Line<E>, write: (line: Line<E>) => unknown): unknown {
    const answer = write(line);
    if (answer instanceof Promise) answer.catch(() => undefined);
    return true;
  }
}
class TakesALateRefusalForTaken<E extends Reportable> extends FaultyReporter<E> {
  protected override pass(line: Line<E>, write: (line: Line<E>) => unknown): unknown {
    const answer = write(line);
    return answer instanceof Promise ? answer.then(() => true) : answer;
  }
}
class CountsLateAnswersTwice<E extends Reportable> extends FaultyReporter<E> {
  #late = 0;
  protected override pass(line: Line<E>, write: (line: Line<E>) => unknown): unknown {
    const answer = write(line);
    if (answer instanceof Promise) answer.then((taken) => (this.#late += taken === false ? 0 : line.covers), () => undefined);
    return answer;
  }
  override totals(): Counts & { readonly keys: number } {
    const totals = super.totals();
    return { ...totals, told: totals.told + this.#late };
  }
}

/** What is wrong with each in the time until a sink has answered. */
export const FAULTY_WHILE_UNSETTLED: readonly (readonly [string, Faulty])[] = [
  ['drops what a sink rejects later', (options) => new DropsRejections(options)],
  ['takes a promise for an answer', (options) => new TakesAPromiseForAnAnswer(options)],
  ['takes a refusal that comes later for an answer', (options) => new TakesALateRefusalForTaken(options)],
  ['counts answers that come later twice', (options) => new CountsLateAnswersTwice(options)],
];


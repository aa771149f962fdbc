import type { Line } from './line.js';
import type { Reportable } from './reportable.js';
import type { Sink } from './sink.js';

/** What became of a line: null when the sink took it, else the code of why not; and the bytes it says it wrote. */
export type Settle = (refusal: string | null, bytes: number) => void;

/** Gives lines to a sink, whatever the sink does, and says what became of each exactly once. */
export class Outlet<E extends Reportable> {
  readonly #sink: Sink<E>;
  readonly #maxPendingLines: number;
  readonly #unsettled = new Set<Promise<unknown>>();
  /** Called when an asynchronous sink has settled a line. */
  readonly #onSettled: () => void;

  constructor(sink: Sink<E>, maxPendingLines: number, onSettled: () => void) {
    this.#sink = sink;
    this.#maxPendingLines = maxPendingLines;
    this.#onSettled = onSettled;
  }

  /** Never throws; `settle` is called before it returns, unless the sink answers with a promise. */
  give(line: Line<E>, settle: Settle): void {
    if (this.#unsettled.size >= this.#maxPendingLines) {
      settle('sink/refused', 0);
      return;
    }
    try {
      const answer: unknown = this.#sink.write(line);
      if (isPromise(answer)) this.#await(answer, settle);
      else settle(refusalOf(answer), bytesOf(answer));
    } catch {
      settle('sink/threw', 0);
    }
  }

  /** Resolves when every line that was given is settled. */
  async settled(): Promise<void> {
    while (this.#unsettled.size > 0) await Promise.all(this.#unsettled);
  }

  #await(answer: PromiseLike<unknown>, settle: Settle): void {
    const settled = Promise.resolve(answer)
      .then((taken) => settle(refusalOf(taken), bytesOf(taken)), () => settle('sink/threw', 0))
      .then(() => {
        this.#unsettled.delete(settled);
        this.#onSettled();
      });
    this.#unsettled.add(settled);
  }
}

const refusalOf = (answer: unknown): string | null => (answer === false ? 'sink/refused' : null);

const bytesOf = (answer: unknown): number => (typeof answer === 'number' && answer > 0 && Number.isFinite(answer) ? answer : 0);

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';

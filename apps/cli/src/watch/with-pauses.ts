import type { Timers } from './timers.js';

/**
 * What arrives, and null once nothing has arrived for `quietMs` after something did. Ends with its source, or as soon as
 * `signal` is aborted, also while the source keeps it waiting. Costs nothing while nothing arrives.
 */
export async function* withPauses<T>(source: AsyncIterable<T>, quietMs: number, timers: Timers, signal: AbortSignal): AsyncGenerator<T | null> {
  const iterator = source[Symbol.asyncIterator]();
  const bell = new Bell<T>();
  const abort = (): void => bell.ring('aborted');
  const ask = (): void => {
    iterator.next().then(
      (result) => bell.ring({ result }),
      (error: unknown) => bell.ring({ error }),
    );
  };
  let timer: unknown = undefined;
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  try {
    ask();
    for (;;) {
      const rung = await bell.next();
      if (rung === 'aborted') return;
      if (rung === 'quiet') {
        yield null;
        continue;
      }
      if ('error' in rung) throw rung.error;
      timers.clearTimeout(timer);
      if (rung.result.done) return;
      yield rung.result.value;
      timer = timers.setTimeout(() => bell.ring('quiet'), quietMs);
      ask();
    }
  } finally {
    timers.clearTimeout(timer);
    signal.removeEventListener('abort', abort);
    // Not waited for: a source that is stuck in a read must not keep us.
    void iterator.return?.().catch(() => undefined);
  }
}

type Rung<T> = { readonly result: IteratorResult<T> } | { readonly error: unknown } | 'quiet' | 'aborted';

/** Wakes one sleeper, and remembers what was rung while nobody slept; leaves nothing behind, unlike a race of promises. */
class Bell<T> {
  private readonly rung: Rung<T>[] = [];
  private wake: (() => void) | null = null;

  ring(what: Rung<T>): void {
    this.rung.push(what);
    this.wake?.();
    this.wake = null;
  }

  async next(): Promise<Rung<T>> {
    for (;;) {
      const what = this.rung.shift();
      if (what !== undefined) return what;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }
}

import type { Io } from '../io.js';

/** Standard input up to its end, or until `signal` is aborted: who writes to it may have nothing to say for a long time. */
export async function* stdinChunks({ stdin }: Pick<Io, 'stdin'>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const stop = (): void => void stdin.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    yield* stdin as AsyncIterable<Uint8Array>;
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

import type { Io } from '../io.js';
import type { Arrival, Source } from './source.js';

/** Standard input, to its end. Nothing of it can be read again. */
export function stdinSource({ stdin }: Io): Source {
  return {
    name: 'standard input',
    file: null,
    kernel: null,
    async *arrivals(signal): AsyncGenerator<Arrival> {
      // An open pipe would keep the process; and would keep us waiting for its next byte.
      const stop = (): void => void stdin.destroy();
      signal.addEventListener('abort', stop);
      try {
        for await (const bytes of stdin as AsyncIterable<Uint8Array>) yield { bytes, place: null, begins: null, lost: 0 };
      } catch (error) {
        if (!signal.aborted) throw error;
      } finally {
        signal.removeEventListener('abort', stop);
      }
    },
  };
}

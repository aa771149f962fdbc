import { stdinChunks } from '../input/stdin-chunks.js';
import type { Io } from '../io.js';
import type { Arrival, Source } from './source.js';

/** Standard input, to its end. Nothing of it can be read again. */
export function stdinSource(io: Io): Source {
  return {
    name: 'standard input',
    file: null,
    kernel: null,
    async *arrivals(signal): AsyncGenerator<Arrival> {
      for await (const bytes of stdinChunks(io, signal)) yield { bytes, place: null, begins: null, lost: 0 };
    },
  };
}

import { listWithMethod } from '../checked-options.js';
import { nodeProcess } from '../runtime.js';
import type { Oracle } from './oracle.js';

/** An event emitter, as far as counting its listeners goes. */
export interface Listenable {
  eventNames(): (string | symbol)[];
  listenerCount(event: string | symbol): number;
}

/** Listeners of emitters that outlive a run; without arguments those of `process`. @throws {FaultError} `BAD_OPTION`. */
export function listeners(...emitters: readonly Listenable[]): Oracle {
  listWithMethod('emitters', emitters, 'eventNames');
  const process = nodeProcess() as Listenable | null;
  const watched = emitters.length > 0 || process === null ? emitters : [process];
  return {
    name: 'listeners',
    counts: () => {
      const counts: Record<string, number> = {};
      for (const emitter of watched) {
        for (const event of emitter.eventNames()) {
          const name = `listener for ${String(event)}`;
          counts[name] = (counts[name] ?? 0) + emitter.listenerCount(event);
        }
      }
      return counts;
    },
  };
}

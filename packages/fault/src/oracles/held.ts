import { asFunction } from '../checked-options.js';
import type { Counts, Oracle } from './oracle.js';

/** What the user's own allocator says is held: pages, handles, blocks. One number, or several by name. */
export function held(read: () => number | Counts, name = 'held'): Oracle {
  asFunction('held', read);
  return {
    name,
    counts: () => {
      const now = read();
      return typeof now === 'number' ? { [name]: now } : now;
    },
  };
}

import { explain, type Cause } from '@nopage/explain';
import type { FailureEvent } from '@nopage/gfp';

const MAX_KINDS = 1000;

/**
 * Why failures of a kind happen, in `explain`'s one word. An explanation costs far more than a failure that is held
 * back may: so the first of each kind is explained, and after it every one whose number is a power of two, as causes
 * change while memory fills.
 */
export class CauseMemory {
  readonly #kinds = new Map<string, { cause: Cause; seen: number }>();

  causeOf(event: FailureEvent): Cause {
    const key = `${event.site ?? ''} ${event.order ?? ''} ${event.mode?.mask ?? ''} ${event.reason ?? ''}`;
    const known = this.#kinds.get(key);
    if (known === undefined) {
      const { cause } = explain(event);
      if (this.#kinds.size < MAX_KINDS) this.#kinds.set(key, { cause, seen: 1 });
      return cause;
    }
    known.seen++;
    if ((known.seen & (known.seen - 1)) === 0) known.cause = explain(event).cause;
    return known.cause;
  }
}

import type { FailureEvent } from '@nopage/gfp';
import { withMethods } from './checked.js';
import type { Line } from './line.js';
import type { Reportable } from './reportable.js';
import type { Sink } from './sink.js';

/** What one sink of a tee did not take and has to be told later. */
interface Debt {
  covers: number;
  since: number;
  until: number;
  level: 'warning' | 'error';
  reasons: Map<string, number>;
}

/** Reasons that a debt tells apart; it stays small however long a sink is gone. */
const MAX_REASONS = 16;

/** A tee, and what it still owes. */
export interface Tee<E extends Reportable> extends Sink<E> {
  /** Tells each sink what it missed; returns the events that are still owed. Call it after the reporter's `close()`. */
  settle(): number;
}

/**
 * One reporter, several sinks. A line counts as taken when one of them takes it; each other one is owed its events, and
 * is told of them under the key `(missed)` before the next line that it takes. When none takes it, the reporter holds
 * it. Sinks of a tee answer at once: a promise counts as taken.
 */
export function tee<E extends Reportable = FailureEvent>(...sinks: readonly Sink<E>[]): Tee<E> {
  for (const [i, sink] of sinks.entries()) withMethods(`sink ${i + 1}`, sink, ['write']);
  const debts = new Map<Sink<E>, Debt>();
  let latest = 0;

  const offer = (sink: Sink<E>, line: Line<E>): string | number => {
    try {
      const answer = sink.write(line);
      return answer === false ? 'sink/refused' : typeof answer === 'number' ? answer : 0;
    } catch {
      return 'sink/threw';
    }
  };

  const pay = (sink: Sink<E>, debt: Debt): boolean => {
    const { covers, since, until, level } = debt;
    const taken = offer(sink, {
      kind: 'disclosure', occasion: 'trouble', level, at: latest, key: '(missed)', covers, own: 0, since, until,
      reasons: Object.fromEntries(debt.reasons), vote: null, event: null, stack: null, text: null,
    });
    if (typeof taken === 'number') debts.delete(sink);
    return typeof taken === 'number';
  };

  return {
    write(line) {
      latest = line.at;
      const refusals = new Map<Sink<E>, string>();
      let bytes = 0;
      for (const sink of sinks) {
        const debt = debts.get(sink);
        const answer = debt !== undefined && !pay(sink, debt) ? 'sink/refused' : offer(sink, line);
        if (typeof answer === 'string') refusals.set(sink, answer);
        else bytes += answer;
      }
      if (refusals.size === sinks.length) return false;
      for (const [sink, code] of refusals) debts.set(sink, owe(debts.get(sink), line, code));
      return bytes;
    },
    settle() {
      let owed = 0;
      for (const [sink, debt] of debts) if (!pay(sink, debt)) owed += debt.covers;
      return owed;
    },
  };
}

function owe<E extends Reportable>(debt: Debt | undefined, line: Line<E>, code: string): Debt {
  const reasons = debt?.reasons ?? new Map<string, number>();
  const add = (reason: string, n: number): void => {
    const known = reasons.has(reason) || reasons.size < MAX_REASONS ? reason : '(other)';
    reasons.set(known, (reasons.get(known) ?? 0) + n);
  };
  for (const [reason, n] of Object.entries(line.reasons)) add(reason, n);
  if (line.own > 0) add(code, line.own);
  return {
    covers: (debt?.covers ?? 0) + line.covers,
    since: Math.min(debt?.since ?? Infinity, line.since),
    until: Math.max(debt?.until ?? -Infinity, line.until),
    level: debt?.level === 'error' ? 'error' : line.level,
    reasons,
  };
}

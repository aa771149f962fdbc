import type { Reportable } from '../reportable.js';
import type { Trial } from './law.js';
import { MAX_SILENCE_MS, type Rig } from './rig.js';
import { eventsOf, type Script } from './script.js';

/** Runs a whole script, asking after each step; the first answer that is not null ends it. */
export function play<E extends Reportable>(rig: Rig<E>, trial: Trial<E>, script: Script, ask: (i: number) => string | null): string | null {
  const events = eventsOf(script, trial.makeEvent);
  for (const [i, event] of events.entries()) {
    rig.step(event, script.steps[i] ?? { dt: 0 });
    const trouble = ask(i);
    if (trouble !== null) return `after event ${i + 1}: ${trouble}`;
  }
  return null;
}

/** The books against the lines. */
export function booksOf<E extends Reportable>(rig: Rig<E>): string | null {
  const { reported } = rig;
  const { seen, told, held, pending } = rig.reporter.totals();
  if (seen !== reported) return `${reported} reported, ${seen} seen`;
  // The sinks of the laws answer at once.
  if (seen !== told + held || pending !== 0) return `seen ${seen} is not told ${told} + held ${held}, and ${pending} are pending`;
  if (rig.covered() !== told) return `told ${told}, by lines that cover ${rig.covered()}`;
  return rig.reporter.check?.()[0] ?? null;
}

export function closeAndCount<E extends Reportable>(rig: Rig<E>): string | null {
  const left = rig.reporter.close();
  const { held } = rig.reporter.totals();
  if (held !== 0) return `${held} still held after close()`;
  if (left !== 0) return `close() says that ${left} are left, and none is held`;
  if (rig.time.waiting > 0) return `${rig.time.waiting} timers are still set after close()`;
  const told = rig.lines.length;
  rig.time.advance(2 * MAX_SILENCE_MS);
  rig.reporter.close();
  if (rig.lines.length !== told) return `${rig.lines.length - told} lines after the last of close()`;
  return booksOf(rig);
}

/** Events of one key, in their order; what lines have covered is taken out in front. */
export function listAt(lists: Map<string, number[]>, key: string): number[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}

/** The first place where two values that should be the same are not, in words. */
export function differingBooks(path: string, before: unknown, after: unknown): string | null {
  if (typeof before !== 'object' || before === null || typeof after !== 'object' || after === null) {
    return Object.is(before, after) ? null : `${path} had ${JSON.stringify(before)}, and has ${JSON.stringify(after)}`;
  }
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const found = differingBooks(`${path}.${name}`, (before as Readonly<Record<string, unknown>>)[name], (after as Readonly<Record<string, unknown>>)[name]);
    if (found !== null) return found;
  }
  return null;
}

import type { Reportable } from '../reportable.js';
import type { Script } from './script.js';

/** So many events are told one by one. */
const MAX_EVENTS = 12;

/** What a counterexample did and what came of it, for people: the promise, the events, and how it was broken. */
export function storyOf(law: string, title: string, events: readonly Reportable[], { steps }: Script, message: string): string {
  const rows = events.map(({ at, site }, i) => {
    const { count = 1, pressure } = steps[i] ?? {};
    return `  event ${i + 1} at ${String(at)} ms, ${site === null ? 'no site' : JSON.stringify(site)}${count > 1 ? `, ${count} times` : ''}${pressure === undefined ? '' : `, under ${pressure} pressure`}`;
  });
  const left = rows.length - MAX_EVENTS;
  const shown = left > 0 ? [...rows.slice(0, MAX_EVENTS - 1), `  and ${left + 1} more`] : rows;
  return [`${law}: ${title}`, ...shown, `  ${message}`].join('\n');
}

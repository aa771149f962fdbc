import { signal } from '@preact/signals';
import type { Controls, Reading, View } from '../protocol.js';

/** A sample for the chart, one a view. */
export interface Sample {
  readonly atMs: number;
  readonly freePages: number;
  readonly refused: number;
}

const HISTORY = 600;
/** Who asked the system for less motion sees the numbers change once a second. */
const CALM_MS = 1000;

/** The machine as last heard; null before the first view. */
export const view = signal<View | null>(null);
export const connected = signal(false);
/** Oldest first, at most {@link HISTORY}. */
export const history = signal<readonly Sample[]>([]);

/** Follows the machine until the page goes; the browser reconnects by itself. */
export function follow(): void {
  const events = new EventSource('api/events');
  const calm = matchMedia('(prefers-reduced-motion: reduce)');
  let shownAt = -Infinity;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const show = (next: View): void => {
    shownAt = performance.now();
    const last = history.value.at(-1);
    // Time went back: somebody started the machine again.
    const kept = next.atMs < (last?.atMs ?? 0) ? [] : history.value;
    if (next.atMs !== last?.atMs) {
      const freePages = next.zones.reduce((sum, zone) => sum + zone.freePages, 0);
      history.value = [...kept.slice(1 - HISTORY), { atMs: next.atMs, freePages, refused: next.counts.refused }];
    }
    view.value = next;
  };
  events.addEventListener('open', () => (connected.value = true));
  events.addEventListener('error', () => (connected.value = false));
  events.addEventListener('view', (event: MessageEvent<string>) => {
    const next = JSON.parse(event.data) as View;
    const early = calm.matches ? shownAt + CALM_MS - performance.now() : 0;
    clearTimeout(waiting);
    // It may be the last for long: a machine that is paused says nothing more.
    if (early > 0) waiting = setTimeout(() => show(next), early);
    else show(next);
  });
}

/** Changes some controls of the shared machine; the change comes back with the next view. */
export async function control(change: Partial<Controls>): Promise<void> {
  const current = view.value;
  if (current) view.value = { ...current, controls: { ...current.controls, ...change } };
  await fetch('api/controls', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(change) });
}

/** Starts the machine again from its first step. */
export async function restart(): Promise<void> {
  await fetch('api/restart', { method: 'POST' });
}

/** Asks for the verdict on a log; rejects with a sentence when the server can't read it. */
export async function explainLog(log: string): Promise<Reading> {
  const response = await fetch('api/explain', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: log });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as Reading;
}

/** The text of a real report, recorded from a 6.12 kernel. */
export async function sampleReport(): Promise<string> {
  return (await fetch('api/sample')).text();
}

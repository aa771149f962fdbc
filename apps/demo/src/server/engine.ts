import type { Controls, Reading, View } from '../protocol.js';

/** What the server serves: the one machine that every tab sees. */
export interface Engine {
  view(): View;
  /** Resolves when there is a view newer than `tick`, or when `signal` is aborted. */
  newerThan(tick: number, signal: AbortSignal): Promise<void>;
  control(change: Partial<Controls>): void;
  restart(): void;
  explain(log: string): Reading;
  /** The metrics of the same machine, in the Prometheus text format. */
  metrics(): Promise<{ readonly contentType: string; readonly text: string }>;
  close(): void;
}

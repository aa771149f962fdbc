import type { NthPoint } from '../sweep/nth-point.js';
import type { RecordLine } from './record.js';

/**
 * Tells each request of a process as it comes, up to the one that fails: a process that is killed, or a worker that is
 * terminated, has no exit to tell them at.
 */
export class TrailTeller {
  readonly #point: NthPoint;
  readonly #write: (line: RecordLine) => void;
  readonly #sites = new Map<string, number>();
  #told = 0;

  constructor(point: NthPoint, write: (line: RecordLine) => void) {
    this.#point = point;
    this.#write = write;
  }

  /** Tells the last request, if it is not told yet. */
  tell(): void {
    const { trail, files } = this.#point;
    const site = trail.at(-1) ?? '';
    // Past the failure the sites are not taken.
    if (trail.length === this.#told || site === '') return;
    this.#told = trail.length;
    const known = this.#sites.get(site);
    if (known === undefined) this.#sites.set(site, this.#sites.size);
    this.#write({ event: 'asked', at: known ?? this.#sites.size - 1, ...(known === undefined && { site: [site, files.get(site) ?? ''] as const }) });
  }
}

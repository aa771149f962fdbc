import type { Sightings } from '@nopage/explain';
import type { Line, Sink } from '@nopage/reporter';
import { explainedLine, type ExplainedLine } from './line-text.js';

/** A line that was told. */
export interface ToldLine extends ExplainedLine {
  /** 1 for the first line of the machine. */
  readonly id: number;
  /** Virtual time. */
  readonly atMs: number;
  readonly site: string;
}

interface Kept {
  readonly id: number;
  readonly line: Line;
  readonly sightings: Sightings | undefined;
  told: ToldLine | null;
}

/** The latest lines, and how many each site has had. Words are found only for lines that somebody looks at. */
export class ToldLines implements Sink {
  readonly #max: number;
  readonly #inner: Sink | null;
  readonly #sightingsOf: (site: string) => Sightings | undefined;
  readonly #bySite = new Map<string, number>();
  readonly #kept: Kept[] = [];
  #count = 0;

  constructor(max: number, inner: Sink | null, sightingsOf: (site: string) => Sightings | undefined) {
    this.#max = max;
    this.#inner = inner;
    this.#sightingsOf = sightingsOf;
  }

  /** What the inner sink does not take is not told, and not kept here. */
  write(line: Line): unknown {
    const outcome = this.#inner?.write(line);
    if (outcome === false) return false;
    const site = line.event?.site ?? line.key;
    this.#count++;
    if (line.event !== null) this.#bySite.set(site, (this.#bySite.get(site) ?? 0) + 1);
    this.#kept.push({ id: this.#count, line, sightings: line.event === null ? undefined : this.#sightingsOf(site), told: null });
    if (this.#kept.length > this.#max) this.#kept.splice(0, this.#kept.length - this.#max);
    return outcome;
  }

  /** Lines that told of a failure at this site. */
  linesOf(site: string): number {
    return this.#bySite.get(site) ?? 0;
  }

  /** The latest lines, oldest first. */
  latest(): ToldLine[] {
    return this.#kept.map((kept) => (kept.told ??= { id: kept.id, atMs: kept.line.at, site: kept.line.event?.site ?? kept.line.key, ...explainedLine(kept.line, kept.sightings) }));
  }
}

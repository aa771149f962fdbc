import type { FailureEvent } from '@nopage/gfp';
import { asFunction, asObject, savedCount, wholeFrom } from './checked.js';
import { labelText, OTHER, UNKNOWN } from './label-text.js';
import type { Exemplar, FailureSeries, FailureSource } from './sources.js';

export interface FailureCounterOptions {
  /** Call sites that get a series of their own; later ones are counted under `(other)`. @defaultValue 100 */
  readonly maxSites?: number;
  /** Series of named sites in all; beyond, a site's further orders and causes go to `(other)`. @defaultValue 1000 */
  readonly maxSeries?: number;
  /** Why a request was refused, in a word. @defaultValue the event's own `reason` */
  readonly causeOf?: (event: FailureEvent) => string;
  /** Milliseconds since 1970; with it the latest event of each series is kept as its exemplar. */
  readonly now?: () => number;
  /** Counts to go on from, as `state()` gave them: they only ever rise, also over a restart. */
  readonly from?: FailureCounterState;
}

/** A counter's contents as plain data. */
export interface FailureCounterState {
  readonly series: readonly { readonly site: string; readonly order: string; readonly cause: string; readonly count: number }[];
  readonly withheld: Readonly<Record<string, number>>;
}

interface Cell {
  readonly site: string;
  readonly order: string;
  readonly cause: string;
  count: number;
  exemplar: Exemplar | null;
}

const MAX_CAUSES = 24;
const MAX_ORDER = 20;

/**
 * Counts failures by site, order and cause, with memory bounded whatever arrives. One event is one failure, so that
 * failures and a ledger's warnings add up; what a log says was swallowed before us (`N callbacks suppressed`,
 * `message repeated N times`) is counted apart, in {@link withheld}.
 */
export class FailureCounter implements FailureSource {
  readonly #maxSites: number;
  readonly #maxSeries: number;
  readonly #causeOf: (event: FailureEvent) => string;
  readonly #now: (() => number) | null;
  readonly #sites = new Map<string, Map<string, Cell>>();
  readonly #causes = new Set<string>();
  #named = 0;
  #total = 0;
  #byProducer = 0;
  #bySyslog = 0;

  /** @throws {MetricsError} `BAD_OPTION`; `BAD_STATE` for counts to go on from that are none. */
  constructor(options: FailureCounterOptions = {}) {
    const { maxSites = 100, maxSeries = 1000, causeOf = (event: FailureEvent): string => event.reason ?? UNKNOWN, now, from } = asObject('options', options);
    this.#maxSites = wholeFrom('maxSites', maxSites, 0);
    this.#maxSeries = wholeFrom('maxSeries', maxSeries, 0);
    this.#causeOf = asFunction('causeOf', causeOf);
    this.#now = now === undefined ? null : asFunction('now', now);
    if (from !== undefined) this.#goOn(asObject('from', from));
  }

  /** Failures recorded, over all series. */
  get total(): number {
    return this.#total;
  }

  /** `producer`: held back by the kernel's limiter; `syslog`: folded into one line by what wrote the log. */
  get withheld(): { readonly producer: number; readonly syslog: number } {
    return { producer: this.#byProducer, syslog: this.#bySyslog };
  }

  /**
   * Counts one failure. A `causeOf` that throws counts as `(unknown)`, a `now` that does leaves no exemplar.
   *
   * @throws {MetricsError} `BAD_OPTION` for what is no event; nothing is counted then.
   */
  record(event: FailureEvent): void {
    asObject('event', event);
    this.#byProducer += countOf(event.suppressed);
    this.#bySyslog += Math.max(0, countOf(event.repeats) - 1);
    // A line that only tells what was suppressed is no failure of its own.
    if (event.kind === 'suppressed') return;
    const cell = this.#cell(labelText(event.site), orderLabel(event.order), labelText(this.#cause(event), 40));
    cell.count++;
    this.#total++;
    const now = this.#read();
    if (now !== null) cell.exemplar = exemplarOf(event, now);
  }

  *series(): IterableIterator<FailureSeries> {
    for (const cells of this.#sites.values()) yield* cells.values();
  }

  /** The counts as plain data, for `from` after a restart. */
  state(): FailureCounterState {
    return { series: [...this.series()].map(({ site, order, cause, count }) => ({ site, order, cause, count })), withheld: this.withheld };
  }

  #goOn({ series, withheld }: FailureCounterState): void {
    for (const [i, { site, order, cause, count }] of [...series].entries()) {
      savedCount(`from.series[${i}].count`, count);
      this.#cell(labelText(site), orderLabel(Number(order)), labelText(cause, 40)).count += count;
      this.#total += count;
    }
    this.#byProducer = savedCount('from.withheld.producer', withheld['producer'] ?? 0);
    this.#bySyslog = savedCount('from.withheld.syslog', withheld['syslog'] ?? 0);
  }

  #read(): number | null {
    try {
      return this.#now?.() ?? null;
    } catch {
      return null;
    }
  }

  #cause(event: FailureEvent): string {
    try {
      return this.#causeOf(event);
    } catch {
      return UNKNOWN;
    }
  }

  #cell(site: string, order: string, text: string): Cell {
    const cause = this.#causes.has(text) || this.#causes.size < MAX_CAUSES ? text : OTHER;
    this.#causes.add(cause);
    const key = `${order} ${cause}`;
    const known = this.#sites.get(site);
    const cell = known?.get(key);
    if (cell !== undefined) return cell;
    const fits = site === OTHER || (this.#named < this.#maxSeries && (known !== undefined || this.#sites.size < this.#maxSites));
    if (!fits) return this.#cell(OTHER, order, cause);
    const fresh: Cell = { site, order, cause, count: 0, exemplar: null };
    if (known === undefined) this.#sites.set(site, new Map([[key, fresh]]));
    else known.set(key, fresh);
    if (site !== OTHER) this.#named++;
    return fresh;
  }
}

const countOf = (value: unknown): number => (typeof value === 'number' && value > 0 ? value : 0);

const orderLabel = (order: number | null): string =>
  order === null || Number.isNaN(order) ? UNKNOWN : Number.isInteger(order) && order >= 0 && order <= MAX_ORDER ? String(order) : OTHER;

/** OpenMetrics allows 128 characters in all, names and values together. */
function exemplarOf(event: FailureEvent, nowMs: number): Exemplar {
  return { labels: { site: labelText(event.site, 64), comm: labelText(event.comm, 16), pid: String(event.pid ?? UNKNOWN).slice(0, 12) }, value: 1, timestamp: nowMs / 1000 };
}

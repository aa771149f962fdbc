import type { Counts, Policy, Pressure } from '../policy.js';
import type { Line } from '../line.js';
import type { Reportable } from '../reportable.js';
import type { ReporterOptions } from '../reporter-options.js';
import type { SavedReporter } from '../saved.js';
import type { Vote } from '../vote.js';
import type { Warnings } from '../warnings.js';
import { mix } from './random.js';
import type { Step } from './script.js';
import { VirtualTime } from './virtual-time.js';

/** What the laws ask of a reporter; `Reporter` is one, and so is each faulty one that the laws are tried on. */
export interface ReporterLike<E extends Reportable> {
  report(event: E): Vote;
  use(next: Policy<E> | Warnings<E>): void;
  close(at?: number): number;
  totals(): Counts & { readonly keys: number };
  save(): SavedReporter;
  /** What follows is looked at when it is there. */
  pressure?: Pressure;
  check?(): string[];
  counts?(): readonly { readonly key: string; readonly counts: Counts; readonly reasons: Readonly<Record<string, number>> }[];
  [Symbol.dispose]?(): void;
}

export type ReporterMaker<E extends Reportable> = (options: ReporterOptions<E>) => ReporterLike<E>;

/** The silence that laws are tried with. Milliseconds. */
export const MAX_SILENCE_MS = 60_000;

/** A reporter with a clock of its own and a sink that writes everything down. */
export class Rig<E extends Reportable> {
  readonly time: VirtualTime = new VirtualTime();
  /** Lines that the sink took, but for notices. */
  readonly lines: Line<E>[] = [];
  /** Lines that it refused by `false`. */
  readonly refused: Line<E>[] = [];
  readonly votes: Vote[] = [];
  /** Whether the sink takes the next line; a throw refuses in its own way. */
  accepts: () => boolean = () => true;
  reporter: ReporterLike<E>;
  /** What was reported so far, each event by what it stands for. */
  reported = 0;
  #count = 1;
  #covered = 0;
  #summed = 0;
  readonly #options: ReporterOptions<E>;
  readonly #make: ReporterMaker<E>;

  constructor(policy: Policy<E>, make: ReporterMaker<E>, more: (time: VirtualTime) => Partial<ReporterOptions<E>> = () => ({})) {
    this.#make = make;
    this.#options = {
      policy,
      maxSilence: MAX_SILENCE_MS,
      maxKeys: 64,
      countOf: () => this.#count,
      scheduler: this.time,
      sink: {
        write: (line) => {
          if (!this.accepts()) {
            this.refused.push(line);
            return false;
          }
          if (line.kind !== 'notice') this.lines.push(line);
          return 40;
        },
      },
      ...more(this.time),
    };
    this.reporter = make(this.#options);
  }

  /** Lets time pass, as far as the event is later than the one before, and reports it. */
  step(event: E, { dt, count = 1, pressure = 'none' }: Omit<Step, 'seed'>): void {
    this.time.advance(Math.max(0, dt));
    if ('pressure' in this.reporter) this.reporter.pressure = pressure;
    this.votes.push(this.report(event, count));
  }

  /** Reports an event that stands for `count`. */
  report(event: E, count: number): Vote {
    this.reported += count;
    const outer = this.#count;
    this.#count = count;
    const vote = this.reporter.report(event);
    this.#count = outer;
    return vote;
  }

  /** Puts a new reporter in place of the old one, from what the old one saved, by way of JSON. */
  restart(): void {
    this.time.clear();
    const resume = JSON.parse(JSON.stringify(this.reporter.save())) as SavedReporter;
    this.reporter = this.#make({ ...this.#options, resume });
  }

  /** Has the sink refuse now and then; the same seed, the same lines. */
  refuseSome(seed: number): void {
    let asked = 0;
    this.accepts = () => mix(seed ^ mix(++asked)) % 3 > 0;
  }

  /** Events that the lines so far account for. */
  covered(): number {
    for (; this.#summed < this.lines.length; this.#summed++) this.#covered += this.lines[this.#summed]?.covers ?? 0;
    return this.#covered;
  }
}

import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FailureCounterState, VoteSeries } from '@nopage/metrics';
import type { SavedReporter } from '@nopage/reporter';
import * as v from 'valibot';
import { CliError } from '../cli-error.js';
import { reasonOf } from '../input/attempt.js';
import type { Place } from './source.js';
import { takeLock } from './state-lock.js';

/** A watch at rest: its books, its counters and where it stood, of one moment. */
export interface SavedWatch {
  readonly v: 1;
  /** The source's name: a place is one in that source only. */
  readonly source: string;
  readonly place: Place | null;
  /** Lines behind the place whose events were taken. */
  readonly takenLines: number;
  /** When the last event was taken, on the log's clock, in milliseconds. */
  readonly takenUpTo?: number | null;
  readonly reporter: SavedReporter;
  readonly failures: FailureCounterState;
  readonly votes: readonly VoteSeries[];
  readonly log: { readonly bytes: number; readonly lost: number; readonly skipped: Readonly<Record<string, number>> };
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const schema = v.object({
  v: v.literal(1),
  source: v.string(),
  place: v.nullable(v.record(v.string(), v.union([v.string(), v.number()]))),
  takenLines: count,
  takenUpTo: v.optional(v.nullable(v.number())),
  // The reporter checks its own.
  reporter: v.looseObject({ v: v.literal(1), accounts: v.array(v.looseObject({ key: v.string() })) }),
  failures: v.object({ series: v.array(v.object({ site: v.string(), order: v.string(), cause: v.string(), count })), withheld: v.record(v.string(), count) }),
  votes: v.array(v.object({ verdict: v.string(), reason: v.string(), count })),
  log: v.object({ bytes: count, lost: count, skipped: v.record(v.string(), count) }),
});

/**
 * The file in a state directory that carries a watch over a restart; replaced as a whole, so that it is never half
 * written. The directory is one watch's until `close()`.
 */
export class StateFile {
  private readonly path: string;
  /** Lets another watch have the directory. */
  readonly close: () => void;

  /** @throws {CliError} When the directory can't be made or written to, or is another watch's. */
  constructor(directory: string) {
    this.path = join(directory, 'watch.json');
    try {
      mkdirSync(directory, { recursive: true, mode: 0o750 });
      this.close = takeLock(join(directory, 'watch.lock'));
    } catch (error) {
      throw new CliError(`--state ${directory}: ${error instanceof CliError ? error.message : `can't be written to: ${reasonOf(error)}`}`);
    }
  }

  /** What was saved; null when nothing was. `afresh` is told what is wrong with a file that can't be used; it is kept aside. */
  read(afresh: (why: string) => void): SavedWatch | null {
    let text: string;
    try {
      text = readFileSync(this.path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') afresh(`${this.path}: ${(error as Error).message}`);
      return null;
    }
    try {
      return v.parse(schema, JSON.parse(text)) as unknown as SavedWatch;
    } catch (error) {
      this.setAside();
      afresh(`${this.path}: ${(error as Error).message}`);
      return null;
    }
  }

  /** Keeps a file that is no good for whoever wants to know why. */
  setAside(): void {
    renameSync(this.path, `${this.path}.bad`);
  }

  /** @throws What the file system throws; the state saved before is then still there. */
  write(state: SavedWatch): void {
    writeFileSync(`${this.path}.new`, JSON.stringify(state), { mode: 0o640, flush: true });
    renameSync(`${this.path}.new`, this.path);
    // A name is on disk when its directory is.
    const directory = openSync(dirname(this.path), 'r');
    try {
      fsyncSync(directory);
    } finally {
      closeSync(directory);
    }
  }
}

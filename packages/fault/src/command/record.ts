import { closeSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { SweptRequest } from '../sweep/report.js';

/** What one process (or worker thread) tells of itself, a JSON line each. */
export type RecordLine =
  | { readonly event: 'start'; readonly name: string; readonly pid: number; readonly thread: number; readonly argv: readonly string[] }
  | { readonly event: 'failed'; readonly n: number; readonly site: string; readonly request: SweptRequest; readonly stack: readonly string[] }
  | { readonly event: 'uncaught'; readonly error: string; readonly tells: boolean }
  /** A request: where its site is in the list of all told so far. One that is not yet in it is added. */
  | { readonly event: 'asked'; readonly at: number; readonly site?: SiteFile }
  | { readonly event: 'end'; readonly code: number };

/** A site, and the file that it lies in. */
type SiteFile = readonly [site: string, file: string];

/** The record of one process, in the order in which processes started. */
export interface ProcessRecord {
  readonly ordinal: number;
  readonly start: Extract<RecordLine, { event: 'start' }> | null;
  readonly failed: Extract<RecordLine, { event: 'failed' }> | null;
  readonly uncaught: Extract<RecordLine, { event: 'uncaught' }> | null;
  /** The site of each request, in order, up to the one that failed. */
  readonly trail: readonly string[];
  readonly sites: readonly SiteFile[];
  /** Null when it was killed, or is a worker that was terminated. */
  readonly end: Extract<RecordLine, { event: 'end' }> | null;
}

/** Where a process writes its record. */
export interface Place {
  /** In the order of starts, from 0. */
  readonly ordinal: number;
  /** Its name, and which of that name it is: `@name.0`. */
  readonly name: string;
  readonly write: (line: RecordLine) => void;
}

/** Takes the next free place in the folder, and the next of those that are called `name`. */
export function claimPlace(folder: string, name: string): Place {
  const ordinal = firstFree((n) => join(folder, `${n}.jsonl`));
  const same = firstFree((n) => join(folder, `${name}.${n}`));
  // Opened for each line: a descriptor that stays open would show in the program's own.
  const write = (line: RecordLine): void => {
    const file = openSync(join(folder, `${ordinal}.jsonl`), 'a');
    writeSync(file, `${JSON.stringify(line)}\n`);
    closeSync(file);
  };
  return { ordinal, name: `@${name}.${same}`, write };
}

/** The first number whose file was not there yet: whoever creates it has it. */
function firstFree(fileOf: (n: number) => string): number {
  for (let n = 0; ; n++) {
    try {
      closeSync(openSync(fileOf(n), 'wx'));
      return n;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || n >= 100_000) throw error;
    }
  }
}

/** Reads what the processes of a run have told; a line that was cut short is left out. */
export function readRecords(folder: string): ProcessRecord[] {
  const ordinals = readdirSync(folder).flatMap((name) => (/^\d+\.jsonl$/.test(name) ? [parseInt(name, 10)] : []));
  return ordinals.sort((a, b) => a - b).map((ordinal) => {
    const lines = readFileSync(join(folder, `${ordinal}.jsonl`), 'utf8').split('\n').flatMap(parsed);
    const find = <E extends RecordLine['event']>(event: E): Extract<RecordLine, { event: E }> | null =>
      lines.find((line): line is Extract<RecordLine, { event: E }> => line.event === event) ?? null;
    const asked = lines.filter((line) => line.event === 'asked');
    const sites = asked.flatMap(({ site }) => (site ? [site] : []));
    const trail = asked.map(({ at }) => sites[at]?.[0] ?? '(unknown)');
    return { ordinal, start: find('start'), failed: find('failed'), uncaught: find('uncaught'), end: find('end'), trail, sites };
  });
}

function parsed(line: string): RecordLine[] {
  try {
    return line === '' ? [] : [JSON.parse(line) as RecordLine];
  } catch {
    return [];
  }
}

import { closeSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { SweptRequest } from '../sweep/report.js';

/** What one process (or worker thread) tells of itself, a JSON line each. */
export type RecordLine =
  | { readonly event: 'start'; readonly pid: number; readonly thread: number; readonly argv: readonly string[] }
  | { readonly event: 'failed'; readonly n: number; readonly site: string; readonly request: SweptRequest; readonly stack: readonly string[] }
  | { readonly event: 'uncaught'; readonly error: string; readonly tells: boolean }
  | { readonly event: 'end'; readonly code: number; readonly requests: number; readonly sites: readonly (readonly [site: string, file: string])[]; readonly trail: readonly number[] };

/** The record of one process, in the order in which processes started. */
export interface ProcessRecord {
  readonly ordinal: number;
  readonly start: Extract<RecordLine, { event: 'start' }> | null;
  readonly failed: Extract<RecordLine, { event: 'failed' }> | null;
  readonly uncaught: Extract<RecordLine, { event: 'uncaught' }> | null;
  /** Null when it was killed. */
  readonly end: Extract<RecordLine, { event: 'end' }> | null;
}

/** Takes the next free place in the folder; whoever creates the file first has it. */
export function claimPlace(folder: string): { readonly ordinal: number; readonly write: (line: RecordLine) => void } {
  for (let ordinal = 0; ; ordinal++) {
    let file: number;
    try {
      file = openSync(join(folder, `${ordinal}.jsonl`), 'wx');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST' && ordinal < 100_000) continue;
      throw error;
    }
    // Opened for each line: a descriptor that stays open would show in the program's own.
    closeSync(file);
    const write = (line: RecordLine): void => {
      const again = openSync(join(folder, `${ordinal}.jsonl`), 'a');
      writeSync(again, `${JSON.stringify(line)}\n`);
      closeSync(again);
    };
    return { ordinal, write };
  }
}

/** Reads what the processes of a run have told; a line that was cut short is left out. */
export function readRecords(folder: string): ProcessRecord[] {
  const ordinals = readdirSync(folder).flatMap((name) => (/^\d+\.jsonl$/.test(name) ? [parseInt(name, 10)] : []));
  return ordinals.sort((a, b) => a - b).map((ordinal) => {
    const lines = readFileSync(join(folder, `${ordinal}.jsonl`), 'utf8').split('\n').flatMap(parsed);
    const find = <E extends RecordLine['event']>(event: E): Extract<RecordLine, { event: E }> | null =>
      lines.find((line): line is Extract<RecordLine, { event: E }> => line.event === event) ?? null;
    return { ordinal, start: find('start'), failed: find('failed'), uncaught: find('uncaught'), end: find('end') };
  });
}

function parsed(line: string): RecordLine[] {
  try {
    return line === '' ? [] : [JSON.parse(line) as RecordLine];
  } catch {
    return [];
  }
}

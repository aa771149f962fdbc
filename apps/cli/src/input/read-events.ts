import type { FailureEvent } from '@nopage/gfp';
import { say, type Io } from '../io.js';
import { eventsOf } from './events.js';
import { inputsOf } from './inputs.js';
import { SkippedLines } from './skipped-lines.js';

/**
 * Every event of the files, in memory: a policy may be tried on them more than once. What can't be used is told.
 *
 * @throws {CliError} When a file can't be read.
 */
export async function readEvents(io: Io, files: readonly string[]): Promise<FailureEvent[]> {
  const events: FailureEvent[] = [];
  const skipped = new SkippedLines(io);
  for (const { file, chunks } of inputsOf(io, files)) {
    for await (const event of eventsOf(chunks, (line, reason) => skipped.add(file, line, reason))) events.push(event);
  }
  skipped.sumUp();
  if (events.length === 0) say(io, 'nopage: no event in what was read');
  return events;
}

import { setImmediate as nextTurn } from 'node:timers/promises';
import { explain, SEVERITIES, Summary, type Explanation, type Severity } from '@nopage/explain';
import type { FailureEvent } from '@nopage/gfp';
import { kernelText, LogParser } from '@nopage/klog';
import { CliError, usageError } from '../cli-error.js';
import type { Context } from '../command.js';
import { ExitCode } from '../exit-code.js';
import { followed } from '../input/follow.js';
import { inputsOf, type Input } from '../input/inputs.js';
import { eraFor } from '../input/kernel-option.js';
import type { PlainFile } from '../input/plain-file.js';
import { SkippedLines } from '../input/skipped-lines.js';
import { print, say } from '../io.js';
import { explainedJson } from '../output/explained-json.js';
import { explainedText, repeatedText } from '../output/explained-text.js';
import { Sightings } from '../output/sightings.js';
import { summaryJson, summaryText } from '../output/summary-text.js';
import { Progress } from '../terminal/progress.js';

const MIB = 1 << 20;
/** How much is read between two looks at the world: often enough for Ctrl-C and for the progress line. */
const TURN_BYTES = 16 * MIB;
const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);

/** Kinds of report whose first one is remembered; later kinds are explained in full each time. */
const MOST_KINDS = 4096;

export interface ExplainLogsOptions {
  readonly format: 'text' | 'kernel' | 'json';
  readonly kernel: string | null;
  readonly failOn: 'watch' | 'act' | null;
  readonly follow: boolean;
  readonly summary: boolean;
  /** Year of dates that are printed without one; null leaves such reports without a time. */
  readonly year: number | null;
}

/** Reads logs, prints each report's explanation as soon as it is read, and sums up. */
export async function explainLogs(context: Context, files: readonly string[], options: ExplainLogsOptions): Promise<ExitCode> {
  const { io } = context;
  if (options.kernel !== null) eraFor(options.kernel);
  const run = new ExplainRun(context, options);
  let failed = false;
  for (const input of options.follow ? followedInputs(context, files) : inputsOf(io, files)) {
    try {
      await run.read(input);
    } catch (error) {
      if (!(error instanceof CliError) || error.exitCode === ExitCode.USAGE) throw error;
      say(io, `nopage: ${error.message}`);
      failed = true;
    }
    if (io.interrupted.aborted) break;
  }
  await run.end();
  if (io.interrupted.aborted) return ExitCode.INTERRUPTED;
  if (failed) return ExitCode.FAILED;
  return options.failOn !== null && run.worst >= rank(options.failOn) ? ExitCode.FINDING : ExitCode.DONE;
}

function* followedInputs({ io }: Context, files: readonly string[]): Generator<Input> {
  const [file, ...others] = files;
  if (others.length > 0) throw usageError('--follow takes one FILE');
  if (file === undefined || file === '-') yield* inputsOf(io, files);
  else yield { file, bytes: null, chunks: followed(io, file) };
}

/** One run over all inputs: prints as it reads, counts for the end. */
class ExplainRun {
  /** Rank of the worst severity so far; -1 before the first report. */
  worst = -1;
  private reports = 0;
  /** Inputs that could be read as far as they go. */
  private inputsRead = 0;
  private readonly context: Context;
  private readonly options: ExplainLogsOptions;
  private readonly skipped: SkippedLines;
  private readonly sightings = new Sightings();
  private readonly summary = new Summary();
  private readonly explained = new Map<string, number>();

  constructor(context: Context, options: ExplainLogsOptions) {
    this.context = context;
    this.options = options;
    this.skipped = new SkippedLines(context.io);
  }

  async read(input: Input): Promise<void> {
    const { io } = this.context;
    const name = input.file ?? 'standard input';
    const progress = new Progress(io, `reading ${name}`);
    const parser = new LogParser({ file: input.file ?? undefined, kernel: this.options.kernel ?? undefined, year: this.options.year ?? undefined });
    const plain = input.plain?.() ?? null;
    let done = 0;
    const show = (bytes: number): void => {
      done += bytes;
      progress.report(done / MIB, input.bytes === null ? null : input.bytes / MIB, ' MiB');
    };
    try {
      if (plain !== null) await this.readPlain(plain, parser, progress, show);
      else await this.readChunks(input.chunks, parser, progress, show);
      this.inputsRead += 1;
    } finally {
      plain?.close();
      await this.take(parser.flush(), progress);
      progress.clear();
      if (parser.newestFirst) say(io, `nopage: ${name}: the newest line stands first; each report was read from its end, and the newest is told first`);
      this.skipped.addAll(input.file, parser.skipped);
    }
  }

  private async readChunks(chunks: AsyncIterable<Uint8Array>, parser: LogParser, progress: Progress, show: (bytes: number) => void): Promise<void> {
    let begun = false;
    for await (const chunk of chunks) {
      if (!begun) parser.orient(chunk);
      begun = true;
      // An empty chunk is a pause of a log that is followed: a report that waits for its last line is complete.
      if (chunk.length === 0) await this.take(parser.flush(), progress);
      for (let at = 0; at < chunk.length;) {
        const room = parser.room();
        const part = chunk.subarray(at, at + room.length);
        room.set(part);
        at += part.length;
        await this.take(parser.wrote(part.length), progress);
      }
      show(chunk.length);
      if (this.context.io.interrupted.aborted) return;
    }
  }

  private async readPlain(file: PlainFile, parser: LogParser, progress: Progress, show: (bytes: number) => void): Promise<void> {
    for (let sinceTurn = 0, begun = false; ; begun = true) {
      const room = parser.room(), length = file.read(room);
      if (length === 0) return;
      if (!begun) parser.orient(room.subarray(0, length));
      const events = parser.wrote(length);
      if (events.length > 0) await this.take(events, progress);
      sinceTurn += length;
      if (sinceTurn < TURN_BYTES) continue;
      await nextTurn();
      show(sinceTurn);
      if (this.context.io.interrupted.aborted) return;
      sinceTurn = 0;
    }
  }

  async end(): Promise<void> {
    const { io, paint } = this.context;
    if (this.options.summary) {
      const rows = this.summary.rows();
      this.worst = Math.max(this.worst, ...rows.map(({ severity }) => rank(severity)));
      if (rows.some(({ count, first }) => count > 1 && first === null)) say(io, 'nopage: reports without a time have no rate; where the log prints dates without a year, name it: --year 2026');
      if (this.options.format === 'json') for (const row of rows) await print(io, `${JSON.stringify(summaryJson(row))}\n`);
      else await print(io, summaryText(rows, paint));
    }
    this.skipped.sumUp();
    if (this.reports === 0 && this.inputsRead > 0 && this.options.format === 'text') say(io, 'nopage: no allocation failure in what was read');
  }

  private async take(events: readonly FailureEvent[], progress: Progress): Promise<void> {
    if (events.length > 0) progress.clear();
    for (const event of events) await this.one(event);
  }

  /** Where a report was explained in full that says the same to a reader; null for the first of its kind. */
  private firstLike({ source }: FailureEvent, { title, rule, severity, advice }: Explanation): number | null {
    if (source === null) return null;
    const key = JSON.stringify([source.file, title, rule, severity, advice.map(({ id }) => id)]);
    const first = this.explained.get(key);
    if (first === undefined && this.explained.size < MOST_KINDS) this.explained.set(key, source.line);
    return first ?? null;
  }

  private async one(event: FailureEvent): Promise<void> {
    this.reports += 1;
    if (this.options.summary) this.summary.add({ event, explanation: explain(event, { kernel: this.options.kernel }) });
    else await this.tell(event);
  }

  private async tell(event: FailureEvent): Promise<void> {
    const { io, paint } = this.context;
    const sightings = this.sightings.add(event);
    const explanation = explain(event, { kernel: this.options.kernel, sightings });
    this.worst = Math.max(this.worst, rank(explanation.severity));
    if (this.options.format === 'json') {
      await print(io, `${JSON.stringify(explainedJson(event, explanation))}\n`);
    } else if (this.options.format === 'kernel') {
      await print(io, kernelText(event));
    } else {
      const first = this.firstLike(event, explanation);
      const text = first === null ? explainedText(event, explanation, sightings, paint) : repeatedText(event, explanation, sightings, paint, first);
      await print(io, `${this.reports > 1 ? '\n' : ''}${text}`);
    }
  }
}

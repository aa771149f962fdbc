import { formatDifferences, RecordingError, replay, type Mismatch, type ReplayReport } from '@nopage/recording';
import { CliError } from '../cli-error.js';
import type { Context } from '../command.js';
import { ExitCode } from '../exit-code.js';
import { inputsOf } from '../input/inputs.js';
import { print, say } from '../io.js';
import type { Paint } from '../terminal/paint.js';
import { Progress } from '../terminal/progress.js';

/** Differences shown of a state; the rest is counted. */
const MAX_DIFFERENCES = 12;

export interface ReplayTracesOptions {
  readonly events: boolean;
  readonly json: boolean;
}

/** Replays recordings on an allocator of their kernel's profile and compares every decision and every state. */
export async function replayTraces({ io, paint }: Context, files: readonly string[], { events, json }: ReplayTracesOptions): Promise<ExitCode> {
  let failed = false;
  let mismatched = false;
  for (const input of inputsOf(io, files)) {
    const name = input.file ?? '-';
    const progress = new Progress(io, `replaying ${name}`);
    try {
      const report = await replay(counted(input.chunks, (bytes) => progress.report(bytes, input.bytes)), { name, events, signal: io.interrupted });
      progress.clear();
      mismatched ||= report.firstMismatch !== null;
      await print(io, json ? `${JSON.stringify(report)}\n` : reportText(report, paint));
    } catch (error) {
      progress.clear();
      if (!(error instanceof RecordingError) && !(error instanceof CliError)) throw error;
      say(io, `nopage: ${name}: ${error.message.replace(`${name}: `, '')}`);
      failed = true;
    }
    if (io.interrupted.aborted) return ExitCode.INTERRUPTED;
  }
  if (failed) return ExitCode.FAILED;
  return mismatched ? ExitCode.FINDING : ExitCode.DONE;
}

async function* counted(chunks: AsyncIterable<Uint8Array>, report: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    report(bytes);
    yield chunk;
  }
}

function reportText(report: ReplayReport, paint: Paint): string {
  const { trace, profile, matched, ops, statesMatched, states, firstMismatch } = report;
  const decisions = report.decisions > 0 ? `, ${report.decisions} fault decisions` : '';
  const summary = `${verdictOf(report, paint)}  ${trace}  ${profile || 'not begun'}: ${matched} of ${ops} operations, ${statesMatched} of ${states} states${decisions}${skippedText(report)}\n`;
  return firstMismatch === null ? summary : summary + mismatchText(firstMismatch);
}

/** Only what was compared from end to end has all of it match. */
function verdictOf({ firstMismatch, ops, states, decisions, interrupted, skippedOps, skippedStates }: ReplayReport, paint: Paint): string {
  if (firstMismatch !== null) return paint.red('mismatch');
  if (interrupted) return paint.yellow('interrupted');
  if (ops + states === 0) return paint.yellow('nothing compared');
  if (ops === decisions && states === 0) return paint.green('all decisions match');
  return skippedOps + skippedStates > 0 ? paint.yellow('match in part') : paint.green('all match');
}

function skippedText({ firstMismatch, skippedOps, skippedStates }: ReplayReport): string {
  if (skippedOps + skippedStates === 0) return '';
  return `; left out ${skippedOps} operations and ${skippedStates} states, ${firstMismatch === null ? 'where others used the allocator' : 'up to the next state'}`;
}

function mismatchText({ kind, line, what, expected, got, differences, stateLine }: Mismatch): string {
  const shown = formatDifferences(differences).slice(0, MAX_DIFFERENCES);
  const more = differences.length - shown.length;
  return [`  line ${line}, ${what}`, `    expected  ${expected}`, `    got       ${got}`, ...(kind === 'state' || stateLine === 0 ? [] : [`  ${shown.length > 0 ? 'what it came to by' : 'no difference is left in'} the state in line ${stateLine}`]), ...shown.map((text) => `    ${text}`), ...(more > 0 ? [`    and ${more} more differences`] : []), ''].join('\n');
}

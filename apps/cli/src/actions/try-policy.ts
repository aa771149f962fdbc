import type { FailureEvent } from '@nopage/gfp';
import { explainVote, replayPolicy, voteAt, type ReplayedEvent } from '@nopage/reporter';
import { checkLaws, type LawResult } from '@nopage/reporter/testing';
import { CliError } from '../cli-error.js';
import type { Context } from '../command.js';
import { ExitCode } from '../exit-code.js';
import { eventsOf } from '../input/events.js';
import { inputsOf } from '../input/inputs.js';
import { wholeNumber } from '../input/number-option.js';
import { print, say } from '../io.js';
import { loadPolicyArgument } from '../policy/load-policy-argument.js';
import { columns } from '../terminal/columns.js';

async function read({ io }: Context, files: readonly string[]): Promise<FailureEvent[]> {
  const events: FailureEvent[] = [];
  let skipped = 0;
  for (const input of inputsOf(io, files)) {
    const skip = ({ line, reason }: { readonly line: number; readonly reason: string }): void => {
      skipped += 1;
      say(io, `nopage: ${input.file ?? 'standard input'}: line ${line} skipped: ${reason}`);
    };
    for await (const event of eventsOf(input.chunks, skip)) events.push(event);
  }
  if (skipped > 0) say(io, `nopage: ${skipped} ${skipped === 1 ? 'line' : 'lines'} skipped in all`);
  return events;
}

/** What each policy would have told and held of a recorded stream. */
export async function replayPolicies(context: Context, files: readonly string[], names: readonly string[], each: boolean, json: boolean): Promise<ExitCode> {
  const { io, paint } = context;
  const policies = [];
  for (const name of names) policies.push({ name, warnings: await loadPolicyArgument(name) });
  const events = await read(context, files);
  const rows = [];
  for (const { name, warnings } of policies) {
    const votes: string[] = [];
    const take = ({ seq, verdict, code, suppressedBefore }: ReplayedEvent): void => {
      votes.push(`${JSON.stringify({ ...(policies.length > 1 ? { policy: name } : {}), seq, verdict, code, suppressedBefore })}\n`);
    };
    const { policy: _name, ...result } = replayPolicy(warnings, events, each ? { each: take } : {});
    await print(io, votes.join(''));
    rows.push({ policy: name, ...result });
  }
  if (json) for (const row of rows) await print(io, `${JSON.stringify(row)}\n`);
  else if (!each) {
    const table = rows.map((row) => [row.policy, String(row.events), String(row.told), String(row.held), String(row.lines), String(row.bytes), row.sitesNeverShown.length === 0 ? '-' : row.sitesNeverShown.join(', ')]);
    await print(io, columns(['policy', 'events', 'told', 'held', 'lines', 'bytes', 'sites never shown'], table, paint));
  }
  return ExitCode.DONE;
}

/** The tree of votes on one event. */
export async function explainVoteOf(context: Context, files: readonly string[], name: string, seqText: string): Promise<ExitCode> {
  const seq = wholeNumber('--seq', seqText, 1);
  const warnings = await loadPolicyArgument(name);
  const events = await read(context, files);
  const vote = voteAt(warnings, events, seq);
  if (vote === null) throw new CliError(`there is no event ${seq}: the stream has ${events.length}`);
  await print(context.io, `${explainVote(vote, warnings.policy.name)}\n`);
  return ExitCode.DONE;
}

/** Runs the laws on a policy. */
export async function checkPolicy({ io, paint }: Context, name: string, options: { readonly runs?: string; readonly seed?: string; readonly json?: true }): Promise<ExitCode> {
  const { policy } = await loadPolicyArgument(name);
  const report = checkLaws(policy, {
    ...(options.runs === undefined ? {} : { runs: wholeNumber('--runs', options.runs) }),
    ...(options.seed === undefined ? {} : { seed: wholeNumber('--seed', options.seed) }),
  });
  for (const law of report.laws) {
    if (options.json) await print(io, `${JSON.stringify(law)}\n`);
    else await print(io, `${lawText(law, paint)}\n`);
  }
  return report.ok ? ExitCode.DONE : ExitCode.FINDING;
}

function lawText({ law, title, runs, counterexample }: LawResult, paint: Context['paint']): string {
  const mark = counterexample ? paint.red('broken') : runs === 0 ? paint.dim('not tried') : paint.green('holds');
  return `${mark}  ${law}: ${title}${counterexample ? `\n  ${counterexample.message}` : ''}`;
}

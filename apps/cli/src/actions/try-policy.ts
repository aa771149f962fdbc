import type { FailureEvent } from '@nopage/gfp';
import { explainVote, formatLine, replayPolicy, voteAt, type ReplayedEvent, type Vote } from '@nopage/reporter';
import { checkLaws, LAWS, type LawResult } from '@nopage/reporter/testing';
import { CliError } from '../cli-error.js';
import type { Context } from '../command.js';
import { ExitCode } from '../exit-code.js';
import { eventsOf } from '../input/events.js';
import { inputsOf } from '../input/inputs.js';
import { wholeNumber } from '../input/number-option.js';
import { SkippedLines } from '../input/skipped-lines.js';
import { print, say } from '../io.js';
import { interruptible } from '../policy/interruptible.js';
import { loadPolicyArgument } from '../policy/load-policy-argument.js';
import { columns } from '../terminal/columns.js';

async function read({ io }: Context, files: readonly string[]): Promise<FailureEvent[]> {
  const events: FailureEvent[] = [];
  const skipped = new SkippedLines(io);
  for (const { file, chunks } of inputsOf(io, files)) {
    for await (const event of eventsOf(chunks, (line, reason) => skipped.add(file, line, reason))) events.push(event);
  }
  skipped.sumUp();
  if (events.length === 0) say(io, 'nopage: no event in what was read');
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
    const troubles = new Troubles();
    const { policy: _name, ...result } = interruptible(name, patienceFor(events), () => replayPolicy(warnings, events, {
      each: (row) => {
        troubles.add(row.vote);
        if (each) take(row);
      },
      format: (line) => {
        if (line.occasion === 'trouble' && line.text !== null) say(io, `nopage: ${name}: ${line.text}`);
        return formatLine(line);
      },
    }));
    for (const text of troubles.texts()) say(io, `nopage: ${name}: ${text}`);
    await print(io, votes.join(''));
    rows.push({ policy: name, ...result });
  }
  if (json) for (const row of rows) await print(io, `${JSON.stringify({ v: 1, ...row })}\n`);
  else if (!each) {
    const table = rows.map((row) => [row.policy, String(row.events), String(row.told), String(row.held), String(row.lines), String(row.bytes), row.sitesNeverShown.length === 0 ? '-' : row.sitesNeverShown.join(', ')]);
    await print(io, columns(['policy', 'events', 'told', 'held', 'lines', 'bytes', 'sites never shown'], table, paint));
  }
  return ExitCode.DONE;
}

/** Seconds: a minute, and a millisecond an event. */
const patienceFor = (events: readonly FailureEvent[]): number => 60 + Math.ceil(events.length / 1000);

/** Votes of a policy that threw or returned no vote: they tell their events, and hide in a table. */
class Troubles {
  readonly #counts = new Map<string, number>();

  add({ code, why }: Vote): void {
    if (code !== 'policy/threw' && code !== 'policy/nonsense') return;
    // A policy that throws another text each time is told of as one.
    const known = this.#counts.has(why) || this.#counts.size < 3 ? why : 'other votes that threw, or were no votes';
    this.#counts.set(known, (this.#counts.get(known) ?? 0) + 1);
  }

  texts(): string[] {
    return [...this.#counts].map(([why, count]) => `${why}${count === 1 ? '' : ` (${count} times)`}`);
  }
}

/** The tree of votes on one event. */
export async function explainVoteOf(context: Context, files: readonly string[], name: string, seqText: string): Promise<ExitCode> {
  const seq = wholeNumber('--seq', seqText, 1);
  const warnings = await loadPolicyArgument(name);
  const events = await read(context, files);
  const vote = interruptible(name, patienceFor(events), () => voteAt(warnings, events, seq));
  if (vote === null) throw new CliError(`there is no event ${seq}: the stream has ${events.length}`);
  await print(context.io, `${explainVote(vote, warnings.policy.name)}\n`);
  return ExitCode.DONE;
}

/** Runs the laws on a policy. */
export async function checkPolicy({ io, paint }: Context, name: string, options: { readonly runs?: string; readonly seed?: string; readonly json?: true }): Promise<ExitCode> {
  const { policy } = await loadPolicyArgument(name);
  const runs = options.runs === undefined ? {} : { runs: wholeNumber('--runs', options.runs, 1, 1_000_000) };
  const seed = options.seed === undefined ? {} : { seed: wholeNumber('--seed', options.seed) };
  const seconds = 60 + Math.ceil((runs.runs ?? 0) / 10);
  let ok = true;
  for (const { name: law } of LAWS) {
    const report = interruptible(name, seconds, () => checkLaws(policy, { ...runs, ...seed, laws: [law] }));
    ok &&= report.ok;
    for (const result of report.laws) await print(io, options.json ? `${JSON.stringify({ v: 1, ...result })}\n` : `${lawText(result, paint)}\n`);
  }
  return ok ? ExitCode.DONE : ExitCode.FINDING;
}

function lawText({ law, title, runs, counterexample }: LawResult, paint: Context['paint']): string {
  const mark = counterexample ? paint.red('broken') : runs === 0 ? paint.dim('not tried') : paint.green('holds');
  return `${mark}  ${law}: ${title}${counterexample ? `\n  ${counterexample.message}` : ''}`;
}

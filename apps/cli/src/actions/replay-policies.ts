import { formatLine, replayPolicy, type ReplayedEvent, type Vote } from '@nopage/reporter';
import type { Context } from '../command.js';
import { ExitCode } from '../exit-code.js';
import { readEvents } from '../input/read-events.js';
import { print, say } from '../io.js';
import { interruptible, patienceFor } from '../policy/interruptible.js';
import { loadPolicyArgument } from '../policy/load-policy-argument.js';
import { columns } from '../terminal/columns.js';

/** What each policy would have told and held of a recorded stream. */
export async function replayPolicies(context: Context, files: readonly string[], names: readonly string[], each: boolean, json: boolean): Promise<ExitCode> {
  const { io, paint } = context;
  const policies = [];
  for (const name of names) policies.push({ name, warnings: await loadPolicyArgument(name) });
  const events = await readEvents(io, files);
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

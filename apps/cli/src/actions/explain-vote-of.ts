import { explainVote, voteAt } from '@nopage/reporter';
import { CliError } from '../cli-error.js';
import type { Context } from '../command.js';
import { ExitCode } from '../exit-code.js';
import { wholeNumber } from '../input/number-option.js';
import { readEvents } from '../input/read-events.js';
import { print } from '../io.js';
import { interruptible, patienceFor } from '../policy/interruptible.js';
import { loadPolicyArgument } from '../policy/load-policy-argument.js';

/** The tree of votes on one event. */
export async function explainVoteOf({ io }: Context, files: readonly string[], name: string, seqText: string): Promise<ExitCode> {
  const seq = wholeNumber('--seq', seqText, 1);
  const warnings = await loadPolicyArgument(name);
  const events = await readEvents(io, files);
  const vote = interruptible(name, patienceFor(events), () => voteAt(warnings, events, seq));
  if (vote === null) throw new CliError(`there is no event ${seq}: the stream has ${events.length}`);
  await print(io, `${explainVote(vote, warnings.policy.name)}\n`);
  return ExitCode.DONE;
}

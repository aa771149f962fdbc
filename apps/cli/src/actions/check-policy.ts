import { checkLaws, LAWS, type LawResult } from '@nopage/reporter/testing';
import type { Context } from '../command.js';
import { ExitCode } from '../exit-code.js';
import { wholeNumber } from '../input/number-option.js';
import { print } from '../io.js';
import { interruptible } from '../policy/interruptible.js';
import { loadPolicyArgument } from '../policy/load-policy-argument.js';

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
  return `${mark}  ${counterexample?.story ?? `${law}: ${title}`}`;
}

import { zoneMathOf, zoneText, type ZoneReason } from '@nopage/explain';
import { compareReleases, eraOf, ERAS, failureEvent, format, hexOf, parseRelease, permits, type Era } from '@nopage/gfp';
import { usageError } from '../cli-error.js';
import type { Context } from '../command.js';
import { ExitCode } from '../exit-code.js';
import { flagWordOf, maskIn, strangers } from '../input/flag-word.js';
import { eraFor } from '../input/kernel-option.js';
import { wholeNumber } from '../input/number-option.js';
import { readProc } from '../input/proc.js';
import { print, say } from '../io.js';

export interface CheckRequestOptions {
  readonly order: string;
  readonly gfp: string;
  readonly proc: string | null;
  readonly kernel: string | null;
  readonly json: boolean;
}

/** Runs the watermark arithmetic of one request on the zones of a machine, without asking for the memory. */
export async function checkRequest({ io, paint }: Context, options: CheckRequestOptions): Promise<ExitCode> {
  const order = wholeNumber('--order', options.order, 0, 20);
  const { zones, kernel: found, mobility, blocks, pageKib, memsAllowed } = readProc(options.proc);
  const kernel = options.kernel ?? found;
  const era = options.kernel !== null ? eraFor(options.kernel) : found === null ? ERAS.at(-1) : eraOf(found);
  if (era === undefined || era === null) throw usageError(`the kernel calls itself '${kernel}', which is no release since 2.4; name one with --kernel`);
  const mask = maskOf(options.gfp, era);
  const text = format(mask, era);
  const event = failureEvent({
    kind: 'page-allocation-failure', kernel: kernel ?? era.id, order, bytes: pageKib * 1024 * 2 ** order, pageBytes: pageKib * 1024, memsAllowed,
    mode: { mask, names: text === '' ? [] : text.split('|'), from: 'decoded', consistent: true, candidates: [] },
    permits: permits(mask, era), zones,
  });
  const verdicts = zoneMathOf(event, event.kernel).map(({ verdict: { node, name, allowed, reason, steps, largestOrder } }) => ({ node, name, allowed, reason, steps, largestOrder }));
  const allowed = verdicts.some((zone) => zone.allowed === true) ? true : verdicts.some((zone) => zone.allowed === null) ? null : false;
  if (options.json) {
    await print(io, `${JSON.stringify({ v: 1, allowed, order, mask: hexOf(mask), text, kernel: event.kernel, zones: verdicts })}\n`);
  } else {
    const lines = verdicts.flatMap(({ node, name, allowed: passes, reason, steps, largestOrder }) => [
      `${zoneText({ node, name })}: ${passes === null ? 'not known' : passes ? paint.green('yes') : paint.red(`no, ${REASONS[reason]}`)}${largestOrder === null ? '' : largestOrder < 0 ? ', and nothing smaller either' : `, up to order ${largestOrder}`}`,
      ...steps.map((step) => `  ${paint.dim(step)}`),
    ]);
    await print(io, `${paint.bold(`order ${order}, ${text === '' ? 'no flags' : text}: ${allowed === null ? 'can not be told' : allowed ? 'would be served' : 'would be refused'}`)}\n${lines.join('\n')}\n`);
  }
  if (!blocks) say(io, 'nopage: buddyinfo is missing: whether a block is free is not known, only how much is free');
  else if (!mobility && order > 0 && !isBeforeCma(kernel)) say(io, 'nopage: pagetypeinfo is missing or not readable (root only): blocks held for CMA or urgent requests are counted as anybody\'s');
  return allowed === null ? ExitCode.FAILED : allowed ? ExitCode.DONE : ExitCode.FINDING;
}

/** Up to 3.7 no block was held for anybody: CMA came with 3.8, the highatomic reserve with 4.4. */
function isBeforeCma(kernel: string | null): boolean {
  const release = kernel === null ? null : parseRelease(kernel);
  return release !== null && compareReleases(release, { major: 3, minor: 8, patch: 0 }) < 0;
}

const REASONS: Readonly<Record<ZoneReason, string>> = {
  granted: '', 'below-watermark': 'too little free', 'no-suitable-block': 'no block large enough for it', 'above-highest-zone': 'not for this request',
  'node-not-allowed': 'not on a node it may use', 'no-pages': 'empty', unknown: 'not known',
};

/** Flags in any notation; names in the numbering of the kernel that is asked. */
function maskOf(flags: string, era: Era): number {
  const word = flagWordOf(flags);
  if (typeof word === 'string') throw usageError(`--gfp: ${word}`);
  if (word.mask !== null) return word.mask;
  const { mask, unknown } = maskIn(word, era);
  if (unknown.length > 0) throw usageError(`--gfp: Linux ${era.id} has no ${strangers(unknown) || unknown.join(', ')}`);
  return mask;
}

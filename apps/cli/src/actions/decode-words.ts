import { eraOf, ERAS, format, hexOf, parse, permits, readings, readMode, type Era } from '@nopage/gfp';
import { usageError } from '../cli-error.js';
import type { Context } from '../command.js';
import { ExitCode } from '../exit-code.js';
import { flagWordOf, maskIn, strangers, type FlagWord } from '../input/flag-word.js';
import { inputsOf } from '../input/inputs.js';
import { eraFor } from '../input/kernel-option.js';
import { linesOf } from '../input/lines.js';
import { SkippedLines } from '../input/skipped-lines.js';
import { print } from '../io.js';
import { eraRange } from '../output/era-range.js';
import { permitsText } from '../output/permits-text.js';

/** One word as `--json` shows it. */
interface Decoded {
  readonly v: 1;
  readonly input: string;
  readonly kernel: string | null;
  readonly mask: string | null;
  readonly names: readonly string[] | null;
  readonly text: string | null;
  readonly candidates: readonly { readonly era: string; readonly mask: string; readonly names: readonly string[]; readonly text: string }[];
  /** Where number and names were given: can they belong together, and which eras print them so? */
  readonly consistent?: boolean;
  readonly eras?: string | null;
}

/** Words given on the command line. */
export async function decodeWords({ io, paint }: Context, words: readonly string[], kernel: string | null, json: boolean): Promise<ExitCode> {
  const era = kernel === null ? null : eraFor(kernel);
  const decoded = words.map((word) => {
    const one = decodeOne(word, kernel, era);
    if (typeof one === 'string') throw usageError(one);
    return one;
  });
  for (const [index, one] of decoded.entries()) {
    if (json) await print(io, `${JSON.stringify(one)}\n`);
    else await print(io, `${index > 0 ? '\n' : ''}${words.length > 1 ? `${paint.bold(one.input)}\n` : ''}${asText(one, era, paint)}`);
  }
  return ExitCode.DONE;
}

/** A word a line; what can't be read is told with its number and skipped. */
export async function decodeLines({ io }: Context, files: readonly '-'[], kernel: string | null, json: boolean): Promise<ExitCode> {
  const skipped = new SkippedLines(io);
  for (const input of inputsOf(io, files)) {
    for await (const { text, number } of linesOf(input.chunks)) {
      const [word = '', release = ''] = text.split('\t');
      if (word.trim() === '') continue;
      const named = release.trim() || kernel;
      const era = named === null ? null : eraOf(named);
      const one = named !== null && era === null ? `'${named}' is no kernel release since 2.4` : decodeOne(word.trim(), named, era);
      if (typeof one === 'string') {
        skipped.add(input.file, number, one);
      } else {
        await print(io, json ? `${JSON.stringify(one)}\n` : `${one.input}\t${one.text ?? one.mask ?? 'ambiguous'}\n`);
      }
    }
  }
  skipped.sumUp();
  return ExitCode.DONE;
}

/** The reading of a word, or a sentence that says why there is none. */
function decodeOne(input: string, kernel: string | null, era: Era | null): Decoded | string {
  const word = flagWordOf(input);
  if (typeof word === 'string') return word;
  if (word.mask === null) return namesToMask(input, word, kernel, era);
  return word.names === null ? maskToNames(input, word.mask, kernel, era) : bothOf(input, word.mask, word.names, kernel);
}

function maskToNames(input: string, mask: number, kernel: string | null, era: Era | null): Decoded {
  const head = { v: 1, input, kernel, mask: hexOf(mask) } as const;
  if (era !== null) {
    const { candidates } = readMode({ mask, text: null, release: kernel });
    const text = format(mask, era);
    return { ...head, names: text === '' ? [] : text.split('|'), text, candidates: candidates.map((each) => ({ mask: hexOf(mask), ...each })) };
  }
  const groups = readings(mask);
  const [only] = groups.length === 1 ? groups : [];
  return {
    ...head,
    names: only?.names ?? null,
    text: only?.text ?? null,
    candidates: only ? [] : groups.map(({ eras, names, text }) => ({ era: eraRange(eras), mask: hexOf(mask), names, text })),
  };
}

/** A number with the names that the kernel printed beside it: they tell the eras, or contradict each other. */
function bothOf(input: string, mask: number, names: readonly string[], kernel: string | null): Decoded {
  const text = names.join('|');
  const printed = ERAS.filter((era) => {
    const { mask: word, unknown } = parse(text, era);
    return unknown.length === 0 && word === mask;
  });
  return {
    v: 1, input, kernel, mask: hexOf(mask), names, text, candidates: [],
    consistent: readMode({ mask, text, release: kernel }).consistent && (printed.length > 0 || kernel !== null),
    eras: printed.length > 0 ? eraRange(printed) : null,
  };
}

function namesToMask(input: string, word: FlagWord, kernel: string | null, era: Era | null): Decoded | string {
  const names = word.names ?? [];
  const joined = [names.join('|'), ...word.without].join(' & ~');
  const unheard = strangers([...names, ...word.without]);
  if (unheard !== '') return `no kernel from 2.4 to 6.19 has ${unheard}`;
  if (era !== null) {
    const { mask, unknown } = maskIn(word, era);
    if (unknown.length > 0) return `Linux ${kernel ?? era.id} has no ${unknown.join(', ')}${tail('; ', whoHas(unknown), unknown.length > 1 ? ' has them' : ' has it')}`;
    const text = format(mask, era);
    return { v: 1, input, kernel, mask: hexOf(mask), names: text === '' ? [] : text.split('|'), text, candidates: [] };
  }
  const groups: { eras: Era[]; mask: number }[] = [];
  for (const each of ERAS) {
    const { mask, unknown } = maskIn(word, each);
    const last = groups.at(-1);
    if (unknown.length > 0) continue;
    if (last?.mask === mask) last.eras.push(each);
    else groups.push({ eras: [each], mask });
  }
  if (groups.length === 0) return `no kernel from 2.4 to 6.19 has all of ${joined}`;
  const [only] = groups.length === 1 ? groups : [];
  return {
    v: 1,
    input,
    kernel,
    mask: only ? hexOf(only.mask) : null,
    names,
    text: joined,
    candidates: only ? [] : groups.map(({ eras, mask }) => ({ era: eraRange(eras), mask: hexOf(mask), names, text: joined })),
  };
}

/** The eras that have all of these names; '' when none has. */
function whoHas(names: readonly string[]): string {
  return eraRange(ERAS.filter((era) => names.every((name) => name in era.bits || name in era.compounds)));
}

const tail = (before: string, text: string, after = ''): string => (text === '' ? '' : `${before}${text}${after}`);

const noFlag = (text: string | null): string => (text === null || text === '' ? '(no flag at all)' : text);

/** A number with its names: what they permit, and who prints them so. */
function bothText({ mask, text, consistent, eras, kernel }: Decoded, paint: Context['paint']): string {
  const era = eraOf(kernel ?? eras?.split(' to ').at(-1) ?? '');
  const lines = [paint.bold(noFlag(text))];
  if (eras === null || consistent !== true) lines.push(`  ${paint.red(`number and names do not belong together${kernel === null ? ' in any era' : ` on ${kernel}`}`)}: the log is edited, or the kernel is another`);
  if (typeof eras === 'string') lines.push(`  ${paint.dim('printed by'.padEnd(11))}${eras}`);
  if (era !== null && consistent === true) for (const [label, words] of permitsText(permits(Number(mask), era))) lines.push(`  ${paint.dim(label.padEnd(11))}${words}`);
  return `${lines.join('\n')}\n`;
}

function asText(one: Decoded, era: Era | null, paint: Context['paint']): string {
  if (one.eras !== undefined) return bothText(one, paint);
  const word = flagWordOf(one.input);
  const wasMask = typeof word === 'object' && word.mask !== null;
  const lines: string[] = [];
  if (era !== null && one.mask !== null) {
    lines.push(paint.bold(wasMask ? noFlag(one.text) : one.mask));
    for (const [label, words] of permitsText(permits(Number(one.mask), era))) lines.push(`  ${paint.dim(label.padEnd(11))}${words}`);
    for (const { era: build, names } of one.candidates) lines.push(`  ${paint.dim('may be'.padEnd(11))}${names.join('|')} (${build})`);
    const others = wasMask ? readings(Number(one.mask)).filter(({ eras }) => !eras.includes(era)) : [];
    for (const { eras, text } of others) lines.push(`  ${paint.dim(`in ${eraRange(eras)}`.padEnd(19))} ${text}`);
  } else if (one.candidates.length === 0) {
    lines.push(paint.bold(wasMask ? noFlag(one.text) : (one.mask ?? '')), `  ${paint.dim(`alike in every era that has it${tail(', ', whoHas(one.names ?? []))}`)}`);
  } else {
    for (const candidate of one.candidates) lines.push(`${paint.dim(candidate.era.padEnd(19))} ${wasMask ? candidate.text : candidate.mask}`);
    const whole = wasMask ? one.candidates.filter(({ names }) => names.some((name) => name.startsWith('GFP_')) && !names.some((name) => name.startsWith('0x'))) : [];
    lines.push(paint.dim(`eras disagree: name the kernel with --kernel${whole.length === 1 ? `; most likely ${whole[0]?.era ?? ''}, where it is a word with a name` : ''}`));
  }
  return `${lines.join('\n')}\n`;
}

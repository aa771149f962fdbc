import { formatMessage, messageOf, zoneText, type Explanation, type MessageOptions, type MessageStyle, type Severity } from '@nopage/explain';
import type { FailureEvent } from '@nopage/gfp';
import type { Paint } from '../terminal/paint.js';

const MARK: Readonly<Record<Severity, keyof Paint & ('green' | 'yellow' | 'red')>> = { benign: 'green', watch: 'yellow', act: 'red' };
/** What would have told more is no choice beside the others: it stands at the end. */
const MORE_OF_THE_REPORT = 'collect-report';
const INDENT = ' '.repeat(7);

/** The colours of a message. */
export const messageStyle = (paint: Paint): MessageStyle => ({
  severity: (text, severity) => paint.bold(paint[MARK[severity]](text)),
  label: paint.dim,
  title: paint.bold,
  command: paint.cyan,
});

/** One report for a person, in the order of need: the message, what else to try, then why in full with the arithmetic. */
export function explainedText(event: FailureEvent, explanation: Explanation, options: MessageOptions, paint: Paint): string {
  const label = (text: string): string => paint.dim(text.padEnd(INDENT.length));
  const message = messageOf(explanation, event, options);
  const lines = [placeOf(event, paint), formatMessage(explanation, event, options, messageStyle(paint))];
  const first = explanation.advice.find(({ id }) => id === message.adviceId);
  if (first?.persist !== undefined && message.setting === null) lines.push(`${label('keep')}${first.persist}`);
  if (first?.cost !== undefined) lines.push(`${label('costs')}${first.cost}`);
  if (first?.verify !== undefined) lines.push(`${label('helped')}${first.verify}`);
  for (const { id, text, command } of explanation.advice) {
    if (id !== message.adviceId && id !== MORE_OF_THE_REPORT) lines.push(`${label('or')}${text}${command === undefined ? '' : ` ${paint.cyan(command)}`}`);
  }
  for (const why of explanation.why) {
    if (!isSaid(why, message.why, explanation)) lines.push(`${label('note')}${why}`);
  }
  for (const { names, verdict, steps } of zonesOf(explanation)) lines.push(`${label('zone')}${names.join(', ')}: ${verdict}`, ...steps.map((step) => `${INDENT}  ${step}`));
  const more = explanation.advice.find(({ id }) => id === MORE_OF_THE_REPORT);
  if (more === undefined && explanation.missing.length > 0) lines.push(`${label('lacks')}${explanation.missing.join(', ')}`);
  else if (more !== undefined && more.id !== message.adviceId) lines.push(`${label('lacks')}${more.text.replace(/^The report lacks /, '')}${more.command === undefined ? '' : ` ${paint.cyan(more.command)}`}`);
  return `${lines.join('\n')}\n`;
}

/** A report like one that was explained in full before it: its own numbers, and where to look for the rest. */
export function repeatedText(event: FailureEvent, explanation: Explanation, options: MessageOptions, paint: Paint, firstLine: number): string {
  const [title = '', ...lines] = formatMessage(explanation, event, options, messageStyle(paint)).split('\n');
  const numbers = [...(event.kind === 'oom-kill' ? ['means'] : []), 'often', ...(event.zones.length > 0 ? ['why'] : []), 'held'];
  const kept = lines.filter((line) => numbers.some((label) => line.startsWith(paint.dim(label.padEnd(INDENT.length)))));
  return `${[placeOf(event, paint), title, ...kept, `${paint.dim('same'.padEnd(INDENT.length))}as the report of line ${firstLine}, which says the rest`].join('\n')}\n`;
}

/** The zones with an arithmetic; neighbours with nothing to tell them apart are told together. */
function zonesOf({ zones }: Explanation): { readonly names: string[]; readonly verdict: string; readonly steps: readonly string[] }[] {
  const told: ReturnType<typeof zonesOf> = [];
  for (const zone of zones) {
    const { allowed, steps } = zone;
    if (steps.length === 0) continue;
    const verdict = allowed === null ? 'not known' : allowed ? 'would pass' : 'refused';
    const title = zoneText(zone);
    const last = told.at(-1);
    if (last?.verdict === verdict && last.steps.join('\n') === steps.join('\n')) last.names.push(title);
    else told.push({ names: [title], verdict, steps });
  }
  return told;
}

/** Does a line above say this already: the zone that decided, or the fault that an upgrade cures? */
function isSaid(why: string, message: string, { advice }: Explanation): boolean {
  const zone = /^((?:Node \d+ )?[A-Z]\w+): \d/.exec(why)?.[1];
  if (zone !== undefined && !why.includes(' % ') && message.includes(`(${zone}: `)) return true;
  return why.startsWith('Known: ') && advice.some(({ text }) => text.endsWith(why.slice('Known: '.length)));
}

function placeOf({ source, kernel }: FailureEvent, paint: Paint): string {
  const place = source === null ? '' : `${source.file === null ? 'line ' : `${source.file}:`}${source.line}`;
  return paint.dim([place, kernel === null ? '' : `kernel ${kernel}`].filter(Boolean).join(', '));
}

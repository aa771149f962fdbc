import { formatMessage, messageOf, type Explanation, type MessageOptions, type MessageStyle, type Severity } from '@nopage/explain';
import type { FailureEvent } from '@nopage/gfp';
import type { Paint } from '../terminal/paint.js';

const MARK: Readonly<Record<Severity, keyof Paint & ('green' | 'yellow' | 'red')>> = { benign: 'green', watch: 'yellow', act: 'red' };
const INDENT = ' '.repeat(7);

/** The colours of a message. */
export const messageStyle = (paint: Paint): MessageStyle => ({
  severity: (text, severity) => paint.bold(paint[MARK[severity]](text)),
  label: paint.dim,
  title: paint.bold,
  command: paint.cyan,
});

/** One report for a person: the message of six lines, then the arithmetic and the rest of the advice. */
export function explainedText(event: FailureEvent, explanation: Explanation, options: MessageOptions, paint: Paint): string {
  const lines = [placeOf(event, paint), formatMessage(explanation, event, options, messageStyle(paint))];
  for (const { name, node, allowed, steps } of explanation.zones) {
    if (steps.length === 0) continue;
    const verdict = allowed === null ? 'not known' : allowed ? 'would pass' : 'refused';
    lines.push(`${INDENT}${paint.dim(`${node === null ? '' : `Node ${node} `}${name}: ${verdict}`)}`, ...steps.map((step) => `${INDENT}  ${step}`));
  }
  const [, ...otherWhy] = explanation.why;
  for (const why of otherWhy) lines.push(`${paint.dim('note'.padEnd(INDENT.length))}${why}`);
  const shown = messageOf(explanation, event, options).try;
  for (const { text, command } of explanation.advice) {
    if (text !== shown) lines.push(`${paint.dim('or'.padEnd(INDENT.length))}${text}${command === undefined ? '' : ` ${paint.cyan(command)}`}`);
  }
  if (explanation.missing.length > 0) lines.push(`${paint.dim('lacks'.padEnd(INDENT.length))}${explanation.missing.join(', ')}`);
  return `${lines.join('\n')}\n`;
}

function placeOf({ source, kernel }: FailureEvent, paint: Paint): string {
  const place = source === null ? '' : `${source.file === null ? 'line ' : `${source.file}:`}${source.line}`;
  return paint.dim([place, kernel === null ? '' : `kernel ${kernel}`].filter(Boolean).join(', '));
}

import { formatMs } from './duration.js';
import { heldIn, type Line } from './line.js';
import { reasonWords } from './reason-words.js';
import type { Reportable } from './reportable.js';

/** What the default formatter shows of an event when it is there. */
interface Telling extends Reportable {
  readonly kind?: string;
  readonly comm?: string | null;
  readonly order?: number | null;
  readonly reason?: string | null;
}

function heldText(line: Line<Reportable>): string {
  return `${heldIn(line)} held in ${formatMs(line.until - line.since)} (${reasonWords(line)})`;
}

/** A line in one line: what happened, where, why it is said, and what was held back before it. */
export function formatLine(line: Line<Reportable>): string {
  if (line.kind === 'notice') return line.text ?? '';
  if (line.kind === 'disclosure') return `${line.key}: ${heldText(line)}, told ${OCCASIONS[line.occasion]}`;
  const event: Telling = line.event ?? { at: line.at, site: line.key };
  const facts = [
    event.order == null ? '' : `order ${event.order}`,
    event.reason ?? '',
    event.comm == null ? '' : `for ${event.comm}`,
    line.own > 1 ? `${line.own} times` : '',
  ].filter((fact) => fact !== '');
  const head = `${event.site ?? line.key}: ${event.kind ?? 'failure'}${facts.length > 0 ? `, ${facts.join(', ')}` : ''}`;
  const vote = line.vote === null ? '' : ` [${line.vote.code}]`;
  const held = heldIn(line);
  return `${line.level === 'error' ? 'ERROR ' : ''}${head}${vote}${held > 0 ? `; ${held} more held before it: ${reasonWords(line)}` : ''}`;
}

const OCCASIONS = { event: 'with the next', silence: 'because it has been quiet', swap: 'because the policy changes', close: 'at the end', trouble: 'because of trouble' } as const;

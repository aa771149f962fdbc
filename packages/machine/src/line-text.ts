import { explain, formatMessage, type Severity, type Sightings } from '@nopage/explain';
import { kernelText } from '@nopage/klog';
import { formatLine, heldIn, type Line } from '@nopage/reporter';

/** A line as it is read by a person: how bad it is, and the words. */
export interface ExplainedLine {
  readonly severity: Severity;
  readonly text: string;
}

/**
 * A told line in `explain`'s words, at most six lines of text: what failed and for whom, what it means, how often, why,
 * what to try, what was held back before it. A line without an event (a disclosure, a notice) is one line.
 *
 * @param sightings - How often this site has failed so far, when it is known.
 */
export function explainedLine(line: Line, sightings?: Sightings): ExplainedLine {
  const { event } = line;
  if (event === null) return { severity: line.level === 'error' ? 'act' : 'watch', text: formatLine(line) };
  const explanation = explain(event, sightings === undefined ? {} : { sightings });
  const held = heldIn(line);
  const text = formatMessage(explanation, event, { held, heldSince: held > 0 ? line.since : null, ...(sightings !== undefined && { seen: sightings.seen, spanMs: sightings.spanMs }) });
  return { severity: explanation.severity, text };
}

/** A told line as the kernel of the event's profile would print it, with what that kernel says of suppressed callbacks. */
export const kernelLine = (line: Line): string => (line.event === null ? `${line.text ?? formatLine(line)}\n` : kernelText(line.event));

import { formatMessage, isSinceBoot } from '@nopage/explain';
import { formatLine, heldIn, type Line } from '@nopage/reporter';
import { explainedJson, secondsOf } from '../output/explained-json.js';
import { messageStyle } from '../output/explained-text.js';
import type { Paint } from '../terminal/paint.js';
import type { Explained } from './watcher.js';

/** A told line for a person: the message of an event, or in one line what was held back. */
export function toldText(line: Line, explained: Explained | null, paint: Paint): string {
  if (line.event === null || explained === null) return `${paint.dim(`${timeText(line.at)} `)}${formatLine(line)}\n\n`;
  const { explanation, seen, spanMs } = explained;
  const held = heldIn(line);
  const message = formatMessage(explanation, line.event, { seen, spanMs, ...(held > 0 ? { held, heldSince: line.since } : {}) }, messageStyle(paint));
  return `${paint.dim(timeText(line.event.at))}\n${message}\n\n`;
}

/** A told line for scripts: an event as `explain --json` has it, with the vote; what is no event has `summary`. */
export function toldJson(line: Line, explained: Explained | null): string {
  const { kind, occasion, level, key, reasons } = line;
  const at = secondsOf(line.at);
  if (line.event === null || explained === null) {
    return `${JSON.stringify({ v: 1, summary: kind, occasion, level, at, site: key, held: heldIn(line), reasons, since: secondsOf(line.since), until: secondsOf(line.until), text: line.text })}\n`;
  }
  const { verdict = null, code = null } = line.vote ?? {};
  return `${JSON.stringify({ ...explainedJson(line.event, explained.explanation), verdict, code, level, suppressedBefore: heldIn(line), heldReasons: reasons })}\n`;
}

/** As the log has it: seconds since boot, or a date. */
function timeText(ms: number | null): string {
  if (ms === null) return 'at an unknown time';
  return isSinceBoot(ms) ? `[${(ms / 1000).toFixed(6).padStart(12)}]` : new Date(ms).toISOString();
}

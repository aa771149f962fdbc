import { explain, formatMessage, messageOf, zoneText, type Explanation } from '@nopage/explain';
import type { FailureEvent } from '@nopage/gfp';
import { LogParser } from '@nopage/klog';
import type { Reading, Verdict } from '../protocol.js';

/** Verdicts that a page shows; the command shows them all. */
const MAX_VERDICTS = 20;

/** Every failure report of a pasted log, explained. */
export function readLog(log: string): Reading {
  const parser = new LogParser();
  const events = [...parser.push(Buffer.from(log)), ...parser.flush()];
  return {
    verdicts: events.slice(0, MAX_VERDICTS).map((event) => verdictOf(event, explain(event))),
    more: Math.max(0, events.length - MAX_VERDICTS),
    lines: log.split('\n').length,
    skipped: parser.skipped.count,
  };
}

function verdictOf(event: FailureEvent, explanation: Explanation): Verdict {
  const { try: shown } = messageOf(explanation, event);
  return {
    kind: event.kind,
    line: event.source?.line ?? null,
    headline: explanation.title,
    site: event.site,
    severity: explanation.severity,
    cause: explanation.cause,
    confidence: explanation.confidence,
    message: formatMessage(explanation, event),
    why: explanation.why,
    advice: explanation.advice.filter(({ text }) => text !== shown).map(({ text, command = null }) => ({ text, command })),
    zones: explanation.zones.map((zone) => ({ name: zoneText(zone), allowed: zone.allowed, reason: zone.reason, steps: zone.steps })),
    repeats: event.repeats,
  };
}

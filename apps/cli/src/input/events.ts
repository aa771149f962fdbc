import { failureEvent, type FailureEvent, type FailureKind, type ModeReading } from '@nopage/gfp';
import { linesOf } from './lines.js';

/**
 * Events as `explain --json`, `run --json` and `watch --json` write them, one object a line. Objects of another kind
 * and lines that are no JSON are told to `skip` and passed over.
 */
export async function* eventsOf(chunks: AsyncIterable<Uint8Array>, skip: (line: number, reason: string) => void): AsyncGenerator<FailureEvent> {
  for await (const { text, number } of linesOf(chunks)) {
    if (text.trim() === '') continue;
    const parsed = parse(text);
    if (parsed === null) continue;
    if (typeof parsed === 'string') skip(number, parsed);
    else yield parsed;
  }
}

/** Null for the totals that end a run: they are no event. */
function parse(text: string): FailureEvent | string | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // What stands there may be anything: it is not echoed.
    return 'is no JSON';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'is no object';
  const fields = value as Readonly<Record<string, unknown>>;
  if ('summary' in fields) return null;
  if (typeof fields['site'] !== 'string' && typeof fields['kind'] !== 'string') return 'has neither kind nor site: no event';
  return eventFrom(fields);
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const number = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);

/** What policies, counters and messages need of an event; the zones' arithmetic has been done. */
function eventFrom(fields: Readonly<Record<string, unknown>>): FailureEvent {
  const seconds = number(fields['at']);
  return failureEvent({
    kind: (text(fields['kind']) ?? 'page-allocation-failure') as FailureKind,
    at: seconds === null ? null : seconds * 1000,
    comm: text(fields['comm']),
    pid: number(fields['pid']),
    cpu: number(fields['cpu']),
    kernel: text(fields['kernel']),
    order: number(fields['order']),
    bytes: number(fields['bytes']),
    mode: modeFrom(fields['mode']),
    permits: typeof fields['permits'] === 'object' ? (fields['permits'] as FailureEvent['permits']) : null,
    site: text(fields['site']),
    stack: Array.isArray(fields['stack']) ? fields['stack'].filter((frame) => typeof frame === 'string') : [],
    suppressed: number(fields['suppressed']) ?? 0,
    repeats: number(fields['repeats']) ?? 1,
    truncated: fields['truncated'] === true,
  });
}

function modeFrom(value: unknown): ModeReading | null {
  if (typeof value !== 'object' || value === null) return null;
  const { mask, names } = value as { readonly mask?: unknown; readonly names?: unknown };
  const bits = typeof mask === 'string' ? Number(mask) : mask;
  return {
    mask: number(bits),
    names: Array.isArray(names) ? names.filter((name) => typeof name === 'string') : null,
    from: 'log',
    consistent: true,
    candidates: [],
  };
}

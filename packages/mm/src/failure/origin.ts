import type { Origin } from './failure.js';

/** Deepest stack that is kept. */
const FRAMES = 16;

interface StackHolder { stack?: string }
interface CapturingError { captureStackTrace?(holder: StackHolder, above: unknown): void; stackTraceLimit?: number }

/**
 * The stack of whoever called `method` of the allocator, so that what lies below it stays out. Costs microseconds; only
 * failures pay.
 */
export function captureOrigin(allocator: object, method: string, site: string | null): Origin {
  const stack = framesAbove((allocator as Readonly<Record<string, unknown>>)[method]);
  return { site: site ?? stack[0] ?? null, stack };
}

function framesAbove(above: unknown): string[] {
  const holder: StackHolder = {};
  const engine = Error as unknown as CapturingError;
  if (engine.captureStackTrace === undefined) return [];
  const limit = engine.stackTraceLimit;
  engine.stackTraceLimit = FRAMES;
  engine.captureStackTrace(holder, above);
  const text = holder.stack ?? '';
  if (limit !== undefined) engine.stackTraceLimit = limit;
  return text.split('\n').slice(1).map((line) => line.trim().replace(/^at /, ''));
}

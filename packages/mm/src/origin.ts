import type { Origin } from './failure.js';

/** Deepest stack that is kept. */
const FRAMES = 16;

interface StackHolder { stack?: string }
interface CapturingError { captureStackTrace?(holder: StackHolder, above: (...args: never[]) => unknown): void; stackTraceLimit?: number }

/**
 * The stack of whoever called `above`: a method of the allocator's own, so that what lies below it stays out. Costs
 * microseconds; only failures pay.
 */
export function captureOrigin(above: (...args: never[]) => unknown, site: string | null): Origin {
  const stack = framesAbove(above);
  return { site: site ?? stack[0] ?? null, stack };
}

function framesAbove(above: (...args: never[]) => unknown): string[] {
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

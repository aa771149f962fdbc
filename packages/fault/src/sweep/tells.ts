import type { SweptRequest } from './report.js';

const PROGRAM_ERRORS: ReadonlySet<string> = new Set(['TypeError', 'ReferenceError', 'SyntaxError', 'EvalError', 'URIError', 'AssertionError']);

/** What an error of the code's own says that tells of missing memory in other words. */
const OF_MEMORY = /\bout of memory\b|\b(?:not enough|enough|insufficient) memory\b|\balloc(?:ate|ation|ating)\b|\bENOMEM\b/i;

/**
 * Does this error tell of the failure? Yes when it is one of the errors that refused callers got, has one as its cause
 * or among its errors, quotes its message, or speaks of memory in words of its own and is none of those that a broken
 * program throws (`TypeError`, `ReferenceError`, a stack overflow, a failed assertion). A refused request for pages gives no error: then any error tells but
 * those of a broken program.
 */
export function tellsOfFailure(error: unknown, refusals: readonly unknown[], request: SweptRequest): boolean {
  if (refusals.length === 0) return request.api === null && !isProgramError(error);
  return leadsTo(error, new Set(refusals), refusals.map(messageOf), 0);
}

function leadsTo(error: unknown, refusals: ReadonlySet<unknown>, messages: readonly string[], depth: number): boolean {
  if (refusals.has(error)) return true;
  if (depth > 16) return false;
  const text = messageOf(error);
  if (messages.some((message) => message !== '' && text.includes(message))) return true;
  if (OF_MEMORY.test(text) && !isProgramError(error)) return true;
  if (typeof error !== 'object' || error === null) return false;
  const { cause, errors, error: suppressing, suppressed } = error as { cause?: unknown; errors?: unknown; error?: unknown; suppressed?: unknown };
  const inner = [cause, suppressing, suppressed, ...(Array.isArray(errors) ? (errors as unknown[]).slice(0, 100) : [])];
  return inner.some((next) => next !== undefined && next !== error && leadsTo(next, refusals, messages, depth + 1));
}

function isProgramError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return PROGRAM_ERRORS.has(error.name) || PROGRAM_ERRORS.has(error.constructor.name) || error.message === 'Maximum call stack size exceeded';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : typeof error === 'string' ? error : '';
}

/** An error in one line: `TypeError: x is not a function`. */
export function errorText(error: unknown): string {
  if (error instanceof Error) return `${error.name}: ${error.message}`.replace(/\s+/g, ' ').slice(0, 300);
  let text: string;
  try {
    text = String(error);
  } catch {
    text = typeof error;
  }
  return text.replace(/\s+/g, ' ').slice(0, 300);
}

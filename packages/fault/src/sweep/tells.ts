import type { SweptRequest } from './report.js';

const PROGRAM_ERRORS: ReadonlySet<string> = new Set(['TypeError', 'ReferenceError', 'SyntaxError', 'EvalError', 'URIError', 'AssertionError']);

/** What an error of the code's own says, in name, code or message, that tells of missing memory in other words. */
const OF_MEMORY = /\bout ?of ?memory|\b(?:no|not enough|enough|insufficient) memory\b|MEMORY_ALLOCATION|\bgrow (?:\w+ )?memory\b|\balloc(?:ate|ation|ating)\b|\bENOMEM\b/i;

/**
 * Does this error tell of the failure? Yes when it is one of the errors that refused callers got, has one as its cause
 * or among its errors, quotes its message, or speaks of memory in words of its own and is none of those that a broken
 * program throws (`TypeError`, `ReferenceError`, a stack overflow, a failed assertion). A refused request for pages gives
 * no error: then any error tells but those of a broken program. An error that throws when it is looked at tells nothing.
 */
export function tellsOfFailure(error: unknown, refusals: readonly unknown[], request: SweptRequest): boolean {
  try {
    if (refusals.length === 0 && request.api === null) return !isProgramError(error);
    return leadsTo(error, new Set(refusals), refusals.map(messageOf), 0);
  } catch {
    return false;
  }
}

function leadsTo(error: unknown, refusals: ReadonlySet<unknown>, messages: readonly string[], depth: number): boolean {
  if (refusals.has(error)) return true;
  if (depth > 16) return false;
  const text = messageOf(error);
  if (messages.some((message) => message !== '' && text.includes(message))) return true;
  if (OF_MEMORY.test(`${labelsOf(error)} ${text}`) && !isProgramError(error)) return true;
  if (typeof error !== 'object' || error === null) return false;
  const { cause, errors, error: suppressing, suppressed } = error as { cause?: unknown; errors?: unknown; error?: unknown; suppressed?: unknown };
  const inner = [cause, suppressing, suppressed, ...(Array.isArray(errors) ? (errors as unknown[]).slice(0, 100) : [])];
  return inner.some((next) => next !== undefined && next !== error && leadsTo(next, refusals, messages, depth + 1));
}

function isProgramError(error: unknown): boolean {
  if (!isErrorLike(error)) return false;
  return PROGRAM_ERRORS.has(error.name) || PROGRAM_ERRORS.has(String((error.constructor as { readonly name?: unknown } | undefined)?.name)) || error.message === 'Maximum call stack size exceeded';
}

function messageOf(error: unknown): string {
  return isErrorLike(error) ? error.message : typeof error === 'string' ? error : '';
}

function labelsOf(error: unknown): string {
  return isErrorLike(error) ? `${error.name} ${String((error as { readonly code?: unknown }).code)}` : '';
}

/** By its looks: one of another realm is no `Error` of ours. */
function isErrorLike(error: unknown): error is Error {
  return typeof error === 'object' && error !== null && typeof (error as Partial<Error>).message === 'string' && typeof (error as Partial<Error>).name === 'string';
}

/** An error in one line: `TypeError: x is not a function`. */
export function errorText(error: unknown): string {
  let text: string;
  try {
    text = isErrorLike(error) ? `${error.name}: ${error.message}` : String(error);
  } catch {
    text = typeof error;
  }
  return text.replace(/\s+/g, ' ').slice(0, 300);
}

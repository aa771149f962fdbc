import { usageError } from '../cli-error.js';

/**
 * An option's text as a whole number.
 *
 * @throws {CliError} Usage (exit 2), with the option, what was given and the range.
 */
export function wholeNumber(option: string, text: string, min = 0, max: number = Number.MAX_SAFE_INTEGER): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= min && value <= max) return value;
  throw usageError(`${option} takes a whole number ${max === Number.MAX_SAFE_INTEGER ? `from ${min}` : `from ${min} to ${max}`}, not '${text}'`);
}

/**
 * An option's text, seconds or a part of one, in milliseconds.
 *
 * @throws {CliError} Usage (exit 2), with the option, what was given and the range.
 */
export function milliseconds(option: string, text: string, minSeconds: number, maxSeconds: number): number {
  const seconds = Number(text);
  if (text.trim() !== '' && seconds >= minSeconds && seconds <= maxSeconds) return seconds * 1000;
  throw usageError(`${option} takes seconds, ${minSeconds} to ${maxSeconds}, not '${text}'`);
}

import { ReporterError } from './errors.js';
import type { Policy } from './policy.js';
import type { Reportable } from './reportable.js';
import { shown } from './shown.js';

/** The parts of a policy, and what each must be. */
const PARTS: readonly (readonly [name: keyof Policy, what: string, fits: (part: unknown) => boolean])[] = [
  ['name', 'a text', (part) => typeof part === 'string'],
  ['codes', 'a list of texts', (part) => Array.isArray(part) && part.every((code) => typeof code === 'string')],
  ['init', 'a function', (part) => typeof part === 'function'],
  ['vote', 'a function', (part) => typeof part === 'function'],
];

/** Is it meant for a policy, whether or not it has all that one needs? */
export const looksLikePolicy = (value: object): boolean => PARTS.some(([name]) => name !== 'name' && name in value);

/** What keeps a value from being a policy: the part (`.vote`, '' for the whole) and why; null when nothing does. */
export function policyFault(value: unknown): { readonly part: string; readonly why: string } | null {
  if (typeof value !== 'object' || value === null) return { part: '', why: `is ${shown(value)}, and must be a policy (name, codes, init, vote)` };
  for (const [name, what, fits] of PARTS) {
    const part = partOf(value, name);
    if (!fits(part)) return { part: `.${name}`, why: part === undefined ? `is missing, and must be ${what}` : `is ${shown(part)}, and must be ${what}` };
  }
  return null;
}

/** What throws when it is read is as good as not there. */
function partOf(value: object, name: string): unknown {
  try {
    return (value as Readonly<Record<string, unknown>>)[name];
  } catch {
    return undefined;
  }
}

/** @throws {ReporterError} `BAD_OPTION`, with the part that is not as it must be. */
export function asPolicy<P extends Policy<E>, E extends Reportable>(name: string, value: P): P {
  const fault = policyFault(value);
  if (fault !== null) throw new ReporterError('BAD_OPTION', `${name}${fault.part} ${fault.why}`);
  return value;
}

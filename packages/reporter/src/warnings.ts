import type { FailureEvent } from '@nopage/gfp';
import { any } from './combine.js';
import type { Duration } from './duration.js';
import { ReporterError } from './errors.js';
import type { Policy } from './policy.js';
import { bySite, type Reportable } from './reportable.js';
import { limitsOf } from './reporter-options.js';

/** The options of a reporter that belong together: `new Reporter({ ...warnings, sink })`. A preset is one. */
export interface Warnings<E extends Reportable = FailureEvent> {
  readonly name: string;
  readonly policy: Policy<E>;
  readonly keyOf: (event: E) => string;
  readonly maxSilence: Duration;
  readonly maxKeys: number;
  /** Whose count stands before a told event: the era's own (`Vote.notice`), or the ledger's (`Line.covers`). */
  readonly countedBy: 'policy' | 'ledger';
}

export interface WarningsOptions<E extends Reportable = FailureEvent> {
  /** @defaultValue the policies' names */
  readonly name?: string;
  /** The loudest of them decides; what is false, null or undefined is left out. */
  readonly policies: readonly (Policy<E> | false | null | undefined)[];
  /** @defaultValue the event's site */
  readonly keyOf?: (event: E) => string;
  /** @defaultValue 60s */
  readonly maxSilence?: Duration;
  /** @defaultValue 1024 */
  readonly maxKeys?: number;
}

/**
 * A configuration in code: what `warnings.config.ts` exports.
 *
 * @throws {ReporterError} `config` when no policy is left.
 */
export function defineWarnings<E extends Reportable = FailureEvent>(options: WarningsOptions<E>): Warnings<E> {
  const policies = options.policies.filter((policy) => policy !== false && policy !== null && policy !== undefined);
  const [only] = policies;
  if (only === undefined) throw new ReporterError('config', 'there is no policy', '$.policies');
  const policy = policies.length === 1 ? only : any<E>(...policies);
  return {
    name: options.name ?? policy.name,
    policy,
    keyOf: options.keyOf ?? bySite,
    maxSilence: options.maxSilence ?? '60s',
    maxKeys: options.maxKeys ?? 1024,
    countedBy: 'ledger',
  };
}

/** The parts of a policy, and what each must be. */
const PARTS: readonly (readonly [string, string, (part: unknown) => boolean])[] = [
  ['name', 'a text', (part) => typeof part === 'string'],
  ['codes', 'a list of texts', (part) => Array.isArray(part) && part.every((code) => typeof code === 'string')],
  ['init', 'a function', (part) => typeof part === 'function'],
  ['vote', 'a function', (part) => typeof part === 'function'],
];

/** Checks that a value is a policy; says which of its parts is not as it must be. */
function asPolicy<E extends Reportable>(value: object, path: string): Policy<E> {
  for (const [name, what, fits] of PARTS) {
    const part: unknown = (value as Readonly<Record<string, unknown>>)[name];
    if (!fits(part)) throw new ReporterError('config', `is ${part === undefined ? 'missing' : 'no such thing'}, and must be ${what}`, `${path}.${name}`);
  }
  return value as Policy<E>;
}

/**
 * What a configuration module exports, as one thing: a policy, or what {@link defineWarnings} or `preset` gave.
 *
 * @throws {ReporterError} `config` for anything else, with the path of what is wrong.
 */
export function asWarnings<E extends Reportable = FailureEvent>(value: unknown): Warnings<E> {
  if (typeof value === 'function') throw noWarnings('is a function; export what it returns');
  if (typeof value !== 'object' || value === null) throw neither();
  if ('then' in value) throw noWarnings('is a promise; export what it resolves to: export default await ...');
  if (!('policy' in value)) {
    if (PARTS.some(([name]) => name !== 'name' && name in value)) return defineWarnings<E>({ policies: [asPolicy<E>(value, '$')] });
    throw neither();
  }
  if (typeof value.policy !== 'object' || value.policy === null) throw new ReporterError('config', 'is no policy', '$.policy');
  const policy = asPolicy<E>(value.policy, '$.policy');
  const warnings = { ...defineWarnings<E>({ name: policy.name, policies: [policy] }), ...value, policy };
  checkLimits(warnings);
  return warnings;
}

const noWarnings = (message: string): ReporterError => new ReporterError('config', message, '$');
const neither = (): ReporterError => noWarnings('is neither a policy (name, codes, init, vote) nor what defineWarnings() returns');

function checkLimits<E extends Reportable>(warnings: Warnings<E>): void {
  const at = (path: string, body: () => unknown): void => {
    try {
      body();
    } catch (error) {
      throw new ReporterError('config', error instanceof Error ? error.message : String(error), path);
    }
  };
  at('$.maxKeys', () => limitsOf({ maxKeys: warnings.maxKeys }));
  at('$.maxSilence', () => limitsOf({ maxSilence: warnings.maxSilence }));
  if (typeof warnings.keyOf !== 'function') throw new ReporterError('config', 'is no function', '$.keyOf');
}

import type { FailureEvent } from '@nopage/gfp';
import { asIterable, asOptions } from './checked.js';
import { any } from './combine.js';
import { toMs, type Duration } from './duration.js';
import { ReporterError } from './errors.js';
import { DEFAULT_MAX_KEYS, DEFAULT_MAX_SILENCE, limitsOf } from './limits.js';
import type { Policy } from './policy.js';
import { looksLikePolicy, policyFault } from './policy-parts.js';
import { bySite, type Reportable } from './reportable.js';

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
 * @throws {ReporterError} `BAD_CONFIG` when no policy is left; `BAD_OPTION` for what is no list of policies.
 */
export function defineWarnings<E extends Reportable = FailureEvent>(options: WarningsOptions<E>): Warnings<E> {
  const policies = [...asIterable('policies', asOptions(options).policies)].filter((policy) => policy !== false && policy !== null && policy !== undefined);
  const [only] = policies;
  if (only === undefined) throw new ReporterError('BAD_CONFIG', 'there is no policy', '$.policies');
  const policy = policies.length === 1 ? asPolicy<E>(only, '$.policies[0]') : any<E>(...policies);
  return {
    name: options.name ?? policy.name,
    policy,
    keyOf: options.keyOf ?? bySite,
    maxSilence: options.maxSilence ?? DEFAULT_MAX_SILENCE,
    maxKeys: options.maxKeys ?? DEFAULT_MAX_KEYS,
    countedBy: 'ledger',
  };
}

/** @throws {ReporterError} `BAD_CONFIG`, with the path of the part that is not as it must be. */
function asPolicy<E extends Reportable>(value: unknown, path: string): Policy<E> {
  const fault = policyFault(value);
  if (fault !== null) throw new ReporterError('BAD_CONFIG', fault.why, `${path}${fault.part}`);
  return value as Policy<E>;
}

/**
 * What a configuration module exports, as one thing: a policy, or what {@link defineWarnings} or `preset` gave.
 *
 * @throws {ReporterError} `BAD_CONFIG` for anything else, with the path of what is wrong.
 */
export function asWarnings<E extends Reportable = FailureEvent>(value: unknown): Warnings<E> {
  if (typeof value === 'function') throw noWarnings('is a function; export what it returns');
  if (typeof value !== 'object' || value === null) throw neither();
  if ('then' in value) throw noWarnings('is a promise; export what it resolves to: export default await ...');
  if (!('policy' in value)) {
    if (looksLikePolicy(value)) return defineWarnings<E>({ policies: [asPolicy<E>(value, '$')] });
    throw neither();
  }
  const policy = asPolicy<E>(value.policy, '$.policy');
  const warnings = { ...defineWarnings<E>({ name: policy.name, policies: [policy] }), ...value, policy };
  checkLimits(warnings);
  return warnings;
}

const noWarnings = (message: string): ReporterError => new ReporterError('BAD_CONFIG', message, '$');
const neither = (): ReporterError => noWarnings('is neither a policy (name, codes, init, vote) nor what defineWarnings() returns');

function checkLimits<E extends Reportable>(warnings: Warnings<E>): void {
  const at = (path: string, body: () => unknown): void => {
    try {
      body();
    } catch (error) {
      throw new ReporterError('BAD_CONFIG', error instanceof Error ? error.message : String(error), path);
    }
  };
  at('$.maxKeys', () => limitsOf({ maxKeys: warnings.maxKeys }));
  at('$.maxSilence', () => limitsOf({ maxSilence: toMs(warnings.maxSilence) }));
  if (typeof warnings.keyOf !== 'function') throw new ReporterError('BAD_CONFIG', 'is no function', '$.keyOf');
}

import type { FailureEvent } from '@nopage/gfp';
import { any } from './combine.js';
import type { Duration } from './duration.js';
import { ReporterError } from './errors.js';
import type { Policy } from './policy.js';
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

const isPolicy = (value: object): value is Policy<Reportable> =>
  'name' in value && typeof value.name === 'string' && 'vote' in value && typeof value.vote === 'function' && 'init' in value && typeof value.init === 'function';

/**
 * What a configuration module exports, as one thing: a policy, or what {@link defineWarnings} or `preset` gave.
 *
 * @throws {ReporterError} `config` for anything else.
 */
export function asWarnings<E extends Reportable = FailureEvent>(value: unknown): Warnings<E> {
  if (typeof value === 'object' && value !== null) {
    if (isPolicy(value)) return defineWarnings<E>({ name: value.name, policies: [value] });
    if ('policy' in value && typeof value.policy === 'object' && value.policy !== null && isPolicy(value.policy)) {
      const { policy } = value;
      return { ...defineWarnings<E>({ name: policy.name, policies: [policy] }), ...value, policy };
    }
  }
  throw new ReporterError('config', 'is neither a policy (name, codes, init, vote) nor what defineWarnings() returns', '$');
}

import { all, any, atLeast, first, when } from '../combine.js';
import type { Duration } from '../duration.js';
import { ReporterError } from '../errors.js';
import type { LimiterEra } from '../kernel-limiter.js';
import { perKey } from '../per-key.js';
import { budget } from '../policies/budget.js';
import { escalateOnPersistence } from '../policies/escalate-on-persistence.js';
import { onPowersOfTwo } from '../policies/on-powers-of-two.js';
import { proven, type SiteEvidence, type SweepEvidence } from '../policies/proven.js';
import { rareFirst } from '../policies/rare-first.js';
import { rateLimit } from '../policies/rate-limit.js';
import { respectNowarn } from '../policies/respect-nowarn.js';
import { summarize } from '../policies/summarize.js';
import { trusted } from '../policies/trusted.js';
import type { Policy, Pressure } from '../policy.js';
import { preset } from '../presets.js';
import type { GateEvent } from '../presets/linux-gate.js';
import { bySite } from '../reportable.js';
import { shown } from '../shown.js';
import type { Verdict } from '../vote.js';
import { readKey, readTest } from './event-test.js';
import { asList, asObject, asString, fail, readField } from './fields.js';
import { POLICY_TABLE } from './policy-table.js';

/** What a configuration can't do by itself. */
export interface LoadOptions {
  /** The hash of a site's source as it is now: for `proven`. */
  readonly hashOf?: (site: string) => string | null;
  /** Reads the evidence that a `proven` names as a file, parsed. */
  readonly readReport?: (file: string) => unknown;
}

/** A configuration that goes round in a circle has paths without end. */
const MAX_PATH_LENGTH = 1000;

/** A policy's fields, checked against the table. */
interface Fields {
  get(name: string): unknown;
  path(name: string): string;
}

/**
 * A policy out of parsed JSON: `{ "use": "rate-limit", "burst": 1, "interval": "10s" }`, nested with `any`, `all`,
 * `first`, `when`, `per-key` and `at-least`. A text is the name of a preset or of a policy without fields.
 *
 * @throws {ReporterError} `BAD_CONFIG`, with the path of the place: `$.policies[1].interval`.
 */
export function loadPolicy(json: unknown, options: LoadOptions = {}, path = '$'): Policy<GateEvent> {
  if (typeof json === 'string') return Object.hasOwn(POLICY_TABLE, json) ? loadPolicy({ use: json }, options, path) : loadPreset(json, {}, path);
  if (path.length > MAX_PATH_LENGTH) fail(path, 'is nested too deeply');
  const { use, ...rest } = asObject(json, path);
  const word = asString(use, `${path}.use`);
  const entry = Object.hasOwn(POLICY_TABLE, word) ? POLICY_TABLE[word] : undefined;
  if (entry === undefined) return fail(`${path}.use`, `is ${shown(word)}, and must be one of ${Object.keys(POLICY_TABLE).join(', ')}`);
  const values = new Map<string, unknown>();
  for (const [name, value] of Object.entries(rest)) {
    const field = Object.hasOwn(entry.fields, name) ? entry.fields[name] : undefined;
    if (field === undefined) {
      const known = Object.keys(entry.fields).join(', ');
      return fail(`${path}.${name}`, `is not a field of ${word}, which has ${known === '' ? 'none' : known}`);
    }
    if (value !== undefined) values.set(name, readField(field.type, value, `${path}.${name}`));
  }
  // A field by a mistyped name is missing, too: what stands there is told first.
  for (const [name, field] of Object.entries(entry.fields)) {
    if (!values.has(name) && field.required === true) fail(`${path}.${name}`, `is missing: ${field.about}`);
  }
  const fields: Fields = { get: (name) => values.get(name), path: (name) => `${path}.${name}` };
  try {
    return build(word, fields, options, path);
  } catch (error) {
    // A combination that no field shows by itself: upTo below interval.
    if (error instanceof ReporterError && error.code !== 'BAD_CONFIG') return fail(path, error.message);
    throw error;
  }
}

function build(word: string, fields: Fields, options: LoadOptions, path: string): Policy<GateEvent> {
  const inner = (): Policy<GateEvent> => loadPolicy(fields.get('policy'), options, fields.path('policy'));
  const list = (): Policy<GateEvent>[] => loadPolicies(fields.get('policies'), options, fields.path('policies'));
  const numbers = <N extends string>(...names: N[]): Partial<Record<N, number>> => pick(fields, names);
  const durations = <N extends string>(...names: N[]): Partial<Record<N, Duration>> => pick(fields, names);
  switch (word) {
    case 'any':
      return any(...list());
    case 'all':
      return all(...list());
    case 'first':
      return first(...list());
    case 'when':
      return when(readTest(fields.get('test'), fields.path('test')), inner());
    case 'per-key': {
      const key = fields.get('key');
      return perKey(key === undefined ? bySite : readKey(key, fields.path('key')), inner(), numbers('maxKeys'));
    }
    case 'at-least':
      return atLeast(fields.get('verdict') as Exclude<Verdict, 'abstain'>, inner());
    case 'preset':
      return loadPreset(fields.get('name') as string, numbers('hz'), fields.path('name'));
    case 'respect-nowarn':
      return respectNowarn();
    case 'rate-limit': {
      const era = fields.get('era') as LimiterEra | undefined;
      return rateLimit({ burst: fields.get('burst') as number, interval: fields.get('interval') as Duration, ...numbers('hz'), ...(era !== undefined && { era }) });
    }
    case 'on-powers-of-two':
      return onPowersOfTwo();
    case 'rare-first':
      return rareFirst({ ...numbers('burst'), ...durations('quiet', 'interval') });
    case 'budget':
      return budget({ ...numbers('lines', 'bytes'), ...durations('interval') });
    case 'escalate-on-persistence': {
      const pressure = fields.get('pressure') as Exclude<Pressure, 'none'> | null | undefined;
      return escalateOnPersistence({
        ...numbers('rate'), ...durations('after', 'gap', 'rateInterval', 'every'), ...(pressure !== undefined && { pressure }),
      });
    }
    case 'summarize':
      return summarize({ ...durations('interval', 'upTo'), ...pick<boolean, 'tellFirst'>(fields, ['tellFirst']) });
    case 'trusted':
      return trusted(fields.get('sites') as readonly string[]);
    default:
      return loadProven(fields.get('report'), options, fields.path('report'), path);
  }
}

/** Fields that were given, under their own names; what was not given is absent, so that defaults apply. */
function pick<T, N extends string>(fields: Fields, names: readonly N[]): Partial<Record<N, T>> {
  return Object.fromEntries(names.filter((name) => fields.get(name) !== undefined).map((name) => [name, fields.get(name)])) as Partial<Record<N, T>>;
}

function loadPolicies(json: unknown, options: LoadOptions, path: string): Policy<GateEvent>[] {
  const policies = asList(json, path).flatMap((entry, i) => (entry === null || entry === false ? [] : [loadPolicy(entry, options, `${path}[${i}]`)]));
  return policies.length > 0 ? policies : fail(path, 'has no policy');
}

function loadPreset(name: string, options: { hz?: number }, path: string): Policy<GateEvent> {
  try {
    return preset(name, options).policy;
  } catch (error) {
    return fail(path, error instanceof Error ? error.message : String(error));
  }
}

function loadProven(value: unknown, options: LoadOptions, path: string, policyPath: string): Policy<GateEvent> {
  const { hashOf, readReport } = options;
  if (hashOf === undefined) return fail(policyPath, 'asks for the hash of sources, which cannot be had here');
  if (typeof value === 'string' && readReport === undefined) return fail(path, 'names a file, which cannot be read here');
  const report = asObject(typeof value === 'string' ? readFrom(value, readReport, path) : value, path);
  const sites = asList(report['sites'], `${path}.sites`).map((entry, i) => readEvidence(entry, `${path}.sites[${i}]`));
  return proven({ sites } satisfies SweepEvidence, { hashOf });
}

function readFrom(file: string, readReport: LoadOptions['readReport'], path: string): unknown {
  try {
    return readReport?.(file);
  } catch (error) {
    return fail(path, `${shown(file)} can't be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function readEvidence(value: unknown, path: string): SiteEvidence {
  const { site, sourceHash, survived, cases } = asObject(value, path);
  if (typeof survived !== 'boolean') return fail(`${path}.survived`, `is ${shown(survived)}, and must be true or false`);
  return {
    site: asString(site, `${path}.site`),
    sourceHash: asString(sourceHash, `${path}.sourceHash`),
    survived,
    cases: readField({ is: 'number', min: 0, whole: true }, cases, `${path}.cases`) as number,
  };
}

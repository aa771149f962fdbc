import { asText } from '../checked.js';
import { ReporterError } from '../errors.js';
import { MOST_KEYS } from '../limits.js';
import { preset } from '../presets.js';
import type { GateEvent } from '../presets/linux-gate.js';
import { defineWarnings, type Warnings } from '../warnings.js';
import { readKey } from './event-test.js';
import { asObject, fail, readDuration, readField } from './fields.js';
import { placeOf } from './json-place.js';
import { loadPolicy, type LoadOptions } from './load-policy.js';

const FIELDS = ['$schema', 'policy', 'key', 'maxSilence', 'maxKeys'];

/**
 * Warnings out of parsed JSON: `{ "policy": ..., "key": "site", "maxSilence": "60s", "maxKeys": 1024 }`, a policy alone,
 * or the name of a preset.
 *
 * @throws {ReporterError} `BAD_CONFIG`, with the path of the place.
 */
export function loadWarnings(json: unknown, options: LoadOptions = {}): Warnings<GateEvent> {
  if (typeof json === 'string') return presetOrPolicy(json, options, '$');
  const fields = asObject(json, '$');
  if ('use' in fields) {
    const { $schema: _schema, ...policy } = fields;
    return defineWarnings<GateEvent>({ policies: [loadPolicy(policy, options)] });
  }
  for (const name of Object.keys(fields)) if (!FIELDS.includes(name)) fail(`$.${name}`, `is not a field; there are ${FIELDS.join(', ')}`);
  const { policy, key, maxSilence, maxKeys } = fields;
  if (policy === undefined) return fail('$.policy', 'is missing');
  return {
    ...(typeof policy === 'string' ? presetOrPolicy(policy, options, '$.policy') : defineWarnings<GateEvent>({ policies: [loadPolicy(policy, options, '$.policy')] })),
    ...(key !== undefined && { keyOf: readKey(key, '$.key') }),
    ...(maxSilence !== undefined && { maxSilence: readDuration(maxSilence, '$.maxSilence') }),
    ...(maxKeys !== undefined && { maxKeys: readField({ is: 'number', min: 1, max: MOST_KEYS, whole: true }, maxKeys, '$.maxKeys') as number }),
  };
}

/**
 * As {@link loadWarnings}, from text; the message of an error begins with its line and column.
 *
 * @throws {ReporterError} `BAD_CONFIG`; `BAD_OPTION` for what is no text.
 */
export function parseWarnings(source: string, options: LoadOptions = {}): Warnings<GateEvent> {
  // Some editors begin a file with a byte order mark.
  const text = asText('source', source).replace(/^\uFEFF/, '');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const { line, column } = placeOf(text, null);
    throw new ReporterError('BAD_CONFIG', `line ${line}, column ${column}: is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  try {
    return loadWarnings(json, options);
  } catch (error) {
    if (!(error instanceof ReporterError) || error.path === '') throw error;
    const { line, column } = placeOf(text, error.path);
    const message = error.message.slice(error.path.length + 2);
    throw new ReporterError('BAD_CONFIG', message, `line ${line}, column ${column}, ${error.path}`);
  }
}

/** A preset brings its key and silence along; the name of a policy does not. */
function presetOrPolicy(name: string, options: LoadOptions, path: string): Warnings<GateEvent> {
  try {
    return preset(name);
  } catch {
    return defineWarnings<GateEvent>({ policies: [loadPolicy(name, options, path)] });
  }
}

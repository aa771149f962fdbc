import { MOST_KEYS } from '../limits.js';
import type { Field, FieldType } from './fields.js';
import { POLICY_TABLE } from './policy-table.js';

/** A JSON schema, or a part of one. */
export type Schema = Readonly<Record<string, unknown>>;

const duration: Schema = { anyOf: [{ type: 'number', minimum: 0 }, { type: 'string', pattern: '^\\d+(\\.\\d+)?(ms|s|m|h|d)$' }] };
const key: Schema = { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' }, minItems: 1 }] };
const policy: Schema = { $ref: '#/$defs/policy' };
const test: Schema = {
  type: 'object',
  required: ['field'],
  minProperties: 2,
  properties: { field: { type: 'string' }, is: {}, not: {}, atLeast: { type: 'number' }, atMost: { type: 'number' }, matches: { type: 'string', format: 'regex' } },
  additionalProperties: false,
};

function schemaOf(type: FieldType): Schema {
  switch (type.is) {
    case 'number':
      return { type: type.whole === true ? 'integer' : 'number', minimum: type.min, ...(type.max !== undefined && { maximum: type.max }) };
    case 'boolean':
      return { type: 'boolean' };
    case 'duration':
      return duration;
    case 'one-of':
      return { enum: type.words };
    case 'strings':
      return { type: 'array', items: { type: 'string' } };
    case 'string':
      return { type: 'string' };
    case 'object':
      return { type: ['object', 'string'] };
    case 'test':
      return test;
    case 'key':
      return key;
    case 'policy':
      return policy;
    case 'policies':
      return { type: 'array', minItems: 1, items: { anyOf: [policy, { enum: [null, false] }] } };
  }
}

const described = ([name, field]: [string, Field]): [string, Schema] => [name, { description: field.about, ...schemaOf(field.type) }];

/** The JSON schema of a configuration, draft 2020-12: `warnings.schema.json` of this package. */
export function warningsSchema(): Schema {
  const words = Object.entries(POLICY_TABLE).map(([word, { about, fields }]): Schema => ({
    description: about,
    type: 'object',
    required: ['use', ...Object.entries(fields).flatMap(([name, field]) => (field.required === true ? [name] : []))],
    properties: { use: { const: word }, ...Object.fromEntries(Object.entries(fields).map(described)) },
    additionalProperties: false,
  }));
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Warnings: a policy, and how its counts are kept',
    anyOf: [
      { $ref: '#/$defs/policy' },
      {
        type: 'object',
        required: ['policy'],
        properties: { $schema: { type: 'string' }, policy, key, maxSilence: duration, maxKeys: { type: 'integer', minimum: 1, maximum: MOST_KEYS } },
        additionalProperties: false,
      },
    ],
    $defs: { policy: { anyOf: [{ type: 'string', description: 'A preset, or a policy without fields.' }, ...words] } },
  };
}

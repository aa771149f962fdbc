import { faultAttributes, type FaultAttributes, type FaultAttributesInput } from '../attributes.js';
import { parseBootSyntax } from '../boot-syntax.js';
import { asThen } from '../checked-options.js';
import { FaultError } from '../errors.js';
import type { Then } from '../sweep/report.js';

/** What `@nopage/fault/register` reads from the environment. */
export interface RegisterSettings {
  /** `NOPAGE_FAULT_ADAPTERS`: names, or `all`. Default `all`. */
  readonly adapters: string;
  /** `NOPAGE_FAULT`: the boot syntax, or attributes as JSON. Null: none fails by chance. */
  readonly attributes: FaultAttributes | null;
  /** `NOPAGE_FAULT_SEED`. Default 1. */
  readonly seed: number;
  /** `NOPAGE_FAULT_NTH`: `12`, or `2:12` for the third process that starts, or `@name.0:12` for one by its name in the records. Null: none. */
  readonly nth: { readonly process: string; readonly n: number } | null;
  /** `NOPAGE_FAULT_THEN`. Default `succeed`. */
  readonly then: Then;
  /** `NOPAGE_FAULT_OUT`: folder that each process writes its record to. */
  readonly out: string | null;
}

const NAMES = ['NOPAGE_FAULT', 'NOPAGE_FAULT_ADAPTERS', 'NOPAGE_FAULT_SEED', 'NOPAGE_FAULT_NTH', 'NOPAGE_FAULT_THEN', 'NOPAGE_FAULT_OUT'];

/**
 * @returns Null when the environment asks for nothing.
 * @throws {FaultError} Naming the variable, what it holds and what it may hold; unknown `NOPAGE_FAULT…` variables too.
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): RegisterSettings | null {
  const given = Object.keys(env).filter((name) => name.startsWith('NOPAGE_FAULT'));
  for (const name of given) if (!NAMES.includes(name)) throw new FaultError('UNKNOWN_ATTRIBUTE', { attribute: name, given: env[name], range: `one of ${NAMES.join(', ')}` });
  const { NOPAGE_FAULT: attributes, NOPAGE_FAULT_NTH: nth, NOPAGE_FAULT_OUT: out, NOPAGE_FAULT_THEN: then = 'succeed', NOPAGE_FAULT_SEED: seed = '1' } = env;
  if (attributes === undefined && nth === undefined && out === undefined) return null;
  if (!/^-?\d{1,10}$/.test(seed)) throw new FaultError('BAD_OPTION', { attribute: 'NOPAGE_FAULT_SEED', given: seed, range: 'a whole number' });
  return {
    adapters: env['NOPAGE_FAULT_ADAPTERS'] ?? 'all',
    attributes: attributes === undefined ? null : readAttributes(attributes),
    seed: Number(seed),
    nth: nth === undefined ? null : readNth(nth),
    then: asThen('NOPAGE_FAULT_THEN', then),
    out: out ?? null,
  };
}

function readNth(text: string): NonNullable<RegisterSettings['nth']> {
  const read = /^(?:(\d{1,6}|@[\w.-]+):)?(\d{1,9})$/.exec(text);
  if (!read || read[2] === '0') throw new FaultError('BAD_OPTION', { attribute: 'NOPAGE_FAULT_NTH', given: text, range: 'a request from 1, or process:request' });
  return { process: read[1] ?? '0', n: Number(read[2]) };
}

function readAttributes(text: string): FaultAttributes {
  let given: FaultAttributesInput;
  try {
    given = text.trimStart().startsWith('{') ? (JSON.parse(text) as FaultAttributesInput) : parseBootSyntax(text);
  } catch (error) {
    if (error instanceof FaultError && error.code !== 'BOOT_SYNTAX') throw error;
    throw new FaultError('BAD_OPTION', { attribute: 'NOPAGE_FAULT', given: text, range: 'four decimal numbers (interval,probability,space,times), or attributes as JSON' });
  }
  return faultAttributes(given);
}

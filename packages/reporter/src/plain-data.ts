/**
 * A policy's state as JSON values and back: Maps, Sets, undefined and numbers that JSON has no word for are marked.
 * Anything else that is not plain data is written as what JSON makes of it.
 */
export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [name: string]: Plain };

const MARK = '$plain';

export function toPlain(value: unknown): Plain {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0) ? value : { [MARK]: 'number', value: Object.is(value, -0) ? '-0' : String(value) };
  if (value === undefined || typeof value === 'function' || typeof value === 'symbol') return { [MARK]: 'undefined' };
  if (typeof value === 'bigint') return { [MARK]: 'bigint', value: value.toString() };
  // A hole is as good as undefined.
  if (Array.isArray(value)) return Array.from(value, toPlain);
  if (value instanceof Map) return { [MARK]: 'map', value: [...value].map(([key, entry]) => [toPlain(key), toPlain(entry)]) };
  if (value instanceof Set) return { [MARK]: 'set', value: [...value].map(toPlain) };
  const plain = Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, toPlain(entry)]));
  return MARK in plain ? { [MARK]: 'object', value: Object.entries(plain) } : plain;
}

export function fromPlain(plain: Plain): unknown {
  if (typeof plain !== 'object' || plain === null) return plain;
  if (isList(plain)) return plain.map(fromPlain);
  const { [MARK]: mark, value } = plain;
  const entries = (): readonly (readonly Plain[])[] => (isList(value) ? value.filter(isList) : []);
  if (mark === 'number') return Number(value);
  if (mark === 'undefined') return undefined;
  if (mark === 'bigint') return BigInt(typeof value === 'string' ? value : 0);
  if (mark === 'map') return new Map(entries().map(([key = null, entry = null]) => [fromPlain(key), fromPlain(entry)]));
  if (mark === 'set') return new Set(isList(value) ? value.map(fromPlain) : []);
  const named: readonly (readonly [string, Plain])[] =
    mark === 'object' ? entries().map(([name, entry = null]) => [typeof name === 'string' ? name : '', entry]) : Object.entries(plain);
  return Object.fromEntries(named.map(([name, entry]) => [name, fromPlain(entry)]));
}

const isList = (plain: Plain | undefined): plain is readonly Plain[] => Array.isArray(plain);

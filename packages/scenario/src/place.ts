import { ScenarioError } from './errors.js';

/** A value in a user's file, with the path to it: every complaint says where. */
export class Place {
  readonly #path: string;
  readonly #value: unknown;

  constructor(path: string, value: unknown) {
    this.#path = path;
    this.#value = value;
  }

  /** @throws {ScenarioError} `NOT_A_SCENARIO`. */
  fail(complaint: string): never {
    throw new ScenarioError('NOT_A_SCENARIO', this.#path, complaint);
  }

  /** An object; with `known`, one that has no other field. */
  object(known: readonly string[] | null): Fields {
    const value = this.#value;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) this.fail(`is ${kindOf(value)}, not an object`);
    const stranger = known === null ? undefined : Object.keys(value).find((key) => !known.includes(key));
    if (stranger !== undefined) this.fail(`has ${JSON.stringify(stranger)}; known are ${known?.join(', ') ?? ''}`);
    return new Fields(this.#path, value as Record<string, unknown>);
  }

  list(atLeast: number): Place[] {
    const value = this.#value;
    if (!Array.isArray(value)) this.fail(`is ${kindOf(value)}, not a list`);
    if (value.length < atLeast) this.fail('is empty');
    return value.map((item: unknown, index) => new Place(`${this.#path}[${index}]`, item));
  }

  /** Text of 1 to 80 characters. */
  text(): string {
    const value = this.#value;
    if (typeof value !== 'string' || value === '' || value.length > 80) this.fail(`is ${kindOf(value)}, not a text of 1 to 80 characters`);
    return value;
  }

  oneOf<const T extends string>(words: readonly T[]): T {
    const word = words.find((candidate) => candidate === this.#value);
    return word ?? this.fail(`is ${kindOf(this.#value)}, not one of ${words.join(', ')}`);
  }

  number(min: number, max: number): number {
    const value = this.#value;
    if (typeof value !== 'number' || !(value >= min && value <= max)) this.fail(`is ${kindOf(value)}, not a number from ${min} to ${max}`);
    return value;
  }

  whole(min: number, max: number): number {
    const value = this.number(min, max);
    return Number.isInteger(value) ? value : this.fail(`is ${value}, not a whole number`);
  }

  yes(): boolean {
    return typeof this.#value === 'boolean' ? this.#value : this.fail(`is ${kindOf(this.#value)}, not true or false`);
  }
}

/** The fields of an object in a user's file. */
export class Fields {
  readonly #path: string;
  readonly #value: Readonly<Record<string, unknown>>;

  constructor(path: string, value: Readonly<Record<string, unknown>>) {
    this.#path = path;
    this.#value = value;
  }

  fail(complaint: string): never {
    return new Place(this.#path, this.#value).fail(complaint);
  }

  field(name: string): Place {
    return this.optional(name) ?? this.fail(`lacks ${JSON.stringify(name)}`);
  }

  optional(name: string): Place | null {
    const at = this.#path === 'scenario' ? name : `${this.#path}.${name}`;
    return Object.hasOwn(this.#value, name) ? new Place(at, this.#value[name]) : null;
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'object':
      return 'an object';
    case 'function':
      return 'a function';
    case 'string':
      return shortened(JSON.stringify(value));
    case 'bigint':
      return shortened(`${value}n`);
    case 'number':
    case 'boolean':
    case 'symbol':
      return String(value);
    default:
      return 'undefined';
  }
}

const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}...` : text);

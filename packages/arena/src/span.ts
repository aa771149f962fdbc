import { ArenaError } from './errors.js';

/** Who a span goes back to. */
export interface Keeper {
  readonly arena: object;
  release(offset: number, byteLength: number, grantedBytes: number): void;
}

/**
 * A piece of an arena, as numbers: for memory that JavaScript does not see. Held until {@link Span.free}; an arena keeps
 * no list of its spans, so one that is dropped without it stays taken.
 */
export class Span<K extends Keeper = Keeper> {
  /** Bytes from the start of the memory; a multiple of the page size and of the alignment asked for. */
  readonly offset: number;
  /** Bytes as they were asked for. */
  readonly byteLength: number;
  /** Bytes that are held for it: `byteLength` rounded up. */
  readonly grantedBytes: number;
  /** Null once it was given back. */
  #keeper: K | null;

  constructor(keeper: K, offset: number, byteLength: number, grantedBytes: number) {
    this.#keeper = keeper;
    this.offset = offset;
    this.byteLength = byteLength;
    this.grantedBytes = grantedBytes;
  }

  /** Tells it from a refusal. */
  // eslint-disable-next-line @typescript-eslint/class-literal-property-style -- a field would cost each handle a word
  get ok(): true {
    return true;
  }

  /** Was it given back? */
  get freed(): boolean {
    return this.#keeper === null;
  }

  /** Is it held, and from this arena? */
  isOf(arena: object): boolean {
    return this.#keeper?.arena === arena;
  }

  /** Gives it back. @throws {ArenaError} `DOUBLE_FREE`. */
  free(): void {
    const keeper = this.#keeper;
    if (keeper === null) throw this.#gone('DOUBLE_FREE');
    this.#keeper = null;
    keeper.release(this.offset, this.byteLength, this.grantedBytes);
  }

  /** Gives it back unless that was done: for `using`. */
  [Symbol.dispose](): void {
    if (this.#keeper !== null) this.free();
  }

  /** Who keeps it. @throws {ArenaError} `USE_AFTER_FREE`. */
  protected keeper(): K {
    const keeper = this.#keeper;
    if (keeper === null) throw this.#gone('USE_AFTER_FREE');
    return keeper;
  }

  #gone(code: 'DOUBLE_FREE' | 'USE_AFTER_FREE'): ArenaError {
    const { offset, byteLength } = this;
    return new ArenaError(code, `the ${byteLength} bytes at ${offset} were given back already`, { offset, byteLength });
  }
}

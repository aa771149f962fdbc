import { FaultError } from '../errors.js';
import type { RuntimeFaultPoint } from '../fault-point.js';

type AnyFunction = (...args: unknown[]) => unknown;

/** How one function of the runtime is made to ask. */
export interface Interception {
  /** What the point is told: `ArrayBuffer`, `Buffer.alloc`. */
  readonly api: string;
  /** Bytes the call asks for; 0 when nobody can know; null when it takes no memory of its own (a view, an empty buffer). */
  readonly bytes: (args: readonly unknown[], self: unknown) => number | null;
  /** The error the runtime gives when it cannot have the memory. */
  readonly error: () => unknown;
  /** The text of the error where a maximum of the caller's own is in the way. */
  readonly limit?: string;
  /** How the error reaches the caller. Default: thrown. */
  readonly deliver?: (error: unknown, args: readonly unknown[]) => unknown;
}

/**
 * The changes of one installation. Functions are wrapped in proxies, so that names, lengths, statics, prototypes,
 * `instanceof`, `new.target` and subclasses stay what they are; once undone, a proxy that somebody kept passes everything on.
 */
export class Patches {
  readonly #point: RuntimeFaultPoint;
  readonly #undo: (() => void)[] = [];
  #active = true;
  #inside = false;

  constructor(point: RuntimeFaultPoint) {
    this.#point = point;
  }

  /** Makes a call of `owner[key]` ask first; does nothing where there is no such function. Calls made inside of it don't ask again. */
  call(owner: object, key: string, interception: Interception): void {
    this.#replace(owner, key, (original) => {
      const apply = (target: AnyFunction, self: unknown, args: unknown[]): unknown => {
        if (this.#inside || !this.#active) return target.apply(self, args);
        const refused = this.#ask(interception, args, self, apply);
        if (refused) return (interception.deliver ?? thrown)(refused.error, args);
        this.#inside = true;
        try {
          return target.apply(self, args);
        } catch (error) {
          this.#tell(interception, args, self, error);
          throw error;
        } finally {
          this.#inside = false;
        }
      };
      return new Proxy(original, { apply });
    });
  }

  /** Makes `new owner[key]()` ask first, for subclasses, too, and for what the runtime makes through `constructor`. */
  construction(owner: object, key: string, interception: Interception): void {
    const original = (owner as Record<string, unknown>)[key];
    if (typeof original !== 'function') return;
    const proxy = this.#replace(owner, key, (constructor) => {
      const construct = (target: AnyFunction, args: unknown[], newTarget: AnyFunction): object => {
        if (this.#inside || !this.#active) return Reflect.construct(target, args, newTarget) as object;
        const refused = this.#ask(interception, args, undefined, construct);
        if (refused) thrown(refused.error);
        try {
          return Reflect.construct(target, args, newTarget) as object;
        } catch (error) {
          this.#tell(interception, args, undefined, error);
          throw error;
        }
      };
      return new Proxy(constructor, { construct });
    });
    const { prototype } = original as { prototype?: object };
    if (proxy && prototype && Object.hasOwn(prototype, 'constructor')) this.#replace(prototype, 'constructor', () => proxy);
  }

  /** Puts back every property as it was, last change first. */
  undo(): void {
    this.#active = false;
    for (let back = this.#undo.pop(); back; back = this.#undo.pop()) back();
  }

  /** @param trap - Its frames and those above it are not the caller's: the error's stack begins below them. */
  #ask({ api, bytes, error }: Interception, args: readonly unknown[], self: unknown, trap: (...args: never[]) => unknown): { readonly error: unknown } | null {
    const size = bytes(args, self);
    if (size === null || !this.#point.shouldFailEx(size, api)) return null;
    const made = error();
    if (made instanceof Error && typeof Error.captureStackTrace === 'function') Error.captureStackTrace(made, trap);
    this.#point.refused?.(made);
    return { error: made };
  }

  /** Tells of an error of the runtime's own, if it is one of memory. */
  #tell({ api, bytes, error: shortage, limit }: Interception, args: readonly unknown[], self: unknown, error: unknown): void {
    const size = this.#point.ranOut === undefined ? null : bytes(args, self);
    if (size === null) return;
    const text = String(error);
    const limited = limit !== undefined && text === `RangeError: ${limit}`;
    if (limited || text === String(shortage())) this.#point.ranOut?.({ api, bytes: size, error, limit: limited });
  }

  #replace(owner: object, key: string, make: (original: AnyFunction) => AnyFunction): AnyFunction | null {
    const before = Object.getOwnPropertyDescriptor(owner, key);
    const original: unknown = before ? before.value : (owner as Record<string, unknown>)[key];
    if (typeof original !== 'function') return null;
    if (before ? !before.configurable && before.writable !== true : !Object.isExtensible(owner)) {
      this.undo();
      throw new FaultError('NOT_INSTALLABLE', { attribute: key, given: original, range: 'a property that may be replaced' });
    }
    const replacement = make(original as AnyFunction);
    Object.defineProperty(owner, key, before ? { ...before, value: replacement } : { value: replacement, writable: true, enumerable: true, configurable: true });
    this.#undo.push(() => {
      if (before) Object.defineProperty(owner, key, before);
      else Reflect.deleteProperty(owner, key);
    });
    return replacement;
  }
}

function thrown(error: unknown): never {
  throw error;
}

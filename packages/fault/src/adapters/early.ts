import type { RuntimeFaultPoint } from '../fault-point.js';
import type { Adapter } from './adapter.js';
import { install, type Installation } from './install.js';

/** Adapters that stand already, and ask whoever installs this one. */
export interface EarlyAdapter extends Adapter, Disposable {
  /** Takes the adapters out. */
  uninstall(): void;
}

/**
 * Installs adapters now, before the code under test is loaded, so that what it keeps of the runtime at its top level
 * (`const u8 = Uint8Array`) is instrumented too. Until it is itself installed, by a sweep or by `install`, nothing is
 * asked and nothing fails.
 *
 * @throws {FaultError} As `install`.
 */
export function early(adapters: readonly Adapter[]): EarlyAdapter {
  const asked: RuntimeFaultPoint[] = [];
  const installation: Installation = install(adapters, {
    shouldFailEx: (bytes, api) => asked.at(-1)?.shouldFailEx(bytes, api) ?? false,
    refused: (error) => asked.at(-1)?.refused?.(error),
    ranOut: (refusal) => asked.at(-1)?.ranOut?.(refusal),
  });
  return {
    name: installation.installed.join(', '),
    available: true,
    install: (point) => {
      asked.push(point);
      return () => {
        asked.splice(asked.lastIndexOf(point), 1);
      };
    },
    uninstall: () => installation.uninstall(),
    [Symbol.dispose]: () => installation.uninstall(),
  };
}

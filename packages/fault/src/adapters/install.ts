import { listWithMethod, withMethod } from '../checked-options.js';
import type { RuntimeFaultPoint } from '../fault-point.js';
import type { Adapter } from './adapter.js';

/** What takes adapters out again. Calling it twice does no harm. */
export interface Installation extends Disposable {
  /** Names of the adapters that stand, in the order of their installation; [] once taken out. */
  readonly installed: readonly string[];
  uninstall(): void;
}

/**
 * Installs adapters; those that this runtime has nothing for are left out. They must be taken out in the reverse order of
 * installations: one that is not on top any more puts back what it found, and so takes out those above it.
 *
 * @throws {FaultError} `NOT_INSTALLABLE`, with everything put back; `BAD_OPTION` for what is no adapter or no point.
 */
export function install(adapters: readonly Adapter[], point: RuntimeFaultPoint): Installation {
  withMethod('point', point, 'shouldFailEx');
  listWithMethod('adapters', adapters, 'install');
  const undo: (() => void)[] = [];
  const installed: string[] = [];
  const uninstall = (): void => {
    for (let back = undo.pop(); back; back = undo.pop()) back();
    installed.length = 0;
  };
  try {
    for (const adapter of adapters) {
      if (!adapter.available) continue;
      undo.push(adapter.install(point));
      installed.push(adapter.name);
    }
  } catch (error) {
    uninstall();
    throw error;
  }
  return { installed, uninstall, [Symbol.dispose]: uninstall };
}

import { pageBytesOf, parseMeminfo, parsePressure, parseVmstat, zonesOf } from '@nopage/klog';
import type { MemorySource } from '@nopage/metrics';
import { MachineError } from './errors.js';

export interface HostMemoryOptions {
  /**
   * Reads a file of `/proc` by its name there (`zoneinfo`, `pressure/memory`).
   *
   * @throws When it can't; only `zoneinfo` has to be readable. Where memory was lacking for it (`ENOMEM`, `RangeError`),
   *   the source is down, whichever file it was: a file that could not be held is not a file that is not there.
   */
  readonly read: (name: string) => string;
  /** `getconf PAGESIZE`. @defaultValue what `zoneinfo` and `meminfo` tell together; 4096 where they don't */
  readonly pageBytes?: number;
}

/**
 * A Linux host's memory as a source of metrics, read anew at each scrape. `pagetypeinfo` is root's alone since 5.5, and
 * `pressure/memory` is not on every kernel: without them there are no mobilities, and no stalls.
 *
 * @throws {MachineError} `BAD_OPTION`.
 */
export function hostMemory({ read, pageBytes }: HostMemoryOptions): MemorySource {
  const maybe = (name: string): string | undefined => {
    try {
      return read(name);
    } catch (error) {
      if (isLackOfMemory(error)) throw error;
      return undefined;
    }
  };
  if (typeof read !== 'function') throw new MachineError('BAD_OPTION', 'read must be a function that reads a file of /proc');
  if (pageBytes !== undefined && !(Number.isInteger(pageBytes) && pageBytes >= 1)) throw new MachineError('BAD_OPTION', `pageBytes is ${String(pageBytes)}, and must be a whole number from 1`);
  let known = pageBytes ?? null;
  return {
    get pageBytes() {
      known ??= pageBytesOf(zonesOf({ zoneinfo: read('zoneinfo') }), maybe('meminfo') ?? '');
      return known ?? 4096;
    },
    memInfo: () => ({ zones: zonesOf({ zoneinfo: read('zoneinfo'), buddyinfo: maybe('buddyinfo'), pagetypeinfo: maybe('pagetypeinfo') }) }),
    vmstat: () => Object.fromEntries(parseVmstat(maybe('vmstat') ?? '')),
    meminfo: () => Object.fromEntries(parseMeminfo(maybe('meminfo') ?? '')),
    pressure: () => {
      const { some, full } = parsePressure(maybe('pressure/memory') ?? '');
      return some === null ? null : { someSeconds: some.totalUs / 1e6, fullSeconds: (full?.totalUs ?? 0) / 1e6 };
    },
  };
}

const isLackOfMemory = (error: unknown): boolean => error instanceof RangeError || (error as { code?: unknown } | null)?.code === 'ENOMEM';

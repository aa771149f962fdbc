import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ZoneState } from '@nopage/gfp';
import { parseMeminfo, parsePressure, parseVmstat, zonesOf } from '@nopage/klog';
import type { MemorySource } from '@nopage/metrics';

/**
 * A host's memory, read from `/proc` (or copies of it) whenever somebody asks. `pagetypeinfo` is used where it can be
 * read, which takes root since 5.5; without it free blocks have no mobility.
 */
export class ProcMemory implements MemorySource {
  /** Absent where the kernel has none (built without PSI, or switched off). */
  readonly pressure?: () => { readonly someSeconds: number; readonly fullSeconds: number };
  readonly pageBytes: number;
  readonly #folder: string;

  constructor(folder: string | null, pageBytes = 4096) {
    this.#folder = folder ?? '/proc';
    this.pageBytes = pageBytes;
    if (this.#optional('pressure/memory') !== undefined) this.pressure = () => this.#pressure();
  }

  /** @throws When zoneinfo or buddyinfo can't be read. */
  memInfo(): { readonly zones: readonly ZoneState[] } {
    return { zones: zonesOf({ zoneinfo: this.#read('zoneinfo'), buddyinfo: this.#read('buddyinfo'), pagetypeinfo: this.#optional('pagetypeinfo') }) };
  }

  vmstat(): Readonly<Record<string, number>> {
    return Object.fromEntries(parseVmstat(this.#read('vmstat')));
  }

  meminfo(): Readonly<Record<string, number>> {
    return Object.fromEntries(parseMeminfo(this.#read('meminfo')));
  }

  #pressure(): { readonly someSeconds: number; readonly fullSeconds: number } {
    const { some, full } = parsePressure(this.#read('pressure/memory'));
    return { someSeconds: (some?.totalUs ?? 0) / 1e6, fullSeconds: (full?.totalUs ?? 0) / 1e6 };
  }

  #read(name: string): string {
    return readFileSync(join(this.#folder, name), 'latin1');
  }

  #optional(name: string): string | undefined {
    try {
      return this.#read(name);
    } catch {
      return undefined;
    }
  }
}

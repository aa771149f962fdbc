import { buddyinfoText, pagetypeinfoText, procMemoryOf, vmstatText, zoneinfoText } from '@nopage/metrics/proc-text';
import type { PageAllocator } from '@nopage/mm';

/** Files of `/proc`, by their names. */
export interface ProcTexts {
  readonly buddyinfo: string;
  readonly pagetypeinfo: string;
  readonly zoneinfo: string;
  readonly vmstat: string;
}

/** What `/proc` would show of an allocator's machine, file by file, as its kernel prints it. */
export function procTexts(allocator: PageAllocator, cachePages: number): ProcTexts {
  const state = allocator.state();
  const cached = { nr_inactive_file: cachePages, nr_file_pages: cachePages };
  // The promo watermark came with 6.2.
  const memory = procMemoryOf(state, { node: cached, promo: allocator.profile !== 'linux-6.1' });
  const freePages = state.zones.reduce((sum, zone) => sum + zone.freePages, 0);
  return {
    buddyinfo: buddyinfoText(memory),
    pagetypeinfo: pagetypeinfoText(memory),
    zoneinfo: zoneinfoText(memory),
    vmstat: vmstatText({ ...allocator.vmstat(), ...cached, nr_free_pages: freePages }),
  };
}

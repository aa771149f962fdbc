import { decode, ERAS, parseRelease, type FailureEvent, type ModeReading, type Release } from '@nopage/gfp';
import type { Age } from './version.js';

/** The latest release whose source was read. */
const NEWEST = '6.19.0';

function between(oldest: string, newest: string): Age | null {
  const [from, to] = [parseRelease(oldest), parseRelease(newest)];
  return from === null || to === null ? null : { oldest: from, newest: to };
}

/** Could a kernel that printed the number alone have meant these names by it? */
function isReadBeforeNames({ mask, names }: ModeReading): boolean {
  return mask === null || ERAS.some((era) => !era.printsNames && decode(mask, era).join('|') === names?.join('|'));
}

/**
 * What the layout of a report says of its kernel when no release is printed: `0-order allocation failed` is 2.4, a full
 * stop behind the headline 2.5 and 2.6, a bare number 3.0 to 4.5, names 4.6 and later; what came after narrows it.
 */
// mm/page_alloc.c: __alloc_pages() of v2.4.32, v2.6.32; warn_alloc_failed() of v3.2, v4.6; warn_alloc() of v4.11, v5.0; show_free_areas() of v4.8, v5.5, v5.16, v6.15
function ageByLayout(event: FailureEvent): Age | null {
  if (event.detail['form'] === '2.4') return between('2.4.0', '2.4.37');
  if (event.detail['stop'] === true) return between('2.5.0', '2.6.39');
  // mm/oom_kill.c, out_of_memory() of v2.6.11; oom_kill_process() up to v2.6.35.
  if (event.kind === 'oom-kill' && (event.detail['form'] !== undefined || event.detail['oomKillAdj'] !== undefined)) return between('2.6.9', '2.6.35');
  if (event.kind === 'oom-kill' && event.detail['oomAdj'] !== undefined) return between('2.6.32', '3.7');
  const { mode, zones } = event;
  if (mode === null || (event.kind !== 'page-allocation-failure' && event.kind !== 'vmalloc-failure')) return null;
  if (zones.some(({ counters }) => 'zspages' in counters)) return between('6.15', NEWEST);
  if (zones.some((zone) => zone.boostPages !== null)) return between('5.16', NEWEST);
  if (zones.some((zone) => zone.reservedHighatomicPages !== null)) return between('5.5', '5.15');
  if (mode.from === 'ambiguous' || (mode.from === 'decoded' && event.kind === 'vmalloc-failure')) return null;
  if (mode.from === 'decoded') return isReadBeforeNames(mode) ? between('3.0', '4.5') : between('4.6', NEWEST);
  if (event.cpuset !== null && event.nodemask !== null) return between('5.0', NEWEST);
  return between(event.nodemask === null ? '4.6' : '4.10', NEWEST);
}

/** The age of an event's kernel: its release where there is one, else what the layout leaves possible. */
export function ageOf(event: FailureEvent, release: Release | null): Age | null {
  return release === null ? ageByLayout(event) : { oldest: release, newest: release };
}

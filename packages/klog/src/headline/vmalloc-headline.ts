import { NOTHING_TOLD, type Headline } from './headline.js';
import { nameBefore } from './name-before.js';
import { numberOf } from './numbers.js';
import { placementIn } from './placement.js';
import { printedModeIn } from './printed-mode.js';

const VMALLOC = /^(.*?): vmalloc(?: error: size (\d+)|: allocation failure: (\d+) bytes|: allocation failure, allocated (\d+) of (\d+) bytes)(.*)$/;

const VMALLOC_LINE = /^vmalloc: allocation failure(?:: (\d+) bytes|, allocated (\d+) of (\d+) bytes)[ \t]*$/;

// mm/vmalloc.c, alloc_vmap_area(): until 2.6.27, until 6.10, since.
const ROOM = /^(?:allocation failed: out of (vmalloc space) - use|(?:vmap allocation|(vmalloc_node_range)) for size (\d+) failed\b)(?:.*?Address range restricted to (0x[0-9a-f]+ - 0x[0-9a-f]+))?.*?(\.?)$/;

/** Whatever vmalloc prints: a headline, a line in front of one, a line that there was no room. */
export function vmallocHeadline(text: string): Headline | null {
  const alone = VMALLOC_LINE.exec(text);
  if (alone !== null) {
    return { ...NOTHING_TOLD, kind: 'vmalloc-failure', bytes: numberOf(alone[1] ?? alone[3]), detail: alone[2] === undefined ? {} : { allocatedBytes: Number(alone[2]) } };
  }
  const room = ROOM.exec(text);
  if (room !== null) {
    const form = room[1] !== undefined ? 'space' : room[2] !== undefined ? 'range' : 'vmap';
    return {
      ...NOTHING_TOLD, kind: 'vmalloc-failure', bytes: numberOf(room[3]),
      detail: { form, room: true, why: 'no room for the mapping', ...(room[4] === undefined ? {} : { range: room[4] }), ...(room[5] === '.' ? { stop: true } : {}) },
    };
  }
  const found = VMALLOC.exec(text);
  if (found === null) return null;
  const rest = found[6] ?? '';
  const { closed, ...mode } = printedModeIn(rest);
  const reason = /^, (.*?),? ?(?:mode:.*)?$/.exec(rest)?.[1] ?? '';
  return {
    ...NOTHING_TOLD, ...placementIn(text), kind: 'vmalloc-failure', ...nameBefore(found[1] ?? ''),
    bytes: numberOf(found[2] ?? found[3] ?? found[5]), ...mode, complete: mode.mask !== null && closed,
    detail: {
      form: found[2] === undefined ? 'allocation failure' : 'error',
      ...(reason === '' || reason.startsWith('mode:') ? {} : { why: reason }),
      ...(found[4] === undefined ? {} : { allocatedBytes: Number(found[4]) }),
    },
  };
}

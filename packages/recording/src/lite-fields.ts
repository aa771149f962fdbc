import type { PageAllocator, ZoneNumbers } from '@nopage/mm';
import { LITE_WIDTH, type Operation } from './operation.js';

/** Fields of a zone after an operation, where per-CPU lists tune themselves. */
const TUNED = 10;

/** The first zone whose fields are not those recorded with an operation, or null. */
export function liteDifference(operation: Operation, allocator: PageAllocator): { expected: string; got: string } | null {
  for (let zone = 0; operation.liteZones >> zone !== 0; zone++) {
    if ((operation.liteZones >> zone & 1) === 0) continue;
    const numbers = allocator.zoneNumbers(zone);
    if (numbers === null) return { expected: `a zone ${zone}`, got: 'none' };
    const got = fieldsOf(numbers, operation.liteFields);
    for (let i = 0; i < got.length; i++) {
      if (operation.lite[zone * LITE_WIDTH + i] === got[i]) continue;
      const expected = Array.from(operation.lite.subarray(zone * LITE_WIDTH, zone * LITE_WIDTH + got.length));
      return { expected: `v${zone}=${expected.join('/')}`, got: `v${zone}=${got.join('/')}` };
    }
  }
  return null;
}

function fieldsOf(zone: ZoneNumbers, fields: number): number[] {
  const { pcp } = zone;
  if (fields === TUNED) {
    return [zone.freePages, pcp?.count ?? 0, pcp?.high ?? 0, pcp?.allocFactor ?? 0, pcp?.freeCount ?? 0, pcp?.flags ?? 0, zone.reservedHighatomicPages, zone.freeHighatomicPages, zone.boostPages, zone.flags];
  }
  return [zone.freePages, pcp?.count ?? 0, pcp?.high ?? 0, pcp?.freeFactor ?? 0, zone.reservedHighatomicPages, zone.boostPages, zone.flags];
}

import type { ZoneState } from '@nopage/gfp';

export type MutableZone = { -readonly [Field in keyof ZoneState]: ZoneState[Field] };
/** The fields of a zone that hold a number. */
type ZoneNumber = { [Field in keyof MutableZone]: MutableZone[Field] extends number | null ? Field : never }[keyof MutableZone];

/** The words for what every zone has of its own, in reports and, some with `nr_` in front, in /proc/zoneinfo; all other numbers are counters. */
export const ZONE_FIELDS: ReadonlyMap<string, ZoneNumber> = new Map([
  ['free', 'freePages'], ['boost', 'boostPages'], ['min', 'minPages'], ['low', 'lowPages'], ['high', 'highPages'],
  ['reserved_highatomic', 'reservedHighatomicPages'], ['free_highatomic', 'freeHighatomicPages'],
  ['present', 'presentPages'], ['managed', 'managedPages'], ['free_pcp', 'freePcpPages'], ['free_cma', 'freeCmaPages'],
]);

/** A zone of which nothing is known but its name. */
export function namedZone(node: number | null, name: string): MutableZone {
  return {
    node, name, freePages: null, boostPages: null, minPages: null, lowPages: null, highPages: null, reservedHighatomicPages: null,
    freeHighatomicPages: null, freeCmaPages: null, presentPages: null, managedPages: null, freePcpPages: null, lowmemReserve: [], freeBlocks: [], counters: {},
  };
}

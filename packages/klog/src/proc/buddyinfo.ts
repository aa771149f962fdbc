/** A zone's free blocks by order. */
export interface BuddyZone {
  readonly node: number;
  readonly name: string;
  readonly counts: readonly number[];
}

/** `/proc/buddyinfo`: a line a zone. Lines that are none are passed over. */
export function parseBuddyinfo(text: string): BuddyZone[] {
  const zones: BuddyZone[] = [];
  for (const [, node, name, counts] of text.matchAll(/^Node[ \t]+(\d+), zone[ \t]+(\w+)((?:[ \t]+\d+)+)[ \t]*$/gm)) {
    zones.push({ node: Number(node), name: name ?? '', counts: (counts ?? '').trim().split(/[ \t]+/).map(Number) });
  }
  return zones;
}

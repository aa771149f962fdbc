import { labelText, OTHER } from './label-text.js';
import type { ArenaSource } from './sources.js';

/** An arena's numbers of one moment. */
export type ArenaReading = Readonly<ArenaSource>;

const MAX_ARENAS = 100;

/**
 * Reads arenas by label. Those beyond 100, and those whose names make the same label, are added up: under `(other)`, and
 * under that label.
 *
 * @param from - Reads one source, by the label that it is up or down under; null when it can't be read.
 */
export function arenaReadings(
  arenas: Readonly<Record<string, ArenaSource>>,
  from: (label: string, read: () => ArenaReading) => ArenaReading | null,
): ReadonlyMap<string, ArenaReading> {
  const labels = new Set<string>();
  const readings = new Map<string, ArenaReading>();
  for (const name in arenas) {
    const own = labelText(name);
    const label = labels.has(own) || labels.size < MAX_ARENAS ? own : OTHER;
    labels.add(label);
    const reading = from(label, () => copyOf(arenas[name]!));
    if (reading === null) continue;
    const known = readings.get(label);
    readings.set(label, known === undefined ? reading : sumOf(known, reading));
  }
  return readings;
}

const copyOf = ({ byteLength, usedBytes, grantedBytes, freeBytes, largestFreeBytes, served, refused, freed, waiting }: ArenaSource): ArenaReading =>
  ({ byteLength, usedBytes, grantedBytes, freeBytes, largestFreeBytes, served, refused, freed, waiting });

const sumOf = (a: ArenaReading, b: ArenaReading): ArenaReading => ({
  byteLength: a.byteLength + b.byteLength,
  usedBytes: a.usedBytes + b.usedBytes,
  grantedBytes: a.grantedBytes + b.grantedBytes,
  freeBytes: a.freeBytes + b.freeBytes,
  largestFreeBytes: Math.max(a.largestFreeBytes, b.largestFreeBytes),
  served: a.served + b.served,
  refused: a.refused + b.refused,
  freed: a.freed + b.freed,
  waiting: a.waiting + b.waiting,
});

import { decode } from './codec.js';
import { ERAS } from './eras.js';
import type { Era } from './era.js';

/** What one word means in a run of eras that agree about it. */
export interface Reading {
  /** First and last era of the run, by id; equal when the run is one era. */
  readonly from: string;
  readonly to: string;
  readonly eras: readonly Era[];
  readonly names: readonly string[];
  readonly text: string;
}

/** Every era's reading of a word, oldest first, neighbours that agree grouped. */
export function readings(mask: number, eras: readonly Era[] = ERAS): Reading[] {
  const groups: { eras: Era[]; names: readonly string[]; text: string }[] = [];
  for (const era of eras) {
    const names = decode(mask, era);
    const text = names.join('|');
    const last = groups.at(-1);
    if (last?.text === text) last.eras.push(era);
    else groups.push({ eras: [era], names, text });
  }
  return groups.map((group) => ({ from: group.eras[0]?.id ?? '', to: group.eras.at(-1)?.id ?? '', ...group }));
}

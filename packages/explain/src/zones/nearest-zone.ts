import type { ZoneVerdict } from '../explanation.js';
import type { Facts } from '../facts.js';
import { pagesText, zoneText } from '../words.js';

/** Zones of the kind that a request prefers (the last), as far as both their numbers are known: the one that came nearest first. */
export function byNearness(zones: readonly ZoneVerdict[]): ZoneVerdict[] {
  const tested = zones.filter(({ usablePages, neededPages }) => usablePages !== null && neededPages !== null);
  const preferred = tested.at(-1)?.name;
  const gap = ({ neededPages, usablePages }: ZoneVerdict): number => (neededPages ?? 0) - (usablePages ?? 0);
  return tested.filter(({ name }) => name === preferred).sort((a, b) => gap(a) - gap(b));
}

/** The two numbers of a zone in a sentence. */
export function shortfallText(zone: ZoneVerdict): string {
  return `${zoneText(zone)}: ${pagesText(Math.max(zone.usablePages ?? 0, 0))} free for this request, more than ${zone.neededPages ?? 0} needed.`;
}

/** Of the zones that the request could have used, the one that came nearest, in a sentence; nothing where none has its numbers. */
export function nearestZoneText({ eligible }: Pick<Facts, 'eligible'>): string[] {
  const [nearest, ...others] = byNearness(eligible.map(({ verdict }) => verdict));
  return nearest === undefined ? [] : [`${shortfallText(nearest)}${others.length > 0 ? ' No other node came nearer.' : ''}`];
}

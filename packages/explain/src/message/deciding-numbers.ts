import type { FailureEvent, ZoneState } from '@nopage/gfp';
import type { Cause, Explanation, ZoneVerdict } from '../explanation.js';
import { pagesText, sizeText, zoneText } from '../words.js';
import { freePagesOf } from '../zones/free-pages.js';
import { byNearness } from '../zones/nearest-zone.js';

/** Causes that no zone's numbers bear out. */
const BESIDE_ZONES: ReadonlySet<Cause> = new Set(['size', 'vmalloc-space', 'injected', 'cgroup-limit']);

/** A zone that had enough, but not in one piece that the request could have. */
interface CutUp {
  readonly zone: ZoneState;
  readonly verdict: ZoneVerdict;
  readonly hasLarge: boolean;
  /** It has blocks of the size asked for, but of types that are kept for others. */
  readonly largeIsForOthers: boolean;
}

/** The zone that came nearest, of those that failed by amount where some did. */
function nearest(zones: readonly ZoneVerdict[]): ZoneVerdict | null {
  const short = zones.filter(({ reason }) => reason === 'below-watermark');
  return byNearness(short.length > 0 ? short : zones)[0] ?? null;
}

/** The zone whose two numbers bear the cause out; null when none does. */
function closest({ cause, zones }: Explanation): ZoneVerdict | null {
  if (cause === 'fragmentation') return nearest(zones.filter(({ reason }) => reason !== 'below-watermark'));
  if (cause === 'transient') return nearest(zones);
  const zone = zones.some(({ allowed }) => allowed === true) ? null : nearest(zones);
  return zone !== null && (zone.usablePages ?? 0) > (zone.neededPages ?? 0) ? null : zone;
}

/** Of the zones that were cut up, the one with most free. */
function cutUpZone({ zones: verdicts }: Explanation, { zones, order }: FailureEvent): CutUp | null {
  let best: CutUp | null = null;
  for (const [at, zone] of zones.entries()) {
    const verdict = verdicts[at];
    const isCutUp = verdict?.reason === 'no-suitable-block' || (verdict?.allowed === false && verdict.refusedAtOrder !== null);
    if (!isCutUp || (zone.freePages ?? 0) <= (best?.zone.freePages ?? -1)) continue;
    const hasLarge = zone.freeBlocks.slice(order ?? 0).some(({ count }) => count > 0);
    best = { zone, verdict, hasLarge, largeIsForOthers: hasLarge && verdict.refusedAtOrder === null };
  }
  return best;
}

/** What lies in blocks that are large enough, where the mark asks for more of it. */
function largeBlocksText({ verdict, hasLarge, largeIsForOthers }: CutUp): string | null {
  if (!hasLarge || largeIsForOthers || verdict.usablePages === null) return null;
  return `${zoneText(verdict)}: in large enough blocks ${pagesText(Math.max(verdict.usablePages, 0))}, more than ${verdict.neededPages ?? 0} needed`;
}

/** How much of what is free is held for others. */
function heldText({ cause, zones }: Explanation, event: FailureEvent): string | null {
  const part = (zone: ZoneState): number =>
    cause === 'cma-held' ? (zone.freeCmaPages ?? 0) : cause === 'highatomic-held' ? (zone.freeHighatomicPages ?? zone.reservedHighatomicPages ?? 0) : 0;
  const zone = event.zones.filter((one, at) => part(one) > 0 && zones[at]?.allowed === false).sort((a, b) => part(b) - part(a))[0];
  if (zone !== undefined) return `${zoneText(zone)}: ${part(zone)} of ${zone.freePages ?? 0} free pages`;
  if (cause !== 'highatomic-held') return null;
  const all = event.zones.find(({ freeBlocks }) => freeBlocks.some(({ count }) => count > 0) && freeBlocks.every(({ count, types }) => count === 0 || types === 'H'));
  return all === undefined ? null : `${zoneText(all)}: all of ${pagesText(freePagesOf(all) ?? 0)}`;
}

function largestBlockText({ zone, largeIsForOthers }: CutUp, { order, pageBytes }: FailureEvent): string {
  const bytes = pageBytes ?? 4096;
  const largest = zone.freeBlocks.slice(0, largeIsForOthers ? (order ?? 0) : undefined).findLastIndex(({ count }) => count > 0);
  const block = largest < 0 ? `no block ${largeIsForOthers ? 'it may use' : 'at all'}` : `the largest block ${largeIsForOthers ? 'it may use ' : ''}${sizeText(2 ** largest * bytes)}`;
  return `${zoneText(zone)}: ${sizeText((zone.freePages ?? 0) * bytes)} free, ${block}`;
}

function closestText(explanation: Explanation): string | null {
  const zone = closest(explanation);
  return zone === null ? null : `${zoneText(zone)}: ${pagesText(Math.max(zone.usablePages ?? 0, 0))} free for it, more than ${zone.neededPages ?? 0} needed`;
}

/** The two numbers that decide, in brackets behind the cause; '' when the report has none. */
export function decidingNumbers(explanation: Explanation, event: FailureEvent): string {
  const { cause, zones } = explanation;
  if (BESIDE_ZONES.has(cause)) return '';
  const cutUp = cutUpZone(explanation, event);
  const isFragmented = cause === 'fragmentation';
  const isInPieces = isFragmented || !zones.some(({ reason }) => reason === 'below-watermark');
  const text = (isFragmented && cutUp !== null ? largeBlocksText(cutUp) : null)
    ?? heldText(explanation, event)
    ?? (isInPieces && cutUp !== null ? largestBlockText(cutUp, event) : closestText(explanation));
  return text === null ? '' : ` (${text})`;
}

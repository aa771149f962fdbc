import type { FailureEvent } from '@nopage/gfp';
import type { Facts } from '../facts.js';
import { sizeText, zoneText } from '../words.js';
import { freePagesIn } from './free-pages.js';
import { swapLeft } from './machine-memory.js';
import type { ZoneMath } from './zone-math.js';

/** Do the zones printed tell anything of this request? People leave out numbers that matter when they paste. */
export function zonesTell({ zones }: Facts): boolean {
  return zones.some(({ amountOk, verdict }) => amountOk !== null || verdict.reason !== 'unknown');
}

/** Zones that keep nothing back: below one that is not in the report `lowmem_reserve[]` is not zero, and the small zones at the bottom say nothing of the machine. */
export function topZones({ zones }: Facts): ZoneMath[] {
  return zones.filter(({ state }) => state.lowmemReserve.every((pages) => pages === 0));
}

/** Is every zone at or below its min mark and what it keeps back? Then memory was short, whatever the request. */
export function allShort(facts: Facts): boolean {
  return topZones(facts).length > 0 && facts.zones.every(({ state }) => state.freePages !== null && state.minPages !== null && state.freePages <= state.minPages + Math.max(0, ...state.lowmemReserve));
}

/** Every zone that was tested failed by amount, and at least one was. */
export function amountFailed(facts: Facts): boolean {
  const tested = facts.eligible.filter((zone) => zone.amountOk !== null);
  return tested.length > 0 && tested.every((zone) => zone.amountOk === false);
}

/**
 * The numbers are those of a moment later: why a zone that would serve the request by them did not. Null when no zone
 * would. A request of up to order 3 that may wait is refused only to a task that is being killed, or by a light attempt.
 */
export function servedByNow({ granting: [zone], canSleep, order, permits }: Pick<Facts, 'granting' | 'canSleep' | 'order' | 'permits'>): string | null {
  if (zone === undefined) return null;
  const dying = canSleep === true && order !== null && order <= 3 && permits?.retry === 'default';
  return `By the numbers printed ${zoneText(zone.state)} would serve it now. They were taken a moment after the refusal: ${
    dying ? 'memory was freed in between, or the task was just being killed (look for "Killed process").' : 'memory was freed in between, or another CPU took it first.'}`;
}

/** Does the kernel itself say that nothing can be freed (`all_unreclaimable? yes`)? */
export function kernelGaveUp(event: FailureEvent, { eligible }: Pick<Facts, 'eligible'>): boolean {
  const nodes = event.nodes ?? [];
  if (nodes.length > 0) return nodes.every((node) => node.allUnreclaimable === true);
  return eligible.length > 0 && eligible.every(({ state }) => state.counters['all_unreclaimable'] === 1);
}

/** Is there nothing left that reclaim could free? */
export function nothingToFree(event: FailureEvent, facts: Pick<Facts, 'memory' | 'eligible'>): boolean {
  if (kernelGaveUp(event, facts)) return true;
  const { filePages, anonPages } = facts.memory;
  // Cut reports lack the pages of RAM: then what is accounted for is the least that there is.
  const managedPages = facts.memory.managedPages ?? (anonPages === null || filePages === null ? null : anonPages + filePages);
  if (managedPages === null || filePages === null) return false;
  const swap = swapLeft(facts.memory);
  return filePages * 50 < managedPages && (swap === 'no swap' || swap === 'full' || (anonPages !== null && anonPages * 50 < managedPages));
}

/** Free memory of the machine that lies in zones (Movable), or on nodes, that the report leaves out because the request may not use them. */
export function freeElsewhere({ memory, eligible }: Facts): number {
  const here = freePagesIn(eligible);
  const elsewhere = memory.freeElsewherePages ?? 0;
  return elsewhere > 4 * here && elsewhere * 100 > (memory.managedPages ?? 0) ? elsewhere : 0;
}

/** Is enough free, and every block that is large enough one of these reserved types? */
export function onlyBlocksOf({ amountOk, blockOk, bigBlockTypes }: ZoneMath, letters: RegExp): boolean {
  return amountOk !== false && blockOk === false && !/[UMER]/.test(bigBlockTypes) && letters.test(bigBlockTypes);
}

/** Where the zones printed would serve it: how much is free there, and how much of that is of use to few. */
export function whatIsFree({ granting: [zone], pageBytes }: Facts): string[] {
  if (zone === undefined) return [];
  const { freePages, freeCmaPages } = zone.state;
  const cma = freePages !== null && freeCmaPages !== null && freeCmaPages * 2 > freePages ? `, ${sizeText(freeCmaPages * pageBytes)} of it lent to movable memory only (CMA)` : '';
  return [`By the numbers printed ${zoneText(zone.state)} would serve it now: ${sizeText((freePages ?? 0) * pageBytes)} are free there${cma}.`];
}

import type { WatermarkStep } from '@nopage/gfp';
import { pagesText } from '../words.js';

/** The comparison of a watermark check that looks at amounts: what is free against what must remain. */
export type Amount = Extract<WatermarkStep, { what: 'amount' }>;

/** The amount of a check, which each begins with; null for an order that the zone does not have. */
export function amountOf([first]: readonly WatermarkStep[]): Amount | null {
  return first?.what === 'amount' ? first : null;
}

/** What an amount is made of, in words. */
export function amountText(amount: Amount, boostPages: number | null): string[] {
  const { order, zoneFreePages, sizePages, cmaPages, highatomicPages, markPages, minPages, reservePages, freePages, needPages } = amount;
  const boost = boostPages !== null && boostPages > 0 ? `, ${boostPages} of it a temporary boost against fragmentation` : '';
  const words = [`min is ${pagesText(markPages)}${boost}${minPages === markPages ? '' : `; this caller may go down to ${minPages}`}`];
  if (reservePages > 0) words.push(`${reservePages} more are kept from requests that could use a higher zone: more than ${needPages} must be left`);
  const size = sizePages > 0 ? `, less ${sizePages} for the rest of the block${sizePages > 2 ** order ? ' (kernels 2.6.38 to 3.2 take two too many)' : ''}` : '';
  const cma = cmaPages > 0 ? `, less ${cmaPages} held for CMA` : '';
  const highatomic = highatomicPages > 0 ? `, less ${highatomicPages} in the highatomic reserve` : '';
  if (size + cma + highatomic !== '') words.push(`${zoneFreePages} free${size}${cma}${highatomic}: ${freePages} count`);
  return words;
}

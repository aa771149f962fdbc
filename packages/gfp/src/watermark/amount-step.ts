import type { WatermarkStep } from './rule.js';

/** The step of the first comparison. Apart from the rules, so that these stay small enough to be inlined. */
export function amountStep(
  order: number, zoneFreePages: number, sizePages: number, highatomicPages: number, cmaPages: number, markPages: number, minPages: number, reservePages: number,
): WatermarkStep {
  const freePages = zoneFreePages - sizePages - highatomicPages - cmaPages;
  const needPages = minPages + reservePages;
  return {
    what: 'amount', order, zoneFreePages, sizePages, highatomicPages, cmaPages, markPages, minPages, reservePages, freePages, needPages, passed: freePages > needPages,
  };
}

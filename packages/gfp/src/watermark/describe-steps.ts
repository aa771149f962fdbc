import { MIGRATETYPE_NAMES } from '../migratetype.js';
import type { WatermarkStep } from './rule.js';

/** The arithmetic of a check in plain words, a line a step: `free 251 > 48`, `order 0: 179 > 24`, `order 2: 1 > 6 is false`. */
export function describeSteps(steps: readonly WatermarkStep[]): string[] {
  return steps.map(describeStep);
}

function describeStep(step: WatermarkStep): string {
  switch (step.what) {
    case 'amount':
      return `free ${comparison(step)}`;
    case 'order':
      return `order ${step.order}: ${comparison(step)}`;
    case 'fast':
      return `one page at once: ${comparison(step)}`;
    case 'block':
      if (!step.passed) return `no block of order ${step.order} or above that the request may use`;
      return step.migratetype === null
        ? `a block of order ${step.foundOrder}`
        : `a block of order ${step.foundOrder} (${MIGRATETYPE_NAMES[step.migratetype]})`;
    case 'without-boost':
      return `without the boost (mark ${step.markPages}): ${step.passed ? 'yes' : 'no'}`;
    case 'no-watermarks':
      return 'the request ignores watermarks';
  }
}

function comparison(step: { readonly freePages: number; readonly needPages: number; readonly passed: boolean }): string {
  return `${step.freePages} > ${step.needPages}${step.passed ? '' : ' is false'}`;
}

import type { FailureEvent } from '@nopage/gfp';
import type { Facts } from '../facts.js';
import { isBefore } from '../kernel/version.js';

/** Parts of a report that this one lacks, although kernels of its age print them with such a headline. */
// mm/page_alloc.c, __alloc_pages(): show_mem() since v2.6.13, dump_stack() since 2.5.
export function missingParts({ kind, zones, stack }: Pick<FailureEvent, 'kind' | 'zones' | 'stack'>, { age }: Pick<Facts, 'age'>): string[] {
  return [
    ...(kind === 'page-allocation-failure' && zones.length === 0 && !isBefore(age, '2.6.13') ? ['the memory part (Mem-Info)'] : []),
    ...(stack.length === 0 && !isBefore(age, '2.5.0') ? ['the stack'] : []),
  ];
}

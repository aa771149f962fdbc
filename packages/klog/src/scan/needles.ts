/**
 * Words that announce a report, or a piece of one whose head is missing. All have the same length, so that one table of
 * shifts serves them all; each stands inside the words that the kernel prints, and two that overlap survive a line break
 * anywhere between them.
 */
export const NEEDLES: readonly string[] = [
  'page allocation', 'allocation fail', 'order allocatio', 'ocation failed ', 'page alloction ', 'failure: order:', 'failure. order:',
  'vmalloc error: ', 'vmap allocation', 'vmalloc_node_ra', 'vmemmap alloc f', 'invoked oom-kil', 'oom-killer: gfp',
  'LUB: Unable to ', 'LAB: Unable to ', 'cma: cma_alloc:', 'alloc failed, r', 'FAULT_INJECTION', 'mm/page_alloc.c',
  'callbacks suppr', 'messages suppre',
  'Out of memory: ', 'Out of Memory: ', 'f memory in UB ', 'oom-kill:constr', 'cgroup out of m', 'no killable pro', 'Killed process ', 'result of limit', 'cgroup stats fo',
  'lowmem_reserve[', ' inactive_anon:', 'slab_unreclaima', 'protections[]: ',
  'Linux version 2', 'Linux version 3', 'Linux version 4', 'Linux version 5', 'Linux version 6', 'Linux version 7',
];

/** Length of every needle. */
export const NEEDLE_BYTES = 15;

/** Needles that a block or a list of tasks without a headline is found by: its beginning lies further back than a headline's. */
export const DEEP_NEEDLES: ReadonlySet<string> = new Set(['lowmem_reserve[', 'protections[]: ', ' inactive_anon:', 'slab_unreclaima', 'oom-kill:constr', 'Killed process ', 'Out of memory: ', 'cgroup out of m']);

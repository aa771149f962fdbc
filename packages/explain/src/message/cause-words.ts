import type { FailureEvent } from '@nopage/gfp';
import type { Cause, Explanation } from '../explanation.js';

const CAUSE_WORDS: Readonly<Record<Cause, string>> = {
  'atomic-reserve': 'the reserve for callers that can not wait was used up',
  exhausted: 'memory was used up',
  fragmentation: 'enough was free, but not in one piece',
  'lowmem-reserve': 'what was free is kept for requests that can use no other zone',
  'zone-limit': 'the only zone it may use had too little',
  'cma-held': 'what was free is lent to movable memory only (CMA)',
  'highatomic-held': 'what was free is kept for urgent requests of several pages',
  constraint: 'the nodes it is confined to had nothing for it',
  'cgroup-limit': 'the control group reached its own limit',
  opportunistic: 'the caller asked for a light attempt only, and has something to fall back on',
  size: 'the size itself is wrong',
  'vmalloc-space': 'no addresses were left to map it at, memory or not',
  injected: 'fault injection made it fail',
  'too-early': 'the allocator had no pages yet',
  transient: 'too little for a moment; by the numbers printed it would pass now',
  unknown: 'the report does not say',
};

/** The cause in words; where the same cause has two faces, the one that shows. */
export function causeWords({ cause, kind, rule, zones, severity }: Explanation, { permits }: FailureEvent): string {
  if (cause === 'atomic-reserve' && permits?.sleep === true) return 'the part of the reserve that it may use was used up';
  if (rule === 'allocation-stall' && cause === 'opportunistic' && severity === 'act') return 'huge pages are made while the program waits for them';
  if (rule === 'marks-too-high') return cause === 'unknown' ? "the kernel's own count of pages is wrong" : 'what was free is kept back by a min mark that was set too high';
  if (rule === 'oom-by-hand') return 'somebody asked for it (SysRq f)';
  if (rule === 'oom-of-fault') return 'the report does not say why the fault failed; memory need not have been short';
  if (rule === 'lowmem-of-32-bit') return 'low memory was used up, and a 32-bit kernel has no other for its own data';
  if (rule === 'runtime-refused' && cause === 'constraint') return 'the memory may not grow beyond the maximum that it was made with';
  if (kind === 'cma-failure') return 'the area for contiguous memory could not give such a block';
  if (cause === 'zone-limit' && zones.some(({ reason }) => reason === 'no-pages') && zones.every(({ reason }) => reason === 'no-pages' || reason === 'above-highest-zone')) return 'the only zone it may use has no pages at all';
  return CAUSE_WORDS[cause];
}

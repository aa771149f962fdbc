import type { FailureEvent } from '@nopage/gfp';
import { cleanText } from './words.js';

/** What a kind of event has of its own under `key`, when it is text; '' otherwise. */
export function detailText(event: FailureEvent, key: string): string {
  const value = event.detail[key];
  return typeof value === 'string' ? value : '';
}

/** Why vmalloc says it failed: `vm_struct allocation failed`, `exceeds total pages`; '' when it says nothing. */
export function vmallocReason(event: FailureEvent): string {
  return detailText(event, 'why');
}

/**
 * How much a vmalloc request asked for and how much of it it had when it failed, in bytes. From 5.13 on the size in
 * `failed to allocate pages` is what it had, and the size asked for is not printed; that in `failed to map pages` is
 * both: it comes when all pages are there.
 */
// mm/vmalloc.c, __vmalloc_area_node(), v5.13: area->nr_pages * PAGE_SIZE
export function vmallocBytes(event: FailureEvent): { readonly asked: number | null; readonly had: number | null } {
  const reason = vmallocReason(event);
  if (reason.includes('failed to map pages')) return { asked: event.bytes, had: event.bytes };
  if (reason.includes('failed to allocate pages')) return { asked: null, had: event.bytes };
  const had = event.detail['allocatedBytes'];
  return { asked: event.bytes, had: typeof had === 'number' ? had : null };
}

/** What confined an OOM kill: `CONSTRAINT_NONE`, `CONSTRAINT_MEMCG`, ...; '' when it is not printed (before 4.19). */
export function oomConstraint(event: FailureEvent): string {
  return detailText(event, 'constraint').toUpperCase();
}

/** Did the handler of page faults kill, for which nobody had asked for a page? It has no mask, nor has a program that kills for its own reasons (BPF). */
// mm/oom_kill.c, pagefault_out_of_memory(): gfp_mask = 0, v2.6.29 to v5.15
export function killsForFault({ kind, mode, order, stack }: FailureEvent): boolean {
  return kind === 'oom-kill' && mode?.mask === 0 && order === 0 && (stack.length === 0 || stack.includes('pagefault_out_of_memory'));
}

/** The cache that SLUB could not grow; '' when it is not known. */
export function slubCache(event: FailureEvent): string {
  return cleanText(detailText(event, 'cache'));
}

/** The control group that a cache belongs to, out of a name like `kmalloc-128(1793:group)`; null for a cache of everyone. Each group had its own up to 5.8. */
// mm/slab_common.c, memcg_create_kmem_cache(), v5.8
export function groupOfCache(cache: string): string | null {
  return /\(\d+:([^)]*)\)?$/.exec(cache)?.[1] ?? null;
}

/** The name of a cache without its control group. */
export function plainCache(cache: string): string {
  return cache.replace(/\(\d+:[^)]*\)?$/, '');
}

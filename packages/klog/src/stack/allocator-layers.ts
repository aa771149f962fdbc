/**
 * Who in a call trace passes a request on for somebody else. The names are those of functions in Linux 2.4 to 6.19;
 * a pattern stands for a family of them. `site` skips the first five groups, `requester` all of them.
 */
const LAYERS = {
  // Printing the report: dump_stack() and what it is made of on each architecture, and a kill's cpuset.
  printing: [
    /^(?:show_(?:stack|trace|regs)|dump_(?:stack|backtrace|header|trace|page)|unwind_backtrace|show_mem|__show_mem|show_free_areas|printk|vprintk|_printk|warn_alloc|__warn|report_bug|print_trailer|walk_stackframe|show_stack_log_lvl|save_stack|arch_stack_walk|__dump_stack|nmi_cpu_backtrace|print_address_description|c_backtrace|pageset_updater|cpuset_print_\w+)/,
  ],
  // mm/page_alloc.c, mm/mempolicy.c, mm/page_frag_cache.c and the thin wrappers in include/linux/gfp.h.
  pages: [
    /^_{0,3}(?:alloc|get|rmqueue|folio_alloc|free_unref)_(?:pages?|zeroed_pages?|frozen_pages?|free_pages?|page_interleave|pages_current|page_vma|pages_vma|pages_mpol|pages_node|pages_bulk|kmem_pages|folio|contig|pages_exact|page_frag|low_pages)/,
    /^_{0,3}(?:alloc_(?:pages?_\w+|kmem_pages\w*|contig_\w+|pages_exact\w*|page_buffers_exact)|get_(?:free_pages?|zeroed_page|page_from_freelist)\w*|get_free_pages|__get_free_pages|page_frag_(?:alloc|cache_refill)\w*|__page_frag_\w+|alloc_page_\w+|(?:vma_)?alloc_(?:anon_|zeroed_)?folio\w*|folio_alloc(?:_noprof)?|folio_alloc_mpol\w*|vma_alloc_folio\w*|__folio_alloc\w*|folio_alloc_noprof|alloc_frozen_pages\w*|out_of_memory|oom_kill_process|pagefault_out_of_memory|_alloc_pages|balance_classzone|alloc_demote_\w+|prepare_alloc_pages|rebalance|policy_\w+|should_fail\w*|fail_dump|__should_fail\w*|should_failslab|__should_failslab)$/,
    /^_{0,3}(?:alloc_pages?|alloc_fresh_page|__alloc_pages_\w+|read_pages_unlocked)$/,
    // Found on the stack of whoever waited before, or was interrupted: the scheduler asks for nothing.
    /^(?:_{0,2}schedule|io_schedule|(?:io_)?schedule_timeout\w*|scheduler_tick|preempt_schedule\w*|need_resched|_{0,3}cond_resched|_{0,2}might_(?:sleep|resched)|(?:de)?activate_task|recalc_task_prio|try_to_wake_up|_{0,2}wake_up\w*|(?:default|autoremove)_wake_function|sync_page)$/,
  ],
  // mm/slab.c, mm/slub.c, mm/slob.c, mm/slab_common.c, mm/mempool.c, mm/util.c.
  slab: [
    /^_{0,4}(?:k[mvz]{0,2}alloc(?:_\w+)?|k[vz]{0,2}calloc\w*|kmem_(?:getpages|cache_alloc\w*|cache_alloc|getpages_\w+|cache_grow)|kmalloc_\w+|kmem_(?:z?alloc(?:_large|_io|_greedy)?|realloc)|krealloc\w*|kvrealloc\w*|kmemdup\w*|kstrdup\w*|kasprintf|kvasprintf\w*|memdup_user\w*|vmemdup_user\w*|strndup_user)$/,
    /^_{0,4}(?:cache_(?:alloc|grow|alloc_refill|alloc_node|grow_begin)\w*|slab_(?:alloc|alloc_node|post_alloc_hook|pre_alloc_hook)\w*|new_slab\w*|allocate_slab\w*|alloc_slab_page\w*|fallback_alloc|do_slab_alloc|do_kmalloc_node|get_partial\w*|refill_objects|refill_sheaf|pcs_\w+|alloc_(?:full|empty)_sheaf|barn_\w+|__refill_\w+|mempool_alloc\w*|mempool_kmalloc|alternate_node_alloc|do_tune_cpucache|new_slab_objects|slab_out_of_memory|slob_\w+|s[lu]b_alloc\w*|create_object|kmemleak_\w+|kasan_\w+|stack_depot_\w+|save_track|set_track\w*|pskb_never|fault_create\w*|devm_k[mz]alloc\w*|alloc_dr)$/,
    // OpenZFS's own, module/os/linux/spl/spl-kmem*.c.
    /^spl_(?:kmem|vmem)_(?:z?alloc\w*|cache_(?:alloc|grow)\w*|strdup|v?asprintf)$/,
    // Rust's containers: kernel::alloc, and the alloc crate before it.
    /^(?:_R\w*(?:_5alloc|6kernel5alloc)|rust_helper_k)/,
  ],
  // mm/memcontrol.c: whose account a page goes to.
  cgroup: [/^_{0,2}(?:mem_cgroup_\w*(?:charge|oom|out_of_memory)\w*|memcg_\w*charge\w*|memcg_slab_\w+_alloc_hook|obj_cgroup_\w*charge\w*|(?:do_)?try_charge\w*|charge_memcg\w*)$/],
  // mm/vmalloc.c: the pages behind a range of virtual addresses.
  vmalloc: [/^_{0,3}(?:v[mz]{0,2}alloc(?:_\w+)?|vmalloc\w*|vm_area_alloc_pages|get_vm_area\w*|module_alloc|module_memory_alloc|execmem_\w+|vm_map_ram|alloc_vmap_area|__vmap\w*|vmap)$/],
  // Buffers handed to devices (kernel/dma, arch/*/mm/dma-mapping.c): the driver above asked.
  dma: [/^_{0,3}(?:dma_(?:alloc|generic|direct|map|pool|common|atomic)\w*|swiotlb_\w+|x86_swiotlb_\w+|arm_dma_\w+|arm_iommu_\w+|iommu_dma_\w+|arch_dma_\w+|pci_alloc_consistent|dmam_alloc\w*|intel_alloc_\w+|atomic_pool_\w+|alloc_iova\w*|xen_swiotlb_\w+|alloc_buffer|cma_alloc\w*|usb_alloc_coherent|hcd_buffer_alloc|pool_alloc_page|dma_pool_alloc)$/],
  // Buffers of the network stack (net/core/skbuff.c, net/core/page_pool.c): the driver or protocol above asked.
  network: [/^_{0,3}(?:alloc_skb\w*|netdev_alloc_\w+|napi_alloc_\w+|skb_(?:page_frag_refill|copy\w*|clone\w*|expand\w*|realloc\w*)|pskb_(?:expand_head|copy)\w*|page_pool_\w+|kmalloc_reserve|dev_alloc_skb|build_skb\w*|sock_(?:alloc_send\w*|wmalloc|kmalloc)|sk_page_frag_refill|sk_(?:prot_)?alloc\w*|sk_stream_alloc_skb|tcp_stream_alloc_skb)$/],
} as const;

const oneOf = (...layers: readonly (readonly RegExp[])[]): RegExp => new RegExp(layers.flat().map(({ source }) => source).join('|'));
const ALLOCATOR: RegExp = oneOf(LAYERS.printing, LAYERS.pages, LAYERS.slab, LAYERS.cgroup, LAYERS.vmalloc);
const HELPER: RegExp = oneOf([ALLOCATOR], LAYERS.dma, LAYERS.network);
// Only the slab allocator itself calls these, and it is entered by those.
const SLAB_INNER = /^_{0,3}(?:cache_(?:grow|alloc_refill)|new_slab|allocate_slab|alloc_slab_page|slab_alloc|fallback_alloc|kmem_getpages)/;
const SLAB_ENTRY = /^_{0,3}(?:kmalloc|kmem_cache_alloc)/;
// Whoever is above these prints the report of a kill or chooses whom it hits.
const KILLS = /^_{0,2}(?:out_of_memory|mem_cgroup_out_of_memory|pagefault_out_of_memory)$/;
/** Those two themselves: where a trace is cut below them, it has not come to whoever asked. */
const KILLING = /^(?:dump_header|oom_kill_process)$/;
/** So far below a function that was merely found on the stack the allocator's own may go on. */
const FOUND_BETWEEN = 2;
// What the compiler adds to the name of a copy of a function.
const COPY = /\.(?:isra|part|constprop|cold|clone|llvm|cfi_jt|lto_priv|cfi)(?:\.\d+)*/g;

/** A function's own name: without what the compiler adds to copies, and without `_noprof` of allocation profiling. */
function plainName(frame: string): string {
  const name = frame.includes('.') ? frame.replace(/^\./, '').replace(COPY, '') : frame;
  return name.endsWith('_noprof') ? name.slice(0, -'_noprof'.length) : name;
}

/** Old kernels print whatever is on the stack: what stands above the allocator's own functions did not call them. */
function firstOutside(stack: readonly string[], inside: RegExp): string | null {
  let entered = true, killing = false;
  for (let at = 1 + stack.findLastIndex((frame) => KILLS.test(plainName(frame))); at < stack.length; at++) {
    const name = plainName(stack[at] ?? '');
    if (inside.test(name)) {
      killing = KILLING.test(name);
      entered = SLAB_ENTRY.test(name) || (entered && !SLAB_INNER.test(name));
      continue;
    }
    if (killing) continue;
    const own = stack.slice(at + 1, at + 1 + FOUND_BETWEEN).map(plainName).findLastIndex((below) => SLAB_INNER.test(below) || (!entered && SLAB_ENTRY.test(below)));
    if (own < 0) return name;
    at += own;
  }
  return null;
}

/** First frame outside the page, slab and vmalloc allocators: the call site that counts and limits are keyed by. */
export function siteOf(stack: readonly string[]): string | null {
  return firstOutside(stack, ALLOCATOR);
}

/** First frame that asked on its own behalf: the DMA and network helpers that `siteOf` stops at are passed over too. */
export function requesterOf(stack: readonly string[]): string | null {
  return firstOutside(stack, HELPER);
}

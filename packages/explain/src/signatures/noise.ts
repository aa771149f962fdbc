import { PAGE_FAILURE, type Signature } from './signature.js';

/** Where a kernel was right to refuse, and later kernels are silent about it. */
export const NOISE: readonly Signature[] = [
  {
    id: 'no-highatomic-reserve', fixedIn: '4.4', nature: 'noise', source: 'mm/page_alloc.c, reserve_highatomic_pageblock(), v4.4 (commit 97a16fc82a7c)',
    text: 'kernels from 4.4 keep a reserve for urgent requests of more than one page, and one free block that is large enough suffices.',
    when: { kinds: PAGE_FAILURE, since: '2.5.0', before: '4.4', minOrder: 1, maxOrder: 3, canSleep: false },
  },
  {
    id: 'slab-sheaves-refill', fixedIn: null, nature: 'noise', harmless: true, source: 'https://lore.kernel.org/r/aZt2-oS9lkmwT7Ch@debian.local',
    text: 'the first kernels with slab sheaves print a warning when a refill that has a fallback is refused; the fix makes it silent (__GFP_NOWARN).',
    when: { kinds: PAGE_FAILURE, frames: /^(?:__pcs_replace_empty_main|refill_objects|__prefill_sheaf\w*)$/, since: '6.18', before: '7.0', maxOrder: 1 },
  },
  {
    id: 'dma-pool-empty-zone', fixedIn: '5.17', nature: 'noise', source: 'https://lore.kernel.org/r/CAJ2QiJJgw0Cm=XBeVvOJ8WnWB0Xfv3JEYKTQUovnwrrDw17w9g@mail.gmail.com; kernel/dma/pool.c, dma_atomic_pool_init(), v5.17',
    text: 'a pool was wanted from a DMA zone that may have no pages at all (in a crash kernel as a rule); pools are made only where there are pages now.',
    when: { kinds: PAGE_FAILURE, frames: /^(?:dma_atomic_pool_init|__dma_atomic_pool_init|atomic_pool_expand)$/, before: '5.17' },
  },
  {
    id: 'iommu-atomic-warnings', fixedIn: null, nature: 'noise', harmless: true, source: 'https://lore.kernel.org/r/20200214160149.11681-222-sashal@kernel.org',
    text: 'the IOMMU code is prepared to be refused and tries again; it asks without printing a warning now.',
    when: { frames: /^(?:iommu_map_page|alloc_iova\w*|iommu_iova|dma_pte_\w+|alloc_pgtable_page)$/, before: '5.6', canSleep: false },
  },
  {
    id: 'nowait-silent', fixedIn: '6.8', nature: 'noise', harmless: true, source: 'include/linux/gfp_types.h, GFP_NOWAIT, v6.8',
    text: 'a request with GFP_NOWAIT expects to be refused; since 6.8 it is refused without a warning.',
    when: { kinds: PAGE_FAILURE, since: '4.4', before: '6.8', canSleep: false, wakesKswapd: true, without: ['__GFP_HIGH', '__GFP_NOMEMALLOC'], maxOrder: 3 },
  },
  {
    id: 'r8152-receive-block', fixedIn: '6.4', nature: 'noise', harmless: true, source: 'https://lore.kernel.org/r/20230406171411.1.I84dbef45786af440fd269b71e9436a96a8e7a152@changeid',
    text: 'the r8152 network adapter goes on with smaller buffers; later kernels ask for the large ones without a warning.',
    when: { kinds: PAGE_FAILURE, frames: /^alloc_rx_agg$/, before: '6.4', minOrder: 1 },
  },
  {
    id: 'ttm-huge-blocks', fixedIn: '5.11', nature: 'noise', harmless: true, source: 'https://lore.kernel.org/r/20210128095346.2421-1-michel@daenzer.net',
    text: 'the graphics memory manager tries large blocks and goes on with smaller ones; later kernels try without a warning.',
    when: { kinds: PAGE_FAILURE, frames: /^(?:ttm_pool_alloc\w*|ttm_get_pages|ttm_pool_populate)$/, before: '5.11', minOrder: 1 },
  },
  {
    id: 'dma-buf-heap-blocks', fixedIn: null, nature: 'noise', harmless: true, source: 'https://lore.kernel.org/lkml/: "dma-buf: system_heap: do not warn for costly allocation", February 2021',
    text: 'the heaps for shared buffers (ION, system heap) try large blocks and go on with smaller ones; later kernels try without a warning.',
    when: { kinds: PAGE_FAILURE, frames: /^(?:ion_page_pool_alloc\w*|ion_system_heap_allocate|alloc_largest_available|system_heap_allocate)$/, minOrder: 1 },
  },
  {
    id: 'stackdepot-nowait', fixedIn: '4.8', nature: 'noise', harmless: true, source: 'lib/stackdepot.c, depot_save_stack(), v4.8: __GFP_NOWARN',
    text: 'the depot of stack traces (KASAN) does without a trace when it gets no block; later kernels ask without a warning.',
    when: { kinds: PAGE_FAILURE, frames: /^depot_save_stack$/, before: '4.8' },
  },
  {
    id: 'uvc-transfer-buffers', fixedIn: null, nature: 'noise', harmless: true, source: 'drivers/media/usb/uvc/uvc_video.c, uvc_alloc_urb_buffers(), v6.12',
    text: 'the camera driver halves its transfer buffers and tries again when it gets none of this size.',
    when: { kinds: PAGE_FAILURE, frames: /^uvc_alloc_urb_buffers$/, minOrder: 1 },
  },
  {
    id: 'ppc-module-near', fixedIn: '5.17', nature: 'noise', harmless: true, source: '"powerpc/modules: Don\'t WARN on first module allocation tentative"; https://lore.kernel.org/r/163888363074.3690807.14433778326427790491.b4-ty@ellerman.id.au',
    text: 'a module is first tried near the kernel and then anywhere; later kernels make the first try without a warning.',
    when: { kinds: ['vmalloc-failure'], frames: /^module_alloc$/, arch: /^(?:ppc|powerpc)/, since: '5.13', before: '5.17' },
  },
  {
    id: 'module-of-no-bytes', fixedIn: '3.8', nature: 'noise', harmless: true, source: 'commit 82fab442f532: "modules: don\'t hand 0 to vmalloc."',
    text: 'modules without code for start-up asked for 0 bytes and did without them; later kernels do not ask.',
    when: { kinds: ['vmalloc-failure'], role: 'module-load', since: '3.1', before: '3.8', bytes: 0 },
  },
  {
    id: 'kernel-in-dma-zone', fixedIn: '6.9', nature: 'noise', source: 'commits 2f77465b05b1 and 3cb4a4827596: "x86/efistub: ... LOAD_PHYSICAL_ADDR"',
    text: 'the EFI stub put the kernel itself into the first 16 MiB, which left no room there for the DMA pool.',
    when: { kinds: PAGE_FAILURE, frames: /^_*(?:dma_atomic_pool_init|atomic_pool_expand)$/, arch: /^x86_64$/, since: '6.6', before: '6.9', flags: ['GFP_DMA'], minOrder: 5 },
  },
];

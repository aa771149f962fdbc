import type { FailureKind } from '@nopage/gfp';

/** What a report must show to fit; every condition given must hold. */
export interface SignatureConditions {
  readonly kinds?: readonly FailureKind[];
  /** A function of the stack, or the call site. */
  readonly frames?: RegExp;
  /** The release is this one or newer. */
  readonly since?: string;
  /** The release is older than this one; a release that is not known fits when the frames do. */
  readonly before?: string;
  readonly minOrder?: number;
  readonly maxOrder?: number;
  readonly canSleep?: boolean;
  /** Flags that must all be in the mask. */
  readonly flags?: readonly string[];
  /** Flags of which none may be in it. */
  readonly without?: readonly string[];
  /** All free blocks of a zone carry just these letters. */
  readonly onlyTypes?: string;
}

/** A known fault, or a message that a later kernel no longer prints. */
export interface Signature {
  readonly id: string;
  /** What was wrong and what changed; completes "Upgrade to kernel N or newer: ...". */
  readonly text: string;
  /** First mainline release with the cure; null when no source at hand names it. */
  readonly fixedIn: string | null;
  /** `fault`: the kernel was wrong. `noise`: it was right, and later kernels are silent about it. */
  readonly nature: 'fault' | 'noise';
  readonly source: string;
  readonly when: SignatureConditions;
}

const PAGE_FAILURE = ['page-allocation-failure'] as const;

/** Known signatures, by call site, version and mask. */
export const SIGNATURES: readonly Signature[] = [
  {
    id: 'linux-2.4-vm', fixedIn: null, nature: 'fault', source: 'https://lore.kernel.org/r/20010919153441.A30940@cm.nu',
    text: 'the memory management of 2.4 gave up early, most of all before 2.4.10 and with high memory; it was rewritten.',
    when: { before: '2.5.0', since: '2.4.0' },
  },
  {
    id: 'high-order-atomic-2.6.31', fixedIn: '2.6.33', nature: 'fault', source: 'https://lkml.kernel.org/r/1256650833-15516-1-git-send-email-mel@csn.ul.ie',
    text: '2.6.31 and 2.6.32 refuse urgent requests of more than one page far more often than the kernels around them.',
    when: { kinds: PAGE_FAILURE, since: '2.6.31', before: '2.6.33', minOrder: 1, maxOrder: 3, canSleep: false },
  },
  {
    id: 'no-highatomic-reserve', fixedIn: '4.4', nature: 'noise', source: 'mm/page_alloc.c, reserve_highatomic_pageblock(), v4.4 (commit 97a16fc82a7c)',
    text: 'kernels from 4.4 keep a reserve for urgent requests of more than one page, and one free block that is large enough suffices.',
    when: { kinds: PAGE_FAILURE, since: '2.5.0', before: '4.4', minOrder: 1, maxOrder: 3, canSleep: false },
  },
  {
    id: 'highatomic-fast-watermark', fixedIn: '5.9', nature: 'fault', source: 'mm/page_alloc.c, zone_watermark_fast(), v5.9: "page_alloc: consider highatomic reserve in watermark fast"',
    text: 'the quick watermark check counted pages of the highatomic reserve (H) as free for everyone, so kswapd was not woken in time.',
    when: { kinds: PAGE_FAILURE, since: '4.4', before: '5.9', maxOrder: 0, onlyTypes: 'H' },
  },
  {
    id: 'fork-stack-blocks', fixedIn: null, nature: 'fault', source: 'CONFIG_VMAP_STACK: x86-64 since v4.9, arm64 since v4.14',
    text: 'stacks of new tasks no longer need a block in one piece where CONFIG_VMAP_STACK is set (x86-64 since 4.9, arm64 since 4.14).',
    when: { kinds: PAGE_FAILURE, frames: /^(?:copy_process|dup_task_struct|do_fork|_do_fork)$/, before: '4.14', minOrder: 1 },
  },
  {
    id: 'ext4-group-info', fixedIn: null, nature: 'fault', source: 'fs/ext4/mballoc.c, ext4_mb_init(), v2.6.31; cured by a vmalloc fallback',
    text: 'ext4 asked for its table of block groups in one piece at mount; it falls back to vmalloc now (kvmalloc).',
    when: { kinds: PAGE_FAILURE, frames: /^ext4_mb_(?:init|add_groupinfo)/, before: '4.12', minOrder: 2 },
  },
  {
    id: 'nfsd-reply-cache', fixedIn: '5.10', nature: 'fault', source: 'commit 8c38b705b4f4; https://lore.kernel.org/r/3648e8d5-be75-ea2e-ddbc-5117fcd50a2b@bell.net',
    text: 'nfsd asked for its reply cache in one piece; commit 8c38b705b4f4 uses vmalloc when that fails.',
    when: { kinds: PAGE_FAILURE, frames: /^nfsd_reply_cache_init$/, before: '5.10', minOrder: 1 },
  },
  {
    id: 'ipmi-user', fixedIn: null, nature: 'fault', source: 'https://lore.kernel.org/r/20200420035116.GA61926@shbuild999.sh.intel.com',
    text: 'the IPMI driver asked for 64 KiB in one piece for each user; it uses vzalloc now.',
    when: { kinds: PAGE_FAILURE, frames: /^ipmi_create_user$/, before: '5.8', minOrder: 3 },
  },
  {
    id: 'btrfs-zone-info', fixedIn: null, nature: 'fault', source: 'https://lore.kernel.org/r/20221120124303.17918-1-hch@lst.de',
    text: 'zoned btrfs asked for its zone cache in one piece at mount; it uses kvcalloc now.',
    when: { kinds: PAGE_FAILURE, frames: /^btrfs_get_dev_zone_info$/, before: '6.2', minOrder: 3 },
  },
  {
    id: 'vhost-vsock-packet', fixedIn: '6.1', nature: 'fault', source: 'commit 0e3f72931fc4',
    text: 'vhost-vsock copied a packet of 64 KiB into one block; commit 0e3f72931fc4 uses kvmalloc.',
    when: { kinds: PAGE_FAILURE, frames: /^vhost_vsock_|^vhost_transport_|^virtio_transport_alloc/, before: '6.1', minOrder: 3 },
  },
  {
    id: 'hid-field', fixedIn: null, nature: 'fault', source: 'https://lore.kernel.org/r/20240522080328.12317-1-hailong.liu@oppo.com',
    text: 'HID asked for the table of a field in one piece; it uses kvzalloc now.',
    when: { kinds: PAGE_FAILURE, frames: /^hid_(?:add_field|register_field)$/, before: '6.11', minOrder: 3 },
  },
  {
    id: 'mhi-channel-buffers', fixedIn: null, nature: 'fault', source: 'https://lore.kernel.org/r/96481a45-3547-4d23-ad34-3a8f1d90c1cd@suse.cz: "ath11k: decrease MHI channel buffer length to 8KB"',
    text: 'ath11k asked for 64 KiB buffers for its channels on every resume; it uses 8 KiB now.',
    when: { kinds: PAGE_FAILURE, frames: /^(?:mhi_prepare_channel|__mhi_prepare_for_transfer)$/, before: '6.10', minOrder: 3 },
  },
  {
    id: 'nouveau-radix3', fixedIn: null, nature: 'fault', source: 'commit 6f572a805457',
    text: 'nouveau asked for 512 KiB in one piece at suspend; commit 6f572a805457 uses a scatter list.',
    when: { kinds: PAGE_FAILURE, frames: /^nvkm_gsp_radix3_/, since: '6.7', before: '6.10', minOrder: 3 },
  },
  {
    id: 'apei-pool-overflow', fixedIn: '6.1', nature: 'fault', source: 'https://lore.kernel.org/r/20221005154105.454809-1-Ashish.Kalra@amd.com',
    text: 'the size of the APEI error pool overflowed an int on machines with many error sources; its type was corrected.',
    when: { kinds: ['vmalloc-failure'], frames: /^ghes_estatus_pool_init$/, before: '6.1' },
  },
  {
    id: 'ath10k-ramdump-size', fixedIn: null, nature: 'fault', source: 'https://lore.kernel.org/r/20191210212511.11392-24-sashal@kernel.org',
    text: 'ath10k asked for a crash-dump buffer of 0 bytes for chips without a dump layout; it checks the size now.',
    when: { frames: /^ath10k_coredump_(?:register|create)$/, before: '5.5' },
  },
  {
    id: 'f2fs-compress-cache', fixedIn: '5.14', nature: 'fault', source: 'https://lore.kernel.org/r/YKz0VJSYYBEnF75V@google.com',
    text: "the cache of compressed pages of f2fs grew without a bound; it is bounded by f2fs_available_free_memory now.",
    when: { kinds: PAGE_FAILURE, frames: /^f2fs_cache_compressed_page$/, before: '5.14' },
  },
  {
    id: 'slab-sheaves-refill', fixedIn: null, nature: 'noise', source: 'https://lore.kernel.org/r/aZt2-oS9lkmwT7Ch@debian.local',
    text: 'the first kernels with slab sheaves print a warning when a refill that has a fallback is refused; the fix makes it silent (__GFP_NOWARN).',
    when: { kinds: PAGE_FAILURE, frames: /^(?:__pcs_replace_empty_main|refill_objects|__prefill_sheaf\w*)$/, since: '6.18', before: '7.0', maxOrder: 1 },
  },
  {
    id: 'dma-pool-empty-zone', fixedIn: '5.17', nature: 'noise', source: 'https://lore.kernel.org/r/CAJ2QiJJgw0Cm=; kernel/dma/pool.c, dma_atomic_pool_init(), v5.17',
    text: 'a DMA pool was wanted from a DMA zone without pages (a crash kernel as a rule); pools are made only where there are pages now, and the warning is gone.',
    when: { kinds: PAGE_FAILURE, frames: /^(?:dma_atomic_pool_init|__dma_atomic_pool_init|atomic_pool_expand)$/, before: '5.17' },
  },
  {
    id: 'memcg-atomic-charge', fixedIn: '5.4', nature: 'fault', source: 'https://lore.kernel.org/r/20191022233708.365764-1-hannes@cmpxchg.org: "mm: memcontrol: fix network errors from failing __GFP_ATOMIC charges"',
    text: 'network buffers were refused when the control group was at its limit, although they could not wait; such charges may exceed it now.',
    when: { kinds: ['slub-failure'], canSleep: false, since: '4.0', before: '5.4' },
  },
  {
    id: 'iommu-atomic-warnings', fixedIn: null, nature: 'noise', source: 'https://lore.kernel.org/r/20200214160149.11681-222-sashal@kernel.org',
    text: 'the IOMMU code is prepared to be refused and tries again; it asks without printing a warning now.',
    when: { frames: /^(?:iommu_map_page|alloc_iova\w*|iommu_iova|dma_pte_\w+|alloc_pgtable_page)$/, before: '5.6', canSleep: false },
  },
  {
    id: 'nowait-silent', fixedIn: '6.8', nature: 'noise', source: 'include/linux/gfp_types.h, GFP_NOWAIT, v6.8',
    text: 'a request with GFP_NOWAIT expects to be refused; since 6.8 it is refused without a warning.',
    when: { kinds: PAGE_FAILURE, since: '4.4', before: '6.8', canSleep: false, without: ['__GFP_HIGH', '__GFP_NOMEMALLOC'], maxOrder: 3 },
  },
  {
    id: 'highatomic-small-zones', fixedIn: '6.8', nature: 'fault', source: 'mm/page_alloc.c, reserve_highatomic_pageblock(), v6.8',
    text: 'the highatomic reserve could take more than its 1 % of a small zone.',
    when: { kinds: PAGE_FAILURE, since: '4.4', before: '6.8', onlyTypes: 'H' },
  },
];

import { PAGE_FAILURE, type Signature } from './signature.js';

/** Where a kernel was wrong: by call site, version and mask. */
export const FAULTS: readonly Signature[] = [
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
    id: 'oom-small-blocks-4.7', fixedIn: '4.8', nature: 'fault', source: 'commit 6b4e3181d7bd, v4.8: "mm, oom: prevent premature OOM killer invocation for high order request"',
    text: '4.7 killed processes for want of two to eight pages in one piece while there was page cache to make them from.',
    when: { kinds: ['oom-kill'], since: '4.7.0', before: '4.8.0', minOrder: 1, maxOrder: 3 },
  },
  {
    id: 'oom-small-blocks-ubuntu', fixedIn: null, nature: 'fault', source: 'https://bugs.launchpad.net/bugs/1655842',
    text: 'Ubuntu\'s 4.4.0-58 to 4.4.0-62 killed processes for want of a few pages in one piece while there was page cache to make them from; 4.4.0-63 does so no more.',
    when: { kinds: ['oom-kill'], release: /^4\.4\.0-(?:5[89]|6[0-2])-/, minOrder: 1, maxOrder: 3 },
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
    id: 'memcg-atomic-charge', fixedIn: '5.4', nature: 'fault', source: 'https://lore.kernel.org/r/20191022233708.365764-1-hannes@cmpxchg.org: "mm: memcontrol: fix network errors from failing __GFP_ATOMIC charges"',
    text: 'network buffers were refused when the control group was at its limit, although they could not wait; such charges may exceed it now.',
    when: { kinds: ['slub-failure'], ofGroup: true, canSleep: false, flags: ['__GFP_HIGH'], since: '4.0', before: '5.4' },
  },
  {
    id: 'highatomic-small-zones', fixedIn: '6.8', nature: 'fault', source: 'mm/page_alloc.c, reserve_highatomic_pageblock(), v6.8',
    text: 'the highatomic reserve could take more than its 1 % of a small zone.',
    when: { kinds: PAGE_FAILURE, since: '4.4', before: '6.8', onlyTypes: 'H' },
  },
  {
    id: 'vhost-net-open', fixedIn: '3.16', nature: 'fault', source: 'commit 23cc5a991c7a: "vhost-net: extend device allocation to vmalloc"',
    text: 'vhost-net asked for its device in one piece when a virtual machine started; it falls back to vmalloc now.',
    when: { kinds: PAGE_FAILURE, frames: /^vhost_net_open$/, before: '3.16', minOrder: 3 },
  },
  {
    id: 'cache-per-cgroup', fixedIn: '5.9', nature: 'fault', source: 'mm/slab_common.c, memcg_create_kmem_cache(), v5.8; gone in v5.9',
    text: 'every slab cache kept a table with a place for each control group in one piece, so starting a container asked for more and more; caches are shared now.',
    when: { kinds: PAGE_FAILURE, frames: /^(?:memcg_register_cache|memcg_(?:alloc|update)_cache_params|memcg_update_all_caches|update_memcg_params)$/, before: '5.9', minOrder: 3 },
  },
  {
    id: 'f2fs-zstd-context', fixedIn: '5.10', nature: 'fault', source: 'commit 0e2b7385cb59: "f2fs: allocate proper size memory for zstd decompress"',
    text: 'f2fs asked for a far larger buffer than it needs to read a file packed with zstd; the size is right now.',
    when: { kinds: PAGE_FAILURE, frames: /^zstd_init_decompress_ctx$/, before: '5.10', minOrder: 3 },
  },
  {
    id: 'exfat-upcase-table', fixedIn: '5.11', nature: 'fault', source: '"exfat: Avoid allocating upcase table using kcalloc()"; https://lore.kernel.org/r/20201204133348.555024-1-123321artyom@gmail.com',
    text: 'exfat asked for its table of letters in one piece at mount; it uses vmalloc when that fails now.',
    when: { kinds: PAGE_FAILURE, frames: /^exfat_(?:create|load)_upcase_table$/, before: '5.11', minOrder: 3 },
  },
  {
    id: 'bpf-jit-addresses', fixedIn: '5.12', nature: 'fault', source: 'commit de920fc64cba: "bpf, x86: Use kvmalloc_array instead kmalloc_array in bpf_jit_comp"',
    text: 'loading a large BPF program asked for a table in one piece; it uses kvmalloc now.',
    when: { kinds: PAGE_FAILURE, frames: /^bpf_int_jit_compile$/, before: '5.12', minOrder: 3 },
  },
  {
    id: 'proc-sysctl-buffer', fixedIn: '5.12', nature: 'fault', source: 'commit 4508943794ef: "proc: use kvzalloc for our kernel buffer"',
    text: 'reading or writing a file of /proc/sys asked for as large a block as the program named; it uses kvzalloc now.',
    when: { kinds: PAGE_FAILURE, frames: /^proc_sys_call_handler$/, since: '5.8', before: '5.12', minOrder: 3 },
  },
  {
    id: 'amdgpu-suspend-copy', fixedIn: '4.19', nature: 'fault', source: '"drm/amdgpu: Use kvmalloc for allocating UVD/VCE/VCN BO backup memory", v4.19',
    text: 'amdgpu copied the memory of its video engines into one block at suspend; it uses kvmalloc now.',
    when: { kinds: PAGE_FAILURE, frames: /^amdgpu_(?:uvd|vce|vcn)_suspend$/, before: '4.19', minOrder: 3 },
  },
  {
    id: 'veth-queues', fixedIn: '6.8', nature: 'fault', source: 'commit 1ce7d306ea63: "veth: try harder when allocating queue memory"',
    text: 'a pair of virtual network cards (veth) asked for the queues of all CPUs in one piece, so containers did not start on machines with many; it falls back to vmalloc now.',
    when: { kinds: ['page-allocation-failure', 'mem-info'], frames: /^veth_(?:dev_init|alloc_queues)$/, before: '6.8' },
  },
  {
    id: 'btrfs-bio-checksums', fixedIn: '6.19', nature: 'fault', source: 'commit cfc7fe2b0f18; https://lore.kernel.org/r/20251209001610.611575-20-sashal@kernel.org',
    text: 'btrfs asked for the checksums of a large read in one piece; it falls back to vmalloc now.',
    when: { kinds: PAGE_FAILURE, frames: /^btrfs_lookup_bio_sums$/, before: '6.19', minOrder: 3 },
  },
  {
    id: 'fence-merge', fixedIn: null, nature: 'fault', source: 'https://lore.kernel.org/dri-devel/: "dma-buf: fix merging of unordered fences", October 2024',
    text: 'merging fences put some in twice, so that their array grew without bound in some games; merging was mended, and the array uses kvzalloc.',
    when: { kinds: PAGE_FAILURE, frames: /^_*dma_fence_unwrap_merge$/, before: '6.13', minOrder: 3 },
  },
  {
    id: 'atomic-page-in-highatomic', fixedIn: '6.12', nature: 'fault', source: 'commit 281dd25c1a01: "mm/page_alloc: let GFP_ATOMIC order-0 allocs access highatomic reserves"',
    text: 'single pages for callers that can not wait could not be taken from the highatomic reserve (H), although they passed the check.',
    when: { kinds: PAGE_FAILURE, since: '4.4', before: '6.12', maxOrder: 0, canSleep: false, flags: ['__GFP_HIGH'], onlyTypes: 'H' },
  },
  {
    id: 'swap-cache-mask', fixedIn: '5.8', nature: 'noise', source: 'commit 243bce09c91b: "mm: fix swap cache node allocation mask"',
    text: 'a light and silent attempt to read pages back from swap, as i915 makes it before it frees its own, lost what made it silent on the way; its flags are passed on now.',
    when: { kinds: PAGE_FAILURE, frames: /^add_to_swap_cache$/, before: '5.8', maxOrder: 0, without: ['__GFP_DIRECT_RECLAIM', '__GFP_KSWAPD_RECLAIM'] },
  },
  {
    id: 'trace-tgid-map', fixedIn: '5.5', nature: 'fault', source: 'commit 6ee40511cb83: "tracing: use kvcalloc for tgid_map array allocation"',
    text: 'turning the recording of process groups in a trace on asked for its table in one piece; it uses kvcalloc now.',
    when: { kinds: ['page-allocation-failure', 'oom-kill'], frames: /^set_tracer_flag$/, since: '4.13', before: '5.5', minOrder: 3 },
  },
  {
    id: 'kmsg-reader', fixedIn: '5.16', nature: 'fault', source: 'commit 9980c4251f8d: "printk: use kvmalloc instead of kmalloc for devkmsg_user"',
    text: 'opening /dev/kmsg asked for 32 KiB in one piece; it uses kvmalloc now.',
    when: { kinds: ['page-allocation-failure', 'oom-kill'], frames: /^devkmsg_open$/, since: '5.10', before: '5.16', minOrder: 3 },
  },
  {
    id: 'nouveau-fwsec', fixedIn: '6.19', nature: 'fault', source: 'commit da67179e5538: "drm/nouveau/gsp: Allocate fwsec-sb at boot"',
    text: 'nouveau asked for the buffer of a firmware in one piece at each suspend of the card; it takes it once, when it starts, and keeps it now.',
    when: { kinds: PAGE_FAILURE, frames: /^nvkm_gsp_fwsec(?:_sb)?$/, since: '6.16', before: '6.19', minOrder: 3 },
  },
];

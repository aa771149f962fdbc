import type { Harm } from './call-path.js';

/** What a caller can be doing, in classes that matter for "who notices?". */
export type Role =
  | 'without-mmu' | 'memory-hotplug' | 'huge-page' | 'hibernation' | 'resume' | 'mount' | 'module-load' | 'probe' | 'boot' | 'core-dump' | 'namespace' | 'fork' | 'interface-up' | 'ring-change'
  | 'reclaim' | 'dma-buffer' | 'network-receive' | 'network-transmit' | 'dma-map' | 'block' | 'filesystem' | 'usb' | 'media' | 'gpu' | 'balloon' | 'page-fault' | 'open' | 'syscall';

/** One class of callers. */
export interface RoleEntry {
  readonly role: Role;
  /** Matches one bare function name. */
  readonly frames: RegExp;
  /** Matches a process name that tells as much; used only when no frame does. */
  readonly comm?: RegExp;
  readonly what: string;
  readonly consequence: string;
  readonly harm: Harm;
}

/** Enclosing operations: found anywhere in a task's stack, they say what fails. First match wins. */
export const UMBRELLA_ROLES: readonly RoleEntry[] = [
  {
    // mm/nommu.c
    role: 'without-mmu', frames: /^_?do_mmap_private$/,
    what: 'memory of a program, on a machine without an MMU', harm: 'broken',
    consequence: 'mmap() or malloc() returns ENOMEM, or the program does not start.',
  },
  {
    role: 'memory-hotplug', frames: /^(?:vmemmap_\w+|hot_add_\w+|hv_mem_hot_add|__?add_memory\w*|arch_add_memory|online_pages|__add_pages|sparse_add_section)$/,
    what: 'memory hotplug', harm: 'absorbed',
    consequence: 'Hotplug falls back to small pages for its map; check that the added memory came online.',
  },
  {
    role: 'huge-page', frames: /^(?:khugepaged\w*|do_huge_pmd_\w+|collapse_huge_page|hpage_collapse_\w+|vma_alloc_anon_folio_pmd|alloc_hugepage_\w+)$/, comm: /^khugepaged$/,
    what: 'a transparent huge page', harm: 'absorbed',
    consequence: 'The program gets small pages instead; nothing fails.',
  },
  {
    role: 'huge-page', frames: /^(?:hugetlb_\w+|alloc_(?:fresh|pool|surplus|buddy)_huge\w*|alloc_buddy_hugetlb\w*|set_max_huge_pages|__nr_hugepages_store_common)$/,
    what: 'the hugetlb pool', harm: 'degraded',
    consequence: 'The pool gets fewer huge pages than were asked for.',
  },
  {
    role: 'hibernation', frames: /^(?:swsusp_(?:suspend|save|alloc|write\w*|arch_suspend)|hibernate|hibernation_snapshot|pm_suspend_disk|create_image|preallocate_image_\w+)$/,
    what: 'suspending the machine to disk', harm: 'degraded',
    consequence: 'The machine is not suspended; it goes on running.',
  },
  {
    // kernel/power/hibernate.c, software_resume(): what was saved is read before the file systems are mounted
    role: 'hibernation', frames: /^(?:swsusp_(?:read|load\w*|resume)|software_resume|load_image(?:_and_restore)?|resume_store|hibernation_restore)$/,
    what: 'resuming the machine from disk', harm: 'broken',
    consequence: 'The machine starts anew instead of going on where it was: what was open and not saved is lost.',
  },
  {
    role: 'resume', frames: /^(?:(?!__pfx|do_notify_resume$)\w+_(?:resume|suspend|thaw|poweroff)(?:_\w+)?|dpm_run_callback|device_resume\w*|device_suspend\w*|async_resume\w*|async_suspend\w*|pm_runtime_work|rpm_(?:resume|suspend))$/,
    what: 'suspend or resume of a device', harm: 'broken',
    consequence: 'The device may not work again until it is reset or the machine is restarted.',
  },
  {
    role: 'mount', frames: /^(?:\w+_fill_super|\w+_get_sb|get_sb_bdev|\w*_get_tree|mount_bdev|mount_nodev|do_mount|path_mount|vfs_kern_mount|open_ctree|sys_mount|ksys_mount)$/, comm: /^mount(?:\.\w+)?$/,
    what: 'mounting a file system', harm: 'broken',
    consequence: 'The mount fails; tried again when memory is less fragmented, it may work.',
  },
  {
    role: 'module-load', frames: /^(?:load_module|module_alloc|layout_and_allocate|init_module_from_file|\w*sys_(?:f?init_module)|kernel_read_file\w*|bpf_jit_\w+|bpf_prog_pack_\w+)$/, comm: /^(?:modprobe|insmod|kmodloader|systemd-(?:modules?|udevd)|udevd|\(udev-worker\))/,
    what: 'loading a kernel module', harm: 'broken',
    consequence: 'The module is not loaded, and what it drives does not work.',
  },
  {
    role: 'probe', frames: /^(?:really_probe|__?driver_probe_device|__driver_attach|__device_attach_driver|device_initial_probe|bus_probe_device|\w+_register_driver|local_pci_probe|platform_probe|usb_probe_interface|pci_device_probe|vmbus_add_channel_work|request_firmware_work_func|(?!tcp_|neigh_)\w+_probe)$/,
    what: 'setting up a device', harm: 'broken',
    consequence: 'The device is not set up; its driver reports -ENOMEM.',
  },
  {
    role: 'boot', frames: /^(?:do_one_initcall|do_initcalls|kernel_init_freeable|start_kernel|setup_arch|populate_rootfs|do_populate_rootfs|unpack_to_rootfs)$/,
    what: 'start-up of the kernel', harm: 'degraded',
    consequence: 'What was being set up at boot may be missing; see the lines after the report.',
  },
  {
    role: 'core-dump', frames: /^(?:do|vfs|elf)_core_?dump$/,
    what: 'the core dump of a crashed program', harm: 'degraded',
    consequence: 'The core dump is missing or incomplete; the program had crashed before.',
  },
  {
    role: 'namespace', frames: /^(?:copy_net_ns|create_new_namespaces|unshare_nsproxy_namespaces|setup_net|ops_init)$/, comm: /^runc:\[/,
    what: 'creating a namespace', harm: 'broken',
    consequence: 'The container or sandboxed service does not start.',
  },
  {
    role: 'fork', frames: /^(?:copy_process|dup_task_struct|do_fork|_do_fork|kernel_clone|alloc_thread_(?:info|stack)\w*|\w*sys_(?:clone3?|fork|vfork))$/,
    what: 'starting a process or thread', harm: 'broken',
    consequence: 'fork() or clone() returns ENOMEM: a process or thread is not started.',
  },
  {
    role: 'interface-up', frames: /^_*dev_open$/,
    what: 'bringing a network interface up', harm: 'broken',
    consequence: 'The interface stays down until it is brought up again (ip link set dev IFACE up).',
  },
  {
    role: 'interface-up', frames: /^(?:_*rtnl_newlink|register_netdev(?:ice)?)$/,
    what: 'making a network interface', harm: 'broken',
    consequence: 'The interface is not made: the container, virtual machine or tunnel that wants it does not start.',
  },
  {
    role: 'ring-change', frames: /^(?:dev_ethtool|\w*ethtool_\w+|\w+_set_ringparam|\w+_set_channels|\w+_change_mtu|dev_set_mtu\w*)$/, comm: /^ethtool$/,
    what: 'changing the settings of a network card', harm: 'degraded',
    consequence: 'The change is refused with ENOMEM; the old settings stay, and it can be tried again.',
  },
];

/** What the innermost telling frame says. For each frame, first match wins. */
export const NEAREST_ROLES: readonly RoleEntry[] = [
  {
    role: 'dma-map', frames: /^(?:\w*iommu_map\w*|alloc_iova\w*|scsi_dma_map|dma_map_(?:sg|page)\w*|__map_sg|map_sg|swiotlb_(?:map|tbl)\w*)$/,
    what: 'mapping a buffer for DMA', harm: 'absorbed',
    consequence: 'The driver gives the request back to its queue, and it is tried again.',
  },
  {
    role: 'dma-buffer', frames: /^(?:dma_alloc_\w+|_*dma_direct_alloc\w*|swiotlb_alloc_coherent|x86_swiotlb_alloc_coherent|arm_dma_alloc|_*dma_alloc|dma_generic_alloc_coherent|hcd_buffer_alloc|usb_alloc_coherent)$/,
    what: 'a DMA buffer of a driver', harm: 'broken',
    consequence: 'The driver does not get its buffer; its device, or what was being done with it, does not work.',
  },
  {
    // net/ipv4/inet_connection_sock.c, inet_csk_clone_lock(): a socket for whoever has answered a SYN
    role: 'network-receive', frames: /^(?:sk_clone\w*|inet_csk_clone\w*|tcp_create_openreq_child|tcp_v[46]_syn_recv_sock|tcp_check_req)$/,
    what: 'a new TCP connection', harm: 'absorbed',
    consequence: 'The connection is not set up yet; the other side sends its packet again.',
  },
  {
    role: 'network-receive',
    frames: /^(?:_*(?:netdev|napi)_alloc_(?:skb|frag)\w*|_*napi_\w+|net_rx_action|process_backlog|page_pool_\w+|receive_buf|virtnet_poll|try_fill_recv|rx_submit|ip_rcv\w*|ipv6_rcv|tcp_v[46]_rcv|tcp_v[46]_do_rcv|tcp_rcv_\w+|tcp_data_queue|udp_\w*rcv\w*|netif_receive_\w+|_*netif_receive_skb\w*|\w*_gro_receive|br_handle_frame\w*|(?:\w+_)?rx(?:_\w+)?|\w+_rxq?_\w+)$/,
    what: 'network receive', harm: 'absorbed',
    consequence: 'A packet is dropped; TCP sends it again, UDP does not.',
  },
  {
    role: 'network-transmit',
    frames: /^(?:_*dev_queue_xmit|dev_hard_start_xmit|\w+_xmit|\w+_start_xmit|tcp_sendmsg\w*|tcp_write_xmit|tcp_push\w*|_*tcp_transmit_skb|sk_page_frag_refill|skb_page_frag_refill|alloc_skb_with_frags|sock_alloc_send_\w+|unix_\w+_sendmsg|udp_sendmsg|ip_output|sk_stream_alloc_skb|tcp_send_\w+|skb_copy\w*|pskb_\w+|skb_clone)$/,
    what: 'network transmit', harm: 'absorbed',
    consequence: 'The packet is not sent now; the sender waits or sends it again.',
  },
  {
    role: 'reclaim',
    frames: /^(?:shrink_\w+|try_to_free_pages|do_try_to_free_pages|swap_writepage\w*|__swap_writepage|swap_writeout|add_to_swap|folio_alloc_swap|isolate_lock_cluster|swap_\w+_alloc\w*|get_swap_page\w*|zswap_\w+|zram_\w+|balance_pgdat|kswapd)$/, comm: /^kswapd\d*$/,
    what: 'freeing memory itself (reclaim or swap)', harm: 'degraded',
    consequence: 'Memory can not be freed because freeing it needs memory; the machine may stall.',
  },
  {
    // mm/swap_state.c, __read_swap_cache_async(), v5.7
    role: 'page-fault', frames: /^(?:_*read_swap_cache_async|swap_(?:cluster|vma)_readahead|swapin_\w+|shmem_swapin\w*)$/,
    what: 'reading back what was swapped out', harm: 'degraded',
    consequence: 'Pages that were to be read ahead are left out; where it was the page itself, whoever wants it gets ENOMEM or waits.',
  },
  {
    role: 'block',
    frames: /^(?:blk_\w+|_*blk_mq_\w+|scsi_\w+|nvme_\w+|submit_bio\w*|_*submit_bio\w*|bio_alloc\w*|mempool_alloc\w*|generic_make_request|__make_request|ata_\w+|mmc_\w+|virtio_queue_rq|dm_\w+|md_\w+|raid\d\w*|_*sg_alloc_table\w*|btracker_\w+)$/,
    what: 'disk I/O', harm: 'absorbed',
    consequence: 'The block layer has a pool for this and tries again; look for I/O errors right after the report.',
  },
  {
    role: 'usb', frames: /^(?:usb_\w+|usbdev_\w+|proc_(?:do_)?submiturb\w*|proc_bulk|ffs_\w+|xhci_\w+|ehci_\w+|dwc[23]_\w+|hid_\w+|uvc_\w+)$/,
    what: 'a USB transfer', harm: 'broken',
    consequence: 'The transfer fails with ENOMEM; the program that asked may lose the device.',
  },
  {
    role: 'media', frames: /^(?:dvb_\w+|dmx_\w+|v4l2?_\w+|video_(?:ioctl2|usercopy)|vb2_\w+|videobuf_\w+|snd_\w+|\w+_start_(?:feed|streaming))$/,
    what: 'a TV, camera or sound stream', harm: 'broken',
    consequence: 'The stream does not start: no picture, or no sound, until it is asked for again.',
  },
  {
    role: 'gpu', frames: /^(?:drm_atomic_\w+|drm_mode_\w+|\w*atomic_commit\w*|commit_tail|dc_(?:create|copy|commit)_\w*state\w*|nvkms_\w+|_nv\d+kms)$/,
    what: 'changing the picture on the screen', harm: 'degraded',
    consequence: 'The picture is not changed; the desktop may freeze or start anew.',
  },
  {
    role: 'gpu', frames: /^(?:ttm_\w+|drm_gem_\w+|i915_gem_\w+|\w+_bo_\w+)$/,
    what: 'a graphics buffer', harm: 'degraded',
    consequence: 'The driver tries smaller blocks first; if those fail too, a program loses its buffer.',
  },
  {
    role: 'gpu', frames: /^(?:drm_\w+|amdgpu_\w+|i915_\w+|nouveau_\w+|nvkm_\w+|radeon_\w+|vmw_\w+|nv_\w*(?:alloc|ioctl)\w*|_nv\d+rm|nvidia_\w+|firegl_\w+)$/,
    what: 'the graphics driver', harm: 'degraded',
    consequence: 'What a program asked of the graphics driver fails; the picture may freeze, or the program may end.',
  },
  {
    role: 'balloon', frames: /^(?:balloon_page_(?:alloc|enqueue)\w*|alloc_balloon_pages?|(?:update|fill)_balloon\w*|vmballoon_\w+|increase_reservation|decrease_reservation)$/,
    what: 'the balloon of a virtual machine', harm: 'absorbed',
    consequence: 'The machine gives its host less memory back than the host asked for; nothing fails inside it.',
  },
  {
    role: 'filesystem', frames: /^(?:ext[234]_\w+|xfs_\w+|btrfs_\w+|alloc_extent_state|f2fs_\w+|nfs\w*_\w+|cifs_\w+|smb[23]?_\w+|jbd2_\w+|\w+_writepages?|do_writepages|writeback_\w+|wb_\w+|ceph_\w+|fuse_\w+|alloc_buffer_head|_*add_to_page_cache\w*|filemap_add_folio|page_cache_\w+|_*do_page_cache_readahead|read_pages)$/,
    what: 'file system work', harm: 'degraded',
    consequence: 'The file system tries again or returns an error; look for its messages right after the report.',
  },
  {
    role: 'page-fault', frames: /^(?:_*handle_mm_fault|do_anonymous_page|do_swap_page|_*do_page_fault|exc_page_fault|do_user_addr_fault|mm_fault_error|wp_page_copy|filemap_fault|__do_fault|do_fault|do_wp_page|alloc_anon_folio)$/,
    what: 'a page fault of a program', harm: 'broken',
    consequence: 'The program can not get its page; it waits, or the OOM killer ends one.',
  },
  {
    role: 'open', frames: /^(?:chrdev_open|do_dentry_open|do_filp_open|vfs_open|misc_open)$/,
    what: 'opening a device or file', harm: 'broken',
    consequence: 'open() returns ENOMEM, and the program can not use the device.',
  },
];

/** What is said only when no frame says more. In this order. */
export const VAGUE_ROLES: readonly RoleEntry[] = [
  {
    role: 'network-receive', frames: /^(?:_*alloc_skb|_*build_skb)$/, comm: /^ksoftirqd\/\d+$/,
    what: 'network traffic', harm: 'absorbed',
    consequence: 'A packet is dropped or not sent; TCP sends it again, UDP does not.',
  },
  {
    role: 'syscall', frames: /^(?:\w*_ioctl\w*|vfs_\w+|ksys_\w+|__(?:x64|arm64|ia32|se|do)_sys_\w+|[sS]y[sS]_\w+|sys_\w+|do_syscall_\w+|entry_SYSCALL\w*|\w+_mmap\w*|el0_svc\w*)$/,
    what: 'a system call', harm: 'degraded',
    consequence: 'The call returns ENOMEM to the program.',
  },
];

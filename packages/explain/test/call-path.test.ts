import { describe, expect, it } from 'vitest';
import { bareName, callPathOf, contextOf, explain } from '../src/index.js';
import { refused, zone } from './build.js';

const role = (stack: readonly string[], flags = 'GFP_KERNEL', comm = 'worker'): string | null => callPathOf(refused({ stack, flags, comm }))?.role ?? null;

describe('what a caller was doing', () => {
  it.each([
    ['an enclosing mount wins over the file system below it', ['__kmalloc', 'ext4_mb_init', 'ext4_fill_super', 'get_tree_bdev'], 'mount'],
    ['a signal on the way out of the kernel is no resume', ['__kmalloc', 'regset_get_alloc', 'elf_core_dump', 'do_coredump', 'get_signal', 'do_notify_resume', 'work_pending'], 'core-dump'],
    ['a resume wins over the driver', ['__kmalloc', 'mhi_prepare_channel', 'ath11k_core_resume', 'dpm_run_callback'], 'resume'],
    ['a page fault of a program is its own, whatever call it came in', ['filemap_fault', 'handle_mm_fault', 'do_page_fault', 'copy_from_user', 'do_mount', 'sys_mount'], 'page-fault'],
    ['what a core dump reads is asked for by the dump', ['handle_mm_fault', 'faultin_page', 'get_dump_page', 'elf_core_dump', 'do_coredump'], 'core-dump'],
    ['reading back from swap is no reclaim', ['kmem_cache_alloc', 'xas_nomem', 'add_to_swap_cache', '__read_swap_cache_async', 'shmem_swapin'], 'page-fault'],
    ['a stream of a TV card', ['__get_free_pages', 'gizmo_start_transfer', 'gizmo_dvb_start_feed', 'dvb_demux_ioctl', 'vfs_ioctl'], 'media'],
    ['a graphics driver that is not in the kernel', ['__get_free_pages', 'nv_vm_malloc_pages', '_nv003431rm', 'do_ioctl', 'sys_ioctl'], 'gpu'],
    ['a probe', ['kzalloc', 'hid_open_report', 'mt_probe', 'really_probe'], 'probe'],
    ['a probe, by its name alone', ['kmalloc_order', 'gizmo_pci_probe', 'work_for_cpu_fn'], 'probe'],
    ['a probe that goes on when its firmware is there', ['kmalloc_large', 'gizmo_attach', 'gizmo_firmware_callback', 'request_firmware_work_func'], 'probe'],
    ['a probe of the network is none', ['tcp_write_xmit', 'tcp_mtu_probe'], 'network-transmit'],
    ['the queues of an interface that is being made', ['__kmalloc', 'gizmo_alloc_queues', 'gizmo_dev_init', 'register_netdevice', 'rtnl_newlink'], 'interface-up'],
    ['filling a ring for an interface that comes up', ['page_frag_alloc', 'gizmo_rx_alloc', 'gizmo_open', '__dev_open', '__dev_change_flags'], 'interface-up'],
    ['a fork', ['alloc_thread_stack_node', 'copy_process', 'kernel_clone'], 'fork'],
    ['the innermost telling frame otherwise', ['usb_alloc_urb', 'gizmo_ioctl'], 'usb'],
    ['the balloon of a virtual machine', ['alloc_pages_current', 'balloon_page_enqueue', 'update_balloon_size_func'], 'balloon'],
    ['a DMA buffer', ['__alloc_pages', '__dma_direct_alloc_pages', 'nvkm_gsp_radix3_sg'], 'dma-buffer'],
    ['mapping for DMA', ['get_zeroed_page', 'iommu_map_page', 'scsi_dma_map'], 'dma-map'],
    ['reclaim', ['zswap_store', 'swap_writepage', 'shrink_folio_list'], 'reclaim'],
    ['only a system call', ['gizmo_get', 'gizmo_ioctl', 'do_syscall_64'], 'syscall'],
    ['an skb without a receive path is network traffic of some kind', ['__alloc_skb', 'netlink_ack'], 'network-receive'],
    ['nothing known', ['foo', 'bar'], null],
  ] as const)('%s', (_title, stack, expected) => expect(role(stack)).toBe(expected));

  it('what the interrupted task was doing is not what the interrupt did', () => {
    const stack = ['page_frag_alloc', '__napi_alloc_skb', 'virtnet_poll', 'net_rx_action', '__do_softirq', 'irq_exit', 'do_IRQ', 'common_interrupt', 'ext4_fill_super', 'do_mount'];
    expect(role(stack, 'GFP_ATOMIC')).toBe('network-receive');
    expect(contextOf(refused({ stack, flags: 'GFP_ATOMIC' }))).toBe('interrupt');
  });

  it('a mark of an interrupt counts where the trace breaks off before its entry', () => {
    expect(contextOf(refused({ stack: ['warn_alloc', '__alloc_pages'], flags: 'GFP_ATOMIC', detail: { inInterrupt: true } }))).toBe('interrupt');
    expect(contextOf(refused({ stack: ['warn_alloc', '__alloc_pages'], flags: 'GFP_ATOMIC', detail: { inInterrupt: false } }))).toBe('task');
  });

  it('a name tells only where the caller could sleep', () => {
    expect(role([], 'GFP_KERNEL', 'mount')).toBe('mount');
    expect(role([], 'GFP_KERNEL|GFP_DMA32', '(udev-worker)')).toBe('module-load');
    expect(role([], 'GFP_ATOMIC', 'mount')).toBeNull();
    expect(role([], 'GFP_HIGHUSER_MOVABLE', '(udev-worker)')).toBeNull();
    expect(role([], 'GFP_TRANSHUGE', 'khugepaged')).toBe('huge-page');
    expect(role([], 'GFP_ATOMIC', 'ksoftirqd/7')).toBe('network-receive');
  });

  it('a thread of deferred interrupts stands for the network only where nobody else is known to have asked', () => {
    expect(role(['warn_alloc', '__alloc_pages'], 'GFP_ATOMIC', 'ksoftirqd/7')).toBe('network-receive');
    expect(role(['warn_alloc', '__alloc_pages', 'gizmo_new_message', 'gizmo_timeout', 'run_timer_softirq'], 'GFP_ATOMIC', 'ksoftirqd/7')).toBeNull();
  });

  it('suspending to disk is no suspend of a device: the machine goes on', () => {
    const stack = ['__get_free_pages', 'swsusp_alloc', 'swsusp_arch_suspend', 'pm_suspend_disk'];
    expect(callPathOf(refused({ stack, flags: 'GFP_ATOMIC' }))).toMatchObject({ role: 'hibernation', harm: 'degraded', consequence: 'The machine is not suspended; it goes on running.' });
  });

  it('resuming from disk is no resume of a device: the machine starts anew', () => {
    const stack = ['get_zeroed_page', 'swsusp_read', 'software_resume', 'resume_store', 'vfs_write'];
    expect(callPathOf(refused({ stack, flags: 'GFP_ATOMIC' }))).toMatchObject({ role: 'hibernation', harm: 'broken', what: 'resuming the machine from disk' });
    expect(explain(refused({ stack, flags: 'GFP_ATOMIC', zones: [zone({ freePages: 300 })] })).advice.map(({ id }) => id)).toContain('smaller-image');
  });

  it('whoever may sleep is in no interrupt, whatever the stack has', () => {
    expect(contextOf(refused({ stack: ['kmalloc', 'do_IRQ'] }))).toBe('task');
  });
});

describe('bare names', () => {
  it.each([
    ['page_frag_alloc+0x11c/0x150', 'page_frag_alloc'], ['? kthread_park+0x80/0x80', 'kthread_park'], ['copy_process.part.46', 'copy_process'], ['warn_alloc.cold', 'warn_alloc'],
    ['__alloc_pages_slowpath.constprop.0', '__alloc_pages_slowpath'], ['mhi_prepare_channel+0x127/0x2d0 [mhi 40df44e0]', 'mhi_prepare_channel'], ['<IRQ>', '<IRQ>'], ['0x000000008011c2f2', 'x000000008011c2f2'], ['', ''],
  ])('%s', (frame, name) => expect(bareName(frame)).toBe(name));
});

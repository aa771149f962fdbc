import { decode, eraOf, failureEvent, parse, permits, type FailureEvent, type FreeBlocks, type ZoneState } from '@nopage/gfp';

/** Blocks by order from a text like Mem-Info's: `3 0 1U 2UM`. */
export function blocks(text: string): FreeBlocks[] {
  const printed = text.split(' ').map((part) => ({ count: Number.parseInt(part, 10), types: part.replace(/^\d+/, '') }));
  while (printed.length < 11) printed.push({ count: 0, types: '' });
  return printed;
}

/** A zone with 16 GiB, plenty free, no reserve; give what matters. */
export function zone(fields: Partial<ZoneState> = {}): ZoneState {
  return {
    node: 0, name: 'Normal', freePages: 100_000, boostPages: 0, minPages: 1000, lowPages: 1250, highPages: 1500,
    reservedHighatomicPages: 0, freeHighatomicPages: null, freeCmaPages: 0, presentPages: 4_194_304, managedPages: 4_000_000,
    freePcpPages: 0, lowmemReserve: [0, 0, 0, 0], freeBlocks: blocks('1000UM 1000UM 100UM 10U'), counters: {}, ...fields,
  };
}

export interface Asked extends Partial<FailureEvent> {
  /** Flag names, as the kernel prints them. */
  readonly flags?: string;
}

/** A refused request of a 6.8 kernel as klog would give it: the mask decoded, its permits worked out. */
export function refused({ flags = 'GFP_KERNEL', ...fields }: Asked = {}): FailureEvent {
  const kernel = fields.kernel === undefined ? '6.8.0' : fields.kernel;
  const era = eraOf(kernel ?? '6.8.0');
  if (era === null) throw new Error(`no era for ${kernel ?? ''}`);
  const mask = parse(flags, era).mask;
  return failureEvent({
    kind: 'page-allocation-failure', at: 86_554_227, comm: 'worker', pid: 4242, order: 0, pageBytes: 4096,
    mode: { mask, names: decode(mask, era), from: 'log', consistent: true, candidates: [] }, permits: permits(mask, era), ...fields, kernel,
  });
}

/** The receive path of a network card, in an interrupt. */
export const RECEIVE = ['warn_alloc', '__alloc_pages', 'page_frag_alloc', '__netdev_alloc_skb', 'igb_alloc_rx_buffers', 'igb_poll', 'net_rx_action', '__do_softirq', 'common_interrupt', 'do_user_stuff'];
export const MOUNT = ['warn_alloc', '__alloc_pages', '__kmalloc_large_node', 'kmalloc_large', 'foofs_read_table', 'foofs_fill_super', 'get_tree_bdev', 'path_mount'];
export const IOCTL = ['warn_alloc', '__alloc_pages', '__kmalloc_large_node', 'gizmo_get_table', 'gizmo_ioctl', '__x64_sys_ioctl', 'do_syscall_64'];

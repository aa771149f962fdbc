import { defineEra, type Era, without } from '../era.js';
import { LINUX_3_16 } from './linux-3.js';
import { lockdep } from './options.js';
import { ORDER_2_6, ORDER_4_10, ORDER_4_13, ORDER_4_14, ORDER_4_15, ORDER_4_6, ORDER_4_8 } from './print-orders.js';

// Source: include/linux/gfp.h and include/trace/events/mmflags.h of the releases in `read`.

/** Adds __GFP_NOACCOUNT. */
export const LINUX_4_1: Era = /* @__PURE__ */ defineEra({
  id: '4.1',
  since: '4.1',
  doubt: ['4.0', '4.1'],
  read: ['4.1.6', '4.3.0'],
  bits: { ...LINUX_3_16.bits, __GFP_NOACCOUNT: 0x100000 },
  compounds: without(LINUX_3_16.compounds, 'GFP_THISNODE'),
  printOrder: ORDER_2_6,
  printsNames: false,
});

/** __GFP_WAIT is split into DIRECT_RECLAIM and KSWAPD_RECLAIM; __GFP_ATOMIC says what "not WAIT" used to say. */
export const LINUX_4_4: Era = /* @__PURE__ */ defineEra({
  id: '4.4',
  since: '4.4',
  read: ['4.4.155'],
  bits: {
    ...without(LINUX_4_1.bits, '__GFP_WAIT', '__GFP_NO_KSWAPD'), __GFP_RECLAIMABLE: 0x10, __GFP_ATOMIC: 0x80000,
    __GFP_DIRECT_RECLAIM: 0x400000, __GFP_KSWAPD_RECLAIM: 0x2000000,
  },
  compounds: {
    GFP_ATOMIC: 0x2080020, GFP_KERNEL: 0x24000c0, GFP_NOWAIT: 0x2000000, GFP_NOIO: 0x2400000,
    GFP_NOFS: 0x2400040, GFP_TEMPORARY: 0x24000d0, GFP_USER: 0x24200c0, GFP_DMA: 0x1, GFP_DMA32: 0x4,
    GFP_HIGHUSER: 0x24200c2, GFP_HIGHUSER_MOVABLE: 0x24200ca, GFP_TRANSHUGE: 0x4352ca, __GFP_RECLAIM: 0x2400000,
  },
  printOrder: ORDER_2_6,
  printsNames: false,
});

/** Accounting is asked for (__GFP_ACCOUNT) instead of declined. */
export const LINUX_4_5: Era = /* @__PURE__ */ defineEra({
  id: '4.5',
  since: '4.5',
  read: ['4.5.0'],
  bits: { ...without(LINUX_4_4.bits, '__GFP_NOACCOUNT'), __GFP_ACCOUNT: 0x100000 },
  compounds: { ...LINUX_4_4.compounds, GFP_KERNEL_ACCOUNT: 0x25000c0 },
  printOrder: ORDER_2_6,
  printsNames: false,
});

/** The failure message prints names. GFP_TRANSHUGE no longer reclaims by itself. */
export const LINUX_4_6: Era = /* @__PURE__ */ defineEra({
  id: '4.6',
  since: '4.6',
  read: ['4.6.2', '4.7.4'],
  bits: LINUX_4_5.bits,
  compounds: { ...LINUX_4_5.compounds, GFP_TRANSHUGE: 0x352ca },
  printOrder: ORDER_4_6,
  printsNames: true,
});

/** GFP_TRANSHUGE is split: _LIGHT does not reclaim. */
export const LINUX_4_8: Era = /* @__PURE__ */ defineEra({
  id: '4.8',
  since: '4.8',
  read: ['4.8.15', '4.9.154'],
  bits: LINUX_4_6.bits,
  compounds: { ...LINUX_4_6.compounds, GFP_TRANSHUGE_LIGHT: 0x342ca, GFP_TRANSHUGE: 0x4342ca },
  printOrder: ORDER_4_8,
  printsNames: true,
});

/** __GFP_OTHER_NODE is gone and the bits above it move down. */
export const LINUX_4_10: Era = /* @__PURE__ */ defineEra({
  id: '4.10',
  since: '4.10',
  read: ['4.10.0', '4.11.0'],
  bits: {
    ...without(LINUX_4_8.bits, '__GFP_OTHER_NODE'), __GFP_WRITE: 0x800000, __GFP_KSWAPD_RECLAIM: 0x1000000,
  },
  compounds: {
    GFP_ATOMIC: 0x1080020, GFP_KERNEL: 0x14000c0, GFP_KERNEL_ACCOUNT: 0x15000c0, GFP_NOWAIT: 0x1000000,
    GFP_NOIO: 0x1400000, GFP_NOFS: 0x1400040, GFP_TEMPORARY: 0x14000d0, GFP_USER: 0x14200c0, GFP_DMA: 0x1,
    GFP_DMA32: 0x4, GFP_HIGHUSER: 0x14200c2, GFP_HIGHUSER_MOVABLE: 0x14200ca, GFP_TRANSHUGE_LIGHT: 0x342ca,
    GFP_TRANSHUGE: 0x4342ca, __GFP_RECLAIM: 0x1400000,
  },
  printOrder: ORDER_4_10,
  printsNames: true,
});

/** Adds __GFP_NOLOCKDEP, which has no name in the message until 6.17. */
export const LINUX_4_12: Era = /* @__PURE__ */ defineEra({
  id: '4.12',
  since: '4.12',
  read: ['4.12.0'],
  bits: LINUX_4_10.bits,
  compounds: LINUX_4_10.compounds,
  printOrder: ORDER_4_10,
  printsNames: true,
  options: [lockdep(0x2000000)],
});

/** __GFP_REPEAT becomes __GFP_RETRY_MAYFAIL. */
export const LINUX_4_13: Era = /* @__PURE__ */ defineEra({
  id: '4.13',
  since: '4.13',
  read: ['4.13.4'],
  bits: { ...without(LINUX_4_12.bits, '__GFP_REPEAT'), __GFP_RETRY_MAYFAIL: 0x400 },
  compounds: LINUX_4_12.compounds,
  printOrder: ORDER_4_13,
  printsNames: true,
  options: [lockdep(0x2000000)],
});

/** GFP_TEMPORARY is gone; __GFP_NOTRACK too, at some point of 4.14.y. */
export const LINUX_4_14: Era = /* @__PURE__ */ defineEra({
  id: '4.14',
  since: '4.14',
  doubt: ['4.14', '4.14.177'],
  read: ['4.14.177'],
  bits: without(LINUX_4_13.bits, '__GFP_NOTRACK'),
  compounds: without(LINUX_4_13.compounds, 'GFP_TEMPORARY'),
  printOrder: ORDER_4_14,
  printsNames: true,
  options: [lockdep(0x2000000)],
});

/** __GFP_COLD is gone. */
export const LINUX_4_15: Era = /* @__PURE__ */ defineEra({
  id: '4.15',
  since: '4.15',
  read: ['4.15.18', '4.16.13'],
  bits: without(LINUX_4_14.bits, '__GFP_COLD'),
  compounds: LINUX_4_14.compounds,
  printOrder: ORDER_4_15,
  printsNames: true,
  options: [lockdep(0x2000000)],
});

/** The three highest bits move into holes. */
export const LINUX_4_18: Era = /* @__PURE__ */ defineEra({
  id: '4.18',
  since: '4.17',
  doubt: ['4.17', '4.18'],
  read: ['4.18.0', '4.19.95', '4.20.0', '5.0.1'],
  bits: {
    ...LINUX_4_15.bits, __GFP_WRITE: 0x100, __GFP_DIRECT_RECLAIM: 0x200000, __GFP_KSWAPD_RECLAIM: 0x400000,
  },
  compounds: {
    GFP_ATOMIC: 0x480020, GFP_KERNEL: 0x6000c0, GFP_KERNEL_ACCOUNT: 0x7000c0, GFP_NOWAIT: 0x400000,
    GFP_NOIO: 0x600000, GFP_NOFS: 0x600040, GFP_USER: 0x6200c0, GFP_DMA: 0x1, GFP_DMA32: 0x4,
    GFP_HIGHUSER: 0x6200c2, GFP_HIGHUSER_MOVABLE: 0x6200ca, GFP_TRANSHUGE_LIGHT: 0x342ca,
    GFP_TRANSHUGE: 0x2342ca, __GFP_RECLAIM: 0x600000,
  },
  printOrder: ORDER_4_15,
  printsNames: true,
  options: [lockdep(0x800000)],
});

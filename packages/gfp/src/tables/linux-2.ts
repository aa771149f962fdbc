import { defineEra, type Era, without } from '../era.js';
import { DMA_IS_DMA32, KMEMCHECK, WITHOUT_NUMA } from './options.js';
import { ORDER_2_4, ORDER_2_6, ORDER_2_6_11 } from './print-orders.js';

// Source: include/linux/mm.h (2.4) and include/linux/gfp.h (2.6) of the releases in `read`.

/** Flags lived in include/linux/mm.h. WAIT, HIGH and IO only: a caller that may start I/O may enter the file system. */
export const LINUX_2_4_0: Era = /* @__PURE__ */ defineEra({
  id: '2.4.0',
  since: '2.4.0',
  read: ['2.4.0'],
  bits: { __GFP_WAIT: 0x1, __GFP_HIGH: 0x2, __GFP_IO: 0x4, __GFP_DMA: 0x8, __GFP_HIGHMEM: 0x10 },
  compounds: {
    GFP_BUFFER: 0x3, GFP_ATOMIC: 0x2, GFP_USER: 0x5, GFP_HIGHUSER: 0x15, GFP_KERNEL: 0x7, GFP_NFS: 0x7,
    GFP_KSWAPD: 0x4, GFP_DMA: 0x8, GFP_HIGHMEM: 0x10,
  },
  printOrder: ORDER_2_4,
  printsNames: false,
});

/**
 * Between the renumbering and __GFP_HIGHIO. No tree was read: the layout is what people on the mailing list of August
 * 2001 decoded 2.4.8 and 2.4.9 messages with.
 */
export const LINUX_2_4_9: Era = /* @__PURE__ */ defineEra({
  id: '2.4.9',
  since: '2.4.8',
  doubt: ['2.4.1', '2.4.9'],
  read: [],
  bits: { __GFP_DMA: 0x1, __GFP_HIGHMEM: 0x2, __GFP_WAIT: 0x10, __GFP_HIGH: 0x20, __GFP_IO: 0x40, __GFP_FS: 0x80 },
  compounds: { GFP_NOIO: 0x30, GFP_NOFS: 0x70, GFP_ATOMIC: 0x20, GFP_USER: 0xd0, GFP_HIGHUSER: 0xd2, GFP_KERNEL: 0xf0, GFP_DMA: 0x1 },
  printOrder: ORDER_2_4,
  printsNames: false,
});

/** __GFP_IO split into IO, HIGHIO (bounce buffers) and FS. */
export const LINUX_2_4_17: Era = /* @__PURE__ */ defineEra({
  id: '2.4.17',
  since: '2.4.10',
  doubt: ['2.4.9', '2.4.17'],
  read: ['2.4.17', '2.4.32'],
  bits: {
    __GFP_DMA: 0x1, __GFP_HIGHMEM: 0x2, __GFP_WAIT: 0x10, __GFP_HIGH: 0x20, __GFP_IO: 0x40, __GFP_HIGHIO: 0x80,
    __GFP_FS: 0x100,
  },
  compounds: {
    GFP_NOHIGHIO: 0x70, GFP_NOIO: 0x30, GFP_NOFS: 0xf0, GFP_ATOMIC: 0x20, GFP_USER: 0x1d0, GFP_HIGHUSER: 0x1d2,
    GFP_KERNEL: 0x1f0, GFP_NFS: 0x1f0, GFP_KSWAPD: 0x1d0, GFP_DMA: 0x1,
  },
  printOrder: ORDER_2_4,
  printsNames: false,
});

/** The first of the 2.6 layout that was read; 2.5 and 2.6.0 to 2.6.10 are taken to be like it. */
export const LINUX_2_6_11: Era = /* @__PURE__ */ defineEra({
  id: '2.6.11',
  since: '2.5.0',
  doubt: ['2.5.0', '2.6.0'],
  read: ['2.6.11'],
  bits: {
    __GFP_DMA: 0x1, __GFP_HIGHMEM: 0x2, __GFP_WAIT: 0x10, __GFP_HIGH: 0x20, __GFP_IO: 0x40, __GFP_FS: 0x80,
    __GFP_COLD: 0x100, __GFP_NOWARN: 0x200, __GFP_REPEAT: 0x400, __GFP_NOFAIL: 0x800, __GFP_NORETRY: 0x1000,
    __GFP_NO_GROW: 0x2000, __GFP_COMP: 0x4000, __GFP_ZERO: 0x8000,
  },
  compounds: {
    GFP_ATOMIC: 0x20, GFP_NOIO: 0x10, GFP_NOFS: 0x50, GFP_KERNEL: 0xd0, GFP_USER: 0xd0, GFP_HIGHUSER: 0xd2,
    GFP_DMA: 0x1,
  },
  printOrder: ORDER_2_6_11,
  printsNames: false,
});

/** Adds __GFP_NOMEMALLOC. */
export const LINUX_2_6_12: Era = /* @__PURE__ */ defineEra({
  id: '2.6.12',
  since: '2.6.12',
  read: ['2.6.12'],
  bits: { ...LINUX_2_6_11.bits, __GFP_NOMEMALLOC: 0x10000 },
  compounds: LINUX_2_6_11.compounds,
  printOrder: ORDER_2_6_11,
  printsNames: false,
});

/** Adds __GFP_NORECLAIM. */
export const LINUX_2_6_13: Era = /* @__PURE__ */ defineEra({
  id: '2.6.13',
  since: '2.6.13',
  read: ['2.6.13'],
  bits: { ...LINUX_2_6_12.bits, __GFP_NORECLAIM: 0x20000 },
  compounds: LINUX_2_6_12.compounds,
  printOrder: ORDER_2_6_11,
  printsNames: false,
});

/** Adds __GFP_HARDWALL, and GFP_USER and GFP_HIGHUSER have it. */
export const LINUX_2_6_14: Era = /* @__PURE__ */ defineEra({
  id: '2.6.14',
  since: '2.6.14',
  read: ['2.6.14'],
  bits: { ...LINUX_2_6_13.bits, __GFP_HARDWALL: 0x40000 },
  compounds: { ...LINUX_2_6_13.compounds, GFP_USER: 0x400d0, GFP_HIGHUSER: 0x400d2 },
  printOrder: ORDER_2_6,
  printsNames: false,
});

/** __GFP_NORECLAIM is gone and __GFP_HARDWALL takes its bit. __GFP_DMA32 appears. */
export const LINUX_2_6_15: Era = /* @__PURE__ */ defineEra({
  id: '2.6.15',
  since: '2.6.15',
  read: ['2.6.15', '2.6.16'],
  bits: { ...without(LINUX_2_6_14.bits, '__GFP_NORECLAIM'), __GFP_DMA32: 0x4, __GFP_HARDWALL: 0x20000 },
  compounds: { ...LINUX_2_6_14.compounds, GFP_USER: 0x200d0, GFP_HIGHUSER: 0x200d2, GFP_DMA32: 0x4 },
  printOrder: ORDER_2_6,
  printsNames: false,
  options: [DMA_IS_DMA32],
});

/** Adds GFP_NOWAIT, which is zero. */
export const LINUX_2_6_17: Era = /* @__PURE__ */ defineEra({
  id: '2.6.17',
  since: '2.6.17',
  read: ['2.6.17', '2.6.18'],
  bits: LINUX_2_6_15.bits,
  compounds: { ...LINUX_2_6_15.compounds, GFP_NOWAIT: 0x0 },
  printOrder: ORDER_2_6,
  printsNames: false,
  options: [DMA_IS_DMA32],
});

/** Adds __GFP_THISNODE; __GFP_DMA32 is the same bit on every machine. */
export const LINUX_2_6_19: Era = /* @__PURE__ */ defineEra({
  id: '2.6.19',
  since: '2.6.19',
  read: ['2.6.19', '2.6.20', '2.6.21'],
  bits: { ...LINUX_2_6_17.bits, __GFP_THISNODE: 0x40000 },
  compounds: { ...LINUX_2_6_17.compounds, GFP_THISNODE: 0x41200 },
  printOrder: ORDER_2_6,
  printsNames: false,
  options: [WITHOUT_NUMA],
});

/** __GFP_NO_GROW is gone. */
export const LINUX_2_6_22: Era = /* @__PURE__ */ defineEra({
  id: '2.6.22',
  since: '2.6.22',
  read: ['2.6.22'],
  bits: without(LINUX_2_6_19.bits, '__GFP_NO_GROW'),
  compounds: LINUX_2_6_19.compounds,
  printOrder: ORDER_2_6,
  printsNames: false,
  options: [WITHOUT_NUMA],
});

/** Adds __GFP_MOVABLE. */
export const LINUX_2_6_23: Era = /* @__PURE__ */ defineEra({
  id: '2.6.23',
  since: '2.6.23',
  read: ['2.6.23'],
  bits: { ...LINUX_2_6_22.bits, __GFP_MOVABLE: 0x80000 },
  compounds: {
    ...LINUX_2_6_22.compounds, GFP_HIGHUSER_MOVABLE: 0xa00d2, GFP_NOFS_PAGECACHE: 0x80050,
    GFP_USER_PAGECACHE: 0xa00d0, GFP_HIGHUSER_PAGECACHE: 0xa00d2,
  },
  printOrder: ORDER_2_6,
  printsNames: false,
  options: [WITHOUT_NUMA],
});

/** Adds __GFP_RECLAIMABLE. The *_PAGECACHE words end with 2.6.28. */
export const LINUX_2_6_24: Era = /* @__PURE__ */ defineEra({
  id: '2.6.24',
  since: '2.6.24',
  read: ['2.6.24', '2.6.25', '2.6.26', '2.6.27', '2.6.28', '2.6.29', '2.6.30'],
  bits: { ...LINUX_2_6_23.bits, __GFP_RECLAIMABLE: 0x80000, __GFP_MOVABLE: 0x100000 },
  compounds: {
    ...LINUX_2_6_23.compounds, GFP_TEMPORARY: 0x800d0, GFP_HIGHUSER_MOVABLE: 0x1200d2,
    GFP_NOFS_PAGECACHE: 0x100050, GFP_USER_PAGECACHE: 0x1200d0, GFP_HIGHUSER_PAGECACHE: 0x1200d2,
  },
  printOrder: ORDER_2_6,
  printsNames: false,
  options: [WITHOUT_NUMA],
});

/** __GFP_MOVABLE becomes a zone bit. */
export const LINUX_2_6_31: Era = /* @__PURE__ */ defineEra({
  id: '2.6.31',
  since: '2.6.31',
  read: ['2.6.31', '2.6.32', '2.6.33', '2.6.34', '2.6.35', '2.6.37'],
  bits: { ...LINUX_2_6_24.bits, __GFP_MOVABLE: 0x8 },
  compounds: {
    ...without(LINUX_2_6_24.compounds, 'GFP_NOFS_PAGECACHE', 'GFP_USER_PAGECACHE', 'GFP_HIGHUSER_PAGECACHE'),
    GFP_HIGHUSER_MOVABLE: 0x200da,
  },
  printOrder: ORDER_2_6,
  printsNames: false,
  options: [KMEMCHECK, WITHOUT_NUMA],
});

/** Transparent huge pages: __GFP_NO_KSWAPD, __GFP_OTHER_NODE, GFP_TRANSHUGE. */
export const LINUX_2_6_39: Era = /* @__PURE__ */ defineEra({
  id: '2.6.39',
  since: '2.6.38',
  doubt: ['2.6.38', '2.6.39'],
  read: ['2.6.39', '3.2.7'],
  bits: { ...LINUX_2_6_31.bits, __GFP_NO_KSWAPD: 0x400000, __GFP_OTHER_NODE: 0x800000 },
  compounds: { ...LINUX_2_6_31.compounds, GFP_IOFS: 0xc0, GFP_TRANSHUGE: 0x4352da },
  printOrder: ORDER_2_6,
  printsNames: false,
  options: [KMEMCHECK, WITHOUT_NUMA],
});

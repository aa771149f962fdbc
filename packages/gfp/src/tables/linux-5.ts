import { defineEra, type Era, without } from '../era.js';
import { KASAN_5_18, lockdep } from './options.js';
import { ORDER_4_15, ORDER_5_15, ORDER_5_18 } from './print-orders.js';

// Source: include/linux/gfp.h and include/trace/events/mmflags.h of the releases in `read`.

/** Every bit above the zone bits is renumbered. */
export const LINUX_5_2: Era = /* @__PURE__ */ defineEra({
  id: '5.2',
  since: '5.1',
  doubt: ['5.1', '5.2'],
  read: ['5.2.1', '5.4.273', '5.8.1', '5.9.1', '5.10.7', '5.12.0'],
  bits: {
    __GFP_DMA: 0x1, __GFP_HIGHMEM: 0x2, __GFP_DMA32: 0x4, __GFP_MOVABLE: 0x8, __GFP_RECLAIMABLE: 0x10,
    __GFP_HIGH: 0x20, __GFP_IO: 0x40, __GFP_FS: 0x80, __GFP_ZERO: 0x100, __GFP_ATOMIC: 0x200,
    __GFP_DIRECT_RECLAIM: 0x400, __GFP_KSWAPD_RECLAIM: 0x800, __GFP_WRITE: 0x1000, __GFP_NOWARN: 0x2000,
    __GFP_RETRY_MAYFAIL: 0x4000, __GFP_NOFAIL: 0x8000, __GFP_NORETRY: 0x10000, __GFP_MEMALLOC: 0x20000,
    __GFP_COMP: 0x40000, __GFP_NOMEMALLOC: 0x80000, __GFP_HARDWALL: 0x100000, __GFP_THISNODE: 0x200000,
    __GFP_ACCOUNT: 0x400000,
  },
  compounds: {
    GFP_ATOMIC: 0xa20, GFP_KERNEL: 0xcc0, GFP_KERNEL_ACCOUNT: 0x400cc0, GFP_NOWAIT: 0x800, GFP_NOIO: 0xc00,
    GFP_NOFS: 0xc40, GFP_USER: 0x100cc0, GFP_DMA: 0x1, GFP_DMA32: 0x4, GFP_HIGHUSER: 0x100cc2,
    GFP_HIGHUSER_MOVABLE: 0x100cca, GFP_TRANSHUGE_LIGHT: 0x1c20ca, GFP_TRANSHUGE: 0x1c24ca,
    __GFP_RECLAIM: 0xc00,
  },
  printOrder: ORDER_4_15,
  printsNames: true,
  options: [lockdep(0x800000)],
});

/** Adds __GFP_ZEROTAGS and __GFP_SKIP_KASAN_POISON, which the message does not name yet. */
export const LINUX_5_14: Era = /* @__PURE__ */ defineEra({
  id: '5.14',
  since: '5.14',
  doubt: ['5.13', '5.14'],
  read: ['5.14.0'],
  bits: { ...LINUX_5_2.bits, __GFP_ZEROTAGS: 0x800000, __GFP_SKIP_KASAN_POISON: 0x1000000 },
  compounds: {
    ...LINUX_5_2.compounds, GFP_HIGHUSER_MOVABLE: 0x1100cca, GFP_TRANSHUGE_LIGHT: 0x11c20ca,
    GFP_TRANSHUGE: 0x11c24ca,
  },
  printOrder: ORDER_4_15,
  printsNames: true,
  options: [lockdep(0x2000000)],
});

/** The message names the two bits of 5.14. */
export const LINUX_5_15: Era = /* @__PURE__ */ defineEra({
  id: '5.15',
  since: '5.15',
  doubt: ['5.15', '5.15.135'],
  read: ['5.15.135', '5.17.0'],
  bits: LINUX_5_14.bits,
  compounds: LINUX_5_14.compounds,
  printOrder: ORDER_5_15,
  printsNames: true,
  options: [lockdep(0x2000000)],
});

/** The KASAN bits exist only with CONFIG_KASAN_HW_TAGS. */
export const LINUX_5_18: Era = /* @__PURE__ */ defineEra({
  id: '5.18',
  since: '5.18',
  read: ['5.18.12', '5.19.0'],
  bits: without(LINUX_5_15.bits, '__GFP_SKIP_KASAN_POISON'),
  compounds: {
    ...LINUX_5_15.compounds, GFP_HIGHUSER_MOVABLE: 0x100cca, GFP_TRANSHUGE_LIGHT: 0x1c20ca,
    GFP_TRANSHUGE: 0x1c24ca,
  },
  printOrder: ORDER_5_18,
  printsNames: true,
  options: [lockdep(0x8000000), KASAN_5_18],
});

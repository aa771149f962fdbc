import { defineEra, type Era, without } from '../era.js';
import { LINUX_5_18 } from './linux-5.js';
import { KASAN_6_0, KASAN_6_4, lockdep, NO_OBJ_EXT, NO_OBJ_EXT_ALWAYS, NOLOCKDEP, packedOptions, SKIP_KASAN, SKIP_ZERO } from './options.js';
import { ORDER_5_18, ORDER_6_18, ORDER_6_3, ORDER_6_4 } from './print-orders.js';

// Source: include/linux/gfp_types.h and include/trace/events/mmflags.h of the releases in `read`.

/** GFP_HIGHUSER_MOVABLE skips unpoisoning too, where it has a bit. */
export const LINUX_6_0: Era = /* @__PURE__ */ defineEra({
  id: '6.0',
  since: '6.0',
  read: ['6.0.0', '6.1.192', '6.2.1'],
  bits: LINUX_5_18.bits,
  compounds: LINUX_5_18.compounds,
  printOrder: ORDER_5_18,
  printsNames: true,
  options: [lockdep(0x8000000), KASAN_6_0],
});

/** __GFP_ATOMIC is gone: an atomic request is HIGH without leave to reclaim. Its bit 0x200 is unused. */
export const LINUX_6_3: Era = /* @__PURE__ */ defineEra({
  id: '6.3',
  since: '6.3',
  read: ['6.3.8'],
  bits: without(LINUX_6_0.bits, '__GFP_ATOMIC'),
  compounds: { ...LINUX_6_0.compounds, GFP_ATOMIC: 0x820 },
  printOrder: ORDER_6_3,
  printsNames: true,
  options: [lockdep(0x8000000), KASAN_6_0],
});

/** The two SKIP_KASAN bits become one. */
export const LINUX_6_4: Era = /* @__PURE__ */ defineEra({
  id: '6.4',
  since: '6.4',
  read: ['6.4.6', '6.5.0', '6.6.0', '6.7.3'],
  bits: LINUX_6_3.bits,
  compounds: LINUX_6_3.compounds,
  printOrder: ORDER_6_4,
  printsNames: true,
  options: [lockdep(0x4000000), KASAN_6_4],
});

/** GFP_NOWAIT includes __GFP_NOWARN. */
export const LINUX_6_8: Era = /* @__PURE__ */ defineEra({
  id: '6.8',
  since: '6.8',
  read: ['6.8.1'],
  bits: LINUX_6_4.bits,
  compounds: { ...LINUX_6_4.compounds, GFP_NOWAIT: 0x2800 },
  printOrder: ORDER_6_4,
  printsNames: true,
  options: [lockdep(0x4000000), KASAN_6_4],
});

/** Optional bits take the next free bit, so their places depend on one another. */
export const LINUX_6_9: Era = /* @__PURE__ */ defineEra({
  id: '6.9',
  since: '6.9',
  read: ['6.9.0'],
  bits: LINUX_6_8.bits,
  compounds: LINUX_6_8.compounds,
  printOrder: ORDER_6_4,
  printsNames: true,
  options: packedOptions([SKIP_ZERO, SKIP_KASAN, NOLOCKDEP]),
});

/** Adds __GFP_NO_OBJ_EXT, which the message does not name. */
export const LINUX_6_10: Era = /* @__PURE__ */ defineEra({
  id: '6.10',
  since: '6.10',
  read: ['6.10.0', '6.12.117', '6.13.2', '6.14.0'],
  bits: LINUX_6_9.bits,
  compounds: LINUX_6_9.compounds,
  printOrder: ORDER_6_4,
  printsNames: true,
  options: packedOptions([SKIP_ZERO, SKIP_KASAN, NOLOCKDEP, NO_OBJ_EXT]),
});

/** The message lists all compounds first, then single bits by number, optional ones included. */
export const LINUX_6_18: Era = /* @__PURE__ */ defineEra({
  id: '6.18',
  since: '6.17',
  doubt: ['6.15', '6.18'],
  read: ['6.18.2'],
  bits: LINUX_6_10.bits,
  compounds: LINUX_6_10.compounds,
  printOrder: ORDER_6_18,
  printsNames: true,
  options: packedOptions([SKIP_ZERO, SKIP_KASAN, NOLOCKDEP, NO_OBJ_EXT]),
});

/** __GFP_NO_OBJ_EXT always exists, but is named only with CONFIG_SLAB_OBJ_EXT. */
export const LINUX_6_19: Era = /* @__PURE__ */ defineEra({
  id: '6.19',
  since: '6.19',
  read: ['6.19.0'],
  bits: { ...LINUX_6_18.bits, __GFP_NO_OBJ_EXT: 0x1000000 },
  compounds: LINUX_6_18.compounds,
  printOrder: ORDER_6_18,
  printsNames: true,
  unnamed: ['__GFP_NO_OBJ_EXT'],
  options: packedOptions([SKIP_ZERO, SKIP_KASAN, NOLOCKDEP, NO_OBJ_EXT_ALWAYS]),
});

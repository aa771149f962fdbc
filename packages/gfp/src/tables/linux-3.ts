import { defineEra, type Era, without } from '../era.js';
import { LINUX_2_6_39 } from './linux-2.js';
import { KMEMCHECK, WITHOUT_NUMA } from './options.js';
import { ORDER_2_6 } from './print-orders.js';

// Source: include/linux/gfp.h of the releases in `read`.

/** Adds __GFP_WRITE. */
export const LINUX_3_4: Era = /* @__PURE__ */ defineEra({
  id: '3.4',
  since: '3.3',
  doubt: ['3.3', '3.4'],
  read: ['3.4.113', '3.5.0'],
  bits: { ...LINUX_2_6_39.bits, __GFP_WRITE: 0x1000000 },
  compounds: LINUX_2_6_39.compounds,
  printOrder: ORDER_2_6,
  printsNames: false,
  options: [KMEMCHECK, WITHOUT_NUMA],
});

/** Adds __GFP_MEMALLOC on the bit that __GFP_NO_GROW had. */
export const LINUX_3_6: Era = /* @__PURE__ */ defineEra({
  id: '3.6',
  since: '3.6',
  read: ['3.6.5'],
  bits: { ...LINUX_3_4.bits, __GFP_MEMALLOC: 0x2000 },
  compounds: LINUX_3_4.compounds,
  printOrder: ORDER_2_6,
  printsNames: false,
  options: [KMEMCHECK, WITHOUT_NUMA],
});

/** Adds __GFP_KMEMCG; __GFP_NOTRACK no longer depends on the configuration. */
export const LINUX_3_8: Era = /* @__PURE__ */ defineEra({
  id: '3.8',
  since: '3.8',
  doubt: ['3.7', '3.8'],
  read: ['3.8.13', '3.10.33', '3.13.10', '3.15.5'],
  bits: { ...LINUX_3_6.bits, __GFP_KMEMCG: 0x100000, __GFP_NOTRACK: 0x200000 },
  compounds: LINUX_3_6.compounds,
  printOrder: ORDER_2_6,
  printsNames: false,
  options: [WITHOUT_NUMA],
});

/** __GFP_KMEMCG is gone. */
export const LINUX_3_16: Era = /* @__PURE__ */ defineEra({
  id: '3.16',
  since: '3.16',
  doubt: ['3.16', '3.18'],
  read: ['3.18.20', '3.19.8', '3.16.0'],
  bits: without(LINUX_3_8.bits, '__GFP_KMEMCG'),
  compounds: LINUX_3_8.compounds,
  printOrder: ORDER_2_6,
  printsNames: false,
  options: [WITHOUT_NUMA],
});

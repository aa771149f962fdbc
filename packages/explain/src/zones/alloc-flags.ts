import { AllocFlag, type FailureEvent, type Permits, type WatermarkRules } from '@nopage/gfp';

/**
 * The flags that the slow path would give the request: from the word itself where its numbering is known, else from what
 * it permits.
 */
export function allocFlagsOf({ mode, detail }: FailureEvent, permits: Permits, order: number, rules: WatermarkRules, isNumberingKnown: boolean): number {
  if (!isNumberingKnown || mode?.mask == null || !mode.consistent) return flagsByPermits(permits, order, rules);
  const flags = rules.allocFlags(mode.mask, order, false);
  const reserve = rules.reserveFlags(mode.mask, detail['memalloc'] === true, false, flags);
  return reserve === 0 ? flags : reserve;
}

function flagsByPermits({ migratetype, reserves, sleep }: Permits, order: number, { id }: WatermarkRules): number {
  const cma = migratetype === 'movable' ? AllocFlag.CMA : 0;
  switch (reserves) {
    case 'all': return cma | AllocFlag.NO_WATERMARKS;
    case 'oom': return cma | AllocFlag.OOM;
    case 'atomic': return cma | AllocFlag.MIN_RESERVE | AllocFlag.NON_BLOCK | (order > 0 ? AllocFlag.HIGHATOMIC : 0);
    case 'high': return cma | AllocFlag.MIN_RESERVE;
    case 'harder': return cma | AllocFlag.HARDER;
    case 'none': return sleep || (id !== '6.3' && id !== '6.11') ? cma : cma | AllocFlag.NON_BLOCK;
  }
}

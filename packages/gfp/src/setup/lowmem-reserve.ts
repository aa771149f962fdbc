import type { ZoneSetupRules } from './setup-rules.js';

/**
 * What each zone keeps from requests that could use a higher zone, in pages: `[zone][highest zone of the request]`.
 *
 * @param managedPages - Of the zones of one node, in the machine's own list of zones, empty ones included.
 * @param ratios - lowmem_reserve_ratio; zones beyond its end keep nothing.
 */
export function lowmemReserve(managedPages: readonly number[], ratios: readonly number[], rules: ZoneSetupRules): number[][] {
  return managedPages.map((own, zone) => {
    const given = ratios[zone];
    const ratio = given !== undefined && given < 1 && rules.ratioZero === 'one' ? 1 : (given ?? 0);
    const none = ratio < 1 || (own === 0 && !rules.emptyZoneReserves);
    let above = 0;
    return managedPages.map((pages, highest) => {
      if (highest <= zone) return 0;
      above += pages;
      return none ? 0 : Math.floor(above / ratio);
    });
  });
}

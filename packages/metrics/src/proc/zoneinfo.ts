import { isPopulated, type ProcMemory, type ProcZone } from './zone.js';

/** `/proc/zoneinfo`. */
// mm/vmstat.c, zoneinfo_show_print(), v6.12
export function zoneinfoText({ zones, nodes }: ProcMemory): string {
  return zones
    .map((zone) => {
      const first = zones.find((other) => other.node === zone.node && isPopulated(other)) === zone;
      const nodeStats = first ? `\n  per-node stats${counterLines(nodes[zone.node] ?? {})}` : '';
      return `Node ${zone.node}, zone ${zone.name.padStart(8)}${nodeStats}${pageLines(zone)}${isPopulated(zone) ? detailLines(zone) : ''}\n`;
    })
    .join('');
}

const counterLines = (counters: Readonly<Record<string, number>>): string =>
  Object.entries(counters).map(([name, value]) => `\n      ${name.padEnd(12)} ${value}`).join('');

const pageLines = (zone: ProcZone): string =>
  [
    `\n  pages free     ${zone.freePages}`,
    `\n        boost    ${zone.boostPages}`,
    `\n        min      ${zone.minPages}`,
    `\n        low      ${zone.lowPages}`,
    `\n        high     ${zone.highPages}`,
    zone.promoPages === null ? '' : `\n        promo    ${zone.promoPages}`,
    `\n        spanned  ${zone.spannedPages}`,
    `\n        present  ${zone.presentPages}`,
    `\n        managed  ${zone.managedPages}`,
    `\n        cma      ${zone.cmaPages}`,
    `\n        protection: (${zone.protection.join(', ')})`,
  ].join('');

const detailLines = (zone: ProcZone): string =>
  [
    counterLines(zone.counters),
    '\n  pagesets',
    ...zone.pagesets.map(({ cpu, count, high, batch }) => `\n    cpu: ${cpu}\n              count: ${count}\n              high:  ${high}\n              batch: ${batch}`),
    zone.vmStatsThreshold === null ? '' : `\n  vm stats threshold: ${zone.vmStatsThreshold}`,
    `\n  node_unreclaimable:  ${zone.nodeUnreclaimable ? 1 : 0}`,
    `\n  start_pfn:           ${zone.startPfn}`,
  ].join('');

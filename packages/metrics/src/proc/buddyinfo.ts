import { blocksOfOrder, isPopulated, ordersOf, type ProcMemory } from './zone.js';

/** `/proc/buddyinfo`. */
// mm/vmstat.c, frag_show_print(), v6.12
export function buddyinfoText({ zones }: ProcMemory): string {
  return zones
    .filter(isPopulated)
    .map((zone) => {
      const counts = Array.from({ length: ordersOf(zone) }, (_, order) => `${String(blocksOfOrder(zone, order)).padStart(6)} `);
      return `Node ${zone.node}, zone ${zone.name.padStart(8)} ${counts.join('')}\n`;
    })
    .join('');
}

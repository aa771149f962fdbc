import { MIGRATETYPE_NAMES } from '@nopage/gfp';
import { isPopulated, ordersOf, type ProcMemory } from './zone.js';

/** The kernel stops counting a list here, as it holds the zone's lock meanwhile. */
// mm/vmstat.c, pagetypeinfo_showfree_print(), v6.12
const COUNT_LIMIT = 100_000;

/** `/proc/pagetypeinfo`; a list of 100,000 blocks and more is printed as `>100000`. */
// mm/vmstat.c, pagetypeinfo_show(), v6.12
export function pagetypeinfoText({ zones, pageblockOrder, migratetypes }: ProcMemory): string {
  const populated = zones.filter(isPopulated);
  const orders = Math.max(0, ...populated.map(ordersOf));
  const kinds = MIGRATETYPE_NAMES.slice(0, migratetypes);
  const free = populated.flatMap((zone) =>
    kinds.map((kind, number) => {
      const counts = Array.from({ length: orders }, (_, order) => countText(zone.freeBlocks[number]?.[order] ?? 0));
      return `Node ${String(zone.node).padStart(4)}, zone ${zone.name.padStart(8)}, type ${kind.padStart(12)} ${counts.join('')}\n`;
    }),
  );
  const blocks = populated.map((zone) => {
    const counts = kinds.map((_, number) => `${String(zone.pageblocks[number] ?? 0).padStart(12)} `);
    return `Node ${zone.node}, zone ${zone.name.padStart(8)} ${counts.join('')}\n`;
  });
  return [
    `Page block order: ${pageblockOrder}\n`,
    `Pages per block:  ${2 ** pageblockOrder}\n\n`,
    `${'Free pages count per migrate type at order'.padEnd(43)} ${Array.from({ length: orders }, (_, order) => `${String(order).padStart(6)} `).join('')}\n`,
    ...free,
    `\n${'Number of blocks type'.padEnd(23)}${kinds.map((kind) => `${kind.padStart(12)} `).join('')}\n`,
    ...blocks,
  ].join('');
}

const countText = (blocks: number): string => `${blocks >= COUNT_LIMIT ? '>' : ''}${String(Math.min(blocks, COUNT_LIMIT)).padStart(6)} `;

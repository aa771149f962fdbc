import type { MachineView } from '@nopage/machine';
import { columns } from '../terminal/columns.js';
import type { Paint } from '../terminal/paint.js';

/** What a run came to: the sums, each site, each zone. */
export function runSummary({ scenario, profile, policy, seed, steps, atMs, counts, sites, zones }: MachineView, paint: Paint): string {
  const { served, refused, told, held, pending, injected } = counts;
  return [
    paint.bold(`${scenario} on ${profile}, seed ${seed}: ${steps} steps, ${(atMs / 1000).toFixed(1)} s`),
    `served ${served}, refused ${refused} (${injected} injected) = told ${told} + held ${held} + pending ${pending}, policy ${policy}`,
    '',
    columns(['site', 'served', 'refused', 'lines'], sites.map((site) => [site.site, String(site.served), String(site.refused), String(site.told)]), paint),
    columns(
      ['zone', 'free pages', 'min', 'low', 'high', 'largest order'],
      zones.map((zone) => [zone.name, ...[zone.freePages, zone.minPages, zone.lowPages, zone.highPages].map(String), String(zone.freeBlocks.findLastIndex((row) => row.some((count) => count > 0)))]),
      paint,
    ),
  ].join('\n');
}

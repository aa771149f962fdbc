import { watermarkRulesOf, type FailureEvent, type WatermarkRules } from '@nopage/gfp';

/**
 * The rules of a kernel that prints such a report, where no release is printed: letters came with 3.9, names with 4.6,
 * the boost of a zone with 5.16.
 */
export function rulesByLayout({ zones, mode }: FailureEvent): WatermarkRules | null {
  if (zones.some((zone) => zone.boostPages !== null)) return watermarkRulesOf('6.12');
  if (mode?.from === 'log') return watermarkRulesOf(zones.some((zone) => zone.reservedHighatomicPages !== null) ? '5.15' : '4.19');
  const letters = zones.flatMap((zone) => zone.freeBlocks.map((blocks) => blocks.types)).join('');
  if (letters !== '') return watermarkRulesOf(letters.includes('H') ? '4.4' : '3.10');
  return watermarkRulesOf(mode?.from === 'decoded' || mode?.mask != null ? '2.6.32' : '6.12');
}

import { watermarkRulesOf, zoneSetupRulesOf, type Era, type WatermarkRules, type ZoneSetupRules } from '@nopage/gfp';
import { MmError } from '../errors.js';

/**
 * What `@nopage/gfp` knows of a release, for a profile to be made of.
 *
 * @throws {MmError} `UNKNOWN_PROFILE` when it knows none of that name.
 */
export function rulesOf(release: string): { rules: WatermarkRules; setup: ZoneSetupRules; era: Era } {
  const rules = watermarkRulesOf(release);
  const setup = zoneSetupRulesOf(release);
  if (rules === null || setup === null) throw new MmError('UNKNOWN_PROFILE', `no rules for the release ${JSON.stringify(release)}`);
  return { rules, setup, era: rules.era };
}

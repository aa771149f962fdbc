import type { Advice } from '../explanation.js';
import type { Facts } from '../facts.js';
import { isBefore } from '../kernel/version.js';

/** What to send along when the report is too short to judge. */
export function collectMore(missing: readonly string[], { age }: Pick<Facts, 'age'>): Advice[] {
  const last = missing.at(-1);
  if (last === undefined) return [];
  const all = missing.length === 1 ? last : `${missing.slice(0, -1).join(', ')} and ${last}`;
  // There was no journal yet.
  const log = isBefore(age, '3.0') ? 'dmesg' : 'journalctl -k -o short-monotonic --no-pager';
  return [{ id: 'collect-report', for: 'operator', text: `The report lacks ${all}. Keep the whole of it next time, from the headline to the line with "pages RAM".`, command: `${log} | grep -A80 "page allocation failure"` }];
}

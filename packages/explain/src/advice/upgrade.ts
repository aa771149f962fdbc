import type { FailureEvent } from '@nopage/gfp';
import type { Advice, SignatureMatch } from '../explanation.js';
import { isDistributors } from '../kernel/version.js';

/** Upgrade, with the reason that a signature gives. */
export function upgrade(event: FailureEvent, signature: Pick<SignatureMatch, 'fixedIn' | 'text'>): Advice {
  const to = signature.fixedIn === null ? 'a newer kernel' : `kernel ${signature.fixedIn} or newer`;
  const own = signature.fixedIn !== null && event.kernel !== null && isDistributors(event.kernel) ? ", or to your distribution's newest, which may have the change under an older number" : '';
  const from = event.kernel === null ? '' : `${own} (this is ${event.kernel})`;
  return {
    id: 'upgrade-kernel', for: 'operator', text: `Upgrade to ${to}${from}: ${signature.text}`,
    cost: 'a reboot', verify: 'the report does not come back',
  };
}

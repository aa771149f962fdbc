import type { MachineCounts } from '@nopage/machine';
import { count } from './numbers.js';

/** What became of every request, and of every refusal: the sum holds at every moment. */
export function Equation({ counts }: { readonly counts: MachineCounts }) {
  return (
    <dl class="equation" aria-label="What became of every request">
      <Term name="served" value={counts.served} />
      <Term name="injected" value={counts.injected} />
      <Term name="refused" value={counts.refused} tone="refused" />
      <Term sign="=" name="told, singly or in sum" value={counts.told} tone="told" />
      <Term sign="+" name="held for now" value={counts.held} />
      <Term sign="+" name="on their way" value={counts.pending} />
    </dl>
  );
}

interface TermProps {
  readonly name: string;
  readonly value: number;
  readonly tone?: string;
  /** What stands between this term and the one before it. */
  readonly sign?: string;
}

function Term({ name, value, tone = '', sign = '' }: TermProps) {
  return (
    <div class={`term ${tone}`}>
      <dt>{name}</dt>
      <dd>
        {sign && <span class="sign">{sign} </span>}
        {count(value)}
      </dd>
    </div>
  );
}

import type { Counts } from '../protocol.js';
import { count } from './numbers.js';

/** What became of every request, and of every refusal: the two sums always hold. */
export function Equation({ counts }: { readonly counts: Counts }) {
  return (
    <dl class="equation" aria-label="What became of every request">
      <Term name="served" value={counts.served} />
      <Term name="refused" value={counts.refused} tone="refused" />
      <span class="sign" aria-hidden="true">=</span>
      <Term name="told" value={counts.told} tone="told" />
      <span class="sign" aria-hidden="true">+</span>
      <Term name="held, then told in sum" value={counts.held} />
      <span class="sign" aria-hidden="true">+</span>
      <Term name="held now" value={counts.pending} />
      <Term name="of these, injected" value={counts.injected} />
    </dl>
  );
}

function Term({ name, value, tone = '' }: { readonly name: string; readonly value: number; readonly tone?: string }) {
  return (
    <div class={`term ${tone}`}>
      <dt>{name}</dt>
      <dd>{count(value)}</dd>
    </div>
  );
}

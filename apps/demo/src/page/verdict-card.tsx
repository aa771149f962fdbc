import type { Verdict } from '../protocol.js';
import { MessageText } from './message-text.js';

/** The verdict on one report: the message first, the arithmetic below it. */
export function VerdictCard({ verdict }: { readonly verdict: Verdict }) {
  return (
    <article class={`verdict ${verdict.severity}`} aria-label={`Verdict: ${verdict.severity}`}>
      <h3>
        {verdict.cause}{' '}
        <span class="quiet">
          {verdict.confidence}
          {verdict.line !== null && `, line ${verdict.line}`}
        </span>
      </h3>
      <MessageText text={verdict.message} />
      {verdict.advice.length > 0 && (
        <>
          <h4>Or</h4>
          <ol>
            {verdict.advice.map(({ text, command }) => (
              <li key={text}>
                {text} {command !== null && <code>{command}</code>}
              </li>
            ))}
          </ol>
        </>
      )}
      {verdict.zones.length > 0 && (
        <>
          <h4>The arithmetic</h4>
          {verdict.zones.map((zone) => (
            <details key={zone.name} open={zone.allowed === false}>
              <summary>
                {zone.name}: {zone.allowed === null ? 'not known' : zone.allowed ? 'would pass' : `refused, ${zone.reason}`}
              </summary>
              <ul>
                {zone.steps.map((step) => (
                  <li key={step}>
                    <code>{step}</code>
                  </li>
                ))}
              </ul>
            </details>
          ))}
        </>
      )}
    </article>
  );
}

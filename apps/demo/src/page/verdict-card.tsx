import type { Verdict } from '../protocol.js';
import { MessageText } from './message-text.js';

/** The verdict on one report: the message first, the arithmetic below it. */
export function VerdictCard({ verdict }: { readonly verdict: Verdict }) {
  return (
    <article class={`verdict ${verdict.severity}`} aria-label={`Verdict: ${verdict.severity}`}>
      <h3>
        {verdict.cause} <span class="quiet">{verdict.confidence}</span>
      </h3>
      <MessageText text={verdict.message} />
      {verdict.advice.length > 0 && (
        <>
          <h4>Or</h4>
          <ol>
            {verdict.advice.map((text) => (
              <li key={text}>{text}</li>
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
      <p class="quiet">
        {verdict.headline}
        {verdict.mode && (
          <>
            {' '}
            <code>{verdict.mode}</code>
          </>
        )}
      </p>
    </article>
  );
}

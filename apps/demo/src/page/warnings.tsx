import type { SiteCounts, ToldLine } from '@nopage/machine';
import { MessageText } from './message-text.js';
import { count, elapsed } from './numbers.js';

/** What the policy let through, and how often each call site was refused. */
export function Warnings({ lines, sites }: { readonly lines: readonly ToldLine[]; readonly sites: readonly SiteCounts[] }) {
  const refusing = sites.filter(({ refused }) => refused > 0);
  return (
    <section class="warnings" aria-label="Warnings">
      <h2>Warnings told</h2>
      {lines.length === 0 ? (
        <p class="quiet">None yet. Raise the page cache pressure, or choose jumbo frames.</p>
      ) : (
        <ol reversed>
          {[...lines].reverse().map((line) => (
            <li key={line.id} class={line.severity}>
              <time>{elapsed(line.atMs)}</time>
              <MessageText text={line.text} />
            </li>
          ))}
        </ol>
      )}
      {refusing.length > 0 && (
        <table>
          <caption class="quiet">refusals by call site</caption>
          <thead>
            <tr>
              <th scope="col">site</th>
              <th scope="col">refused</th>
              <th scope="col">lines</th>
            </tr>
          </thead>
          <tbody>
            {refusing.map(({ site, refused, told }) => (
              <tr key={site}>
                <th scope="row">
                  <code>{site}</code>
                </th>
                <td>{count(refused)}</td>
                <td>{count(told)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

import { signal } from '@preact/signals';
import type { Reading } from '../protocol.js';
import { explainLog, sampleReport } from './live.js';
import { count } from './numbers.js';
import { VerdictCard } from './verdict-card.js';

type Answer = { readonly state: 'none' } | { readonly state: 'reading' } | { readonly state: 'read'; readonly reading: Reading } | { readonly state: 'failed'; readonly why: string };

const log = signal('');
const answer = signal<Answer>({ state: 'none' });

async function explain(text: string | Promise<string>): Promise<void> {
  answer.value = { state: 'reading' };
  try {
    log.value = await text;
    answer.value = { state: 'read', reading: await explainLog(log.value) };
  } catch (error) {
    answer.value = { state: 'failed', why: error instanceof Error ? error.message : String(error) };
  }
}

/** A box for a kernel log, answered with a verdict and the arithmetic. */
export function LogBox() {
  return (
    <section class="log" id="log" aria-label="Explain a kernel log" tabIndex={-1}>
      <h2>Is this a problem?</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void explain(log.value);
        }}
      >
        <label>
          Paste a kernel log
          <textarea name="log" rows={8} spellcheck={false} autocomplete="off" value={log.value} onInput={(event) => (log.value = event.currentTarget.value)} placeholder="swapper: page allocation failure. order:3, mode:0x4020" />
        </label>
        <div class="buttons">
          <button type="submit" class="main">
            Explain
          </button>
          <button type="button" onClick={() => void explain(sampleReport())}>
            Try a real report
          </button>
        </div>
      </form>
      <div aria-live="polite">
        <AnswerView answer={answer.value} />
      </div>
    </section>
  );
}

function AnswerView({ answer: given }: { readonly answer: Answer }) {
  switch (given.state) {
    case 'none':
      return <p class="quiet">The verdict says whether it matters, why it happened to the page, and what to try.</p>;
    case 'reading':
      return <p class="quiet">Reading.</p>;
    case 'failed':
      return <p class="failed">{given.why}</p>;
    case 'read':
      return (
        <>
          {given.reading.verdicts.length === 0 && <p>No allocation failure in {given.reading.lines === 1 ? '1 line' : `${count(given.reading.lines)} lines`}.</p>}
          {given.reading.verdicts.map((verdict, index) => (
            <VerdictCard key={index} verdict={verdict} />
          ))}
          {given.reading.more > 0 && <p class="quiet">{given.reading.more} more not shown; nopage explain reads them all.</p>}
        </>
      );
  }
}

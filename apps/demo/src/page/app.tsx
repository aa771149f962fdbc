import { Chart } from './chart.js';
import { ControlPanel } from './control-panel.js';
import { Equation } from './equation.js';
import { connected, view } from './live.js';
import { LogBox } from './log-box.js';
import { Warnings } from './warnings.js';
import { Zone } from './zone.js';

/** The whole page: the live machine, and beside it a box for a log. */
export function App() {
  const now = view.value;
  return (
    <>
      <a class="skip" href="#log">Skip to the log box</a>
      <header>
        <h1>nopage</h1>
        <p>
          A page allocator that follows Linux’s rules, under load. A network driver asks for buffers that it can’t wait for while a page
          cache fills memory; each refusal says why, and whether it matters.
        </p>
        <p class="status" role="status">
          <span class={connected.value ? 'dot on' : 'dot'} aria-hidden="true" />
          {connected.value ? (now?.controls.running === false ? 'paused' : 'live') : 'waiting for the machine'}
          {now && <span class="quiet"> {now.profile}, scenario {now.scenario}, seed {now.seed}</span>}
        </p>
      </header>
      <main>
        <section class="machine" aria-label="The machine">
          {now ? (
            <>
              <ControlPanel controls={now.controls} policies={now.policies} />
              <Equation counts={now.counts} />
              <div class="zones">
                {now.zones.map((zone) => (
                  <Zone key={zone.name} zone={zone} mobilities={now.mobilities} neededOrder={now.neededOrder} />
                ))}
              </div>
              <Chart zones={now.zones} />
              <Warnings lines={now.lines} sites={now.sites} />
            </>
          ) : (
            <p class="quiet">Waiting for the first view of the machine.</p>
          )}
        </section>
        <LogBox />
      </main>
      <footer>
        <p>
          The same machine, scraped: <a href="metrics">/metrics</a>. Nothing leaves this computer: the server listens on the loopback
          address only.
        </p>
      </footer>
    </>
  );
}

import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { relative } from 'node:path';
import { listen, type Listening } from './listen.js';
import { MachineEngine } from './machine-engine.js';
import { routes } from './routes.js';

const TICK_MS = 100;

export interface ServeDemoOptions {
  /** 0 to 65535; 0 is any free one. The next free one is used when it is taken. */
  readonly port: number;
  /** Decides everything in the machine that is left to chance. */
  readonly seed: number;
}

/**
 * Serves the demo on the loopback address until `close()`.
 *
 * @throws The system's error when it can't listen.
 */
export async function serveDemo({ port, seed }: ServeDemoOptions): Promise<Listening> {
  const home = new URL('../../', import.meta.url);
  const engine = new MachineEngine({ seed, now: () => Date.now() });
  const app = routes({
    engine,
    page: relative(process.cwd(), fileURLToPath(new URL('dist/page', home))) || '.',
    sampleReport: readFileSync(new URL('reports/atomic-order-5.txt', home), 'utf8'),
    pause: (ms, signal) => wait(ms, undefined, { signal }).catch(() => undefined),
  });
  const listening = await listen(app, port);
  let before = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    engine.advance(now - before);
    before = now;
  }, TICK_MS);
  return {
    ...listening,
    close: async () => {
      clearInterval(timer);
      engine.close();
      await listening.close();
    },
  };
}

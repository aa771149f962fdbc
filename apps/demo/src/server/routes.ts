import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import { streamSSE } from 'hono/streaming';
import { parseControls } from './controls.js';
import type { Engine } from './engine.js';

/** A pasted log may be this long; a browser's text box suffers earlier. */
const LOG_BYTES = 8 << 20;
const CONTROL_BYTES = 4096;
/** A tab gets at most this many views a second, and a slow one only the newest. */
const VIEW_INTERVAL_MS = 100;

export interface RouteOptions {
  readonly engine: Engine;
  /** Folder of the built page. */
  readonly page: string;
  readonly sampleReport: string;
  /** Waits; resolves early when the signal is aborted. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/** The demo's address space: the page, its events, its controls, and the metrics of the same machine. */
export function routes({ engine, page, sampleReport, pause }: RouteOptions): Hono {
  const app = new Hono();
  app.use(
    secureHeaders({
      contentSecurityPolicy: { defaultSrc: ["'self'"], styleSrc: ["'self'", "'unsafe-inline'"], imgSrc: ["'self'", 'data:'], objectSrc: ["'none'"], frameAncestors: ["'none'"] },
    }),
  );
  // A page elsewhere must not reach this machine through a visitor's browser, by name (DNS rebinding) or by form.
  app.use(async (c, next) => {
    const origin = c.req.header('origin');
    const ours = LOOPBACK.test(c.req.header('host') ?? '') && (origin === undefined || LOOPBACK.test(origin.replace(/^https?:\/\//, '')));
    return ours ? next() : c.text('this server answers to the loopback address only\n', 403);
  });

  app.get('/metrics', async (c) => {
    const { contentType, text } = await engine.metrics();
    return c.body(text, 200, { 'content-type': contentType });
  });
  app.get('/healthz', (c) => c.text('ok\n'));

  app.get('/api/events', (c) =>
    streamSSE(c, async (stream) => {
      const gone = new AbortController();
      stream.onAbort(() => gone.abort());
      for (let tick = -1; !stream.aborted; ) {
        const view = engine.view();
        if (view.tick !== tick) await stream.writeSSE({ event: 'view', data: JSON.stringify(view) });
        tick = view.tick;
        await pause(VIEW_INTERVAL_MS, gone.signal);
        await engine.newerThan(tick, gone.signal);
      }
    }),
  );
  app.get('/api/sample', (c) => c.text(sampleReport));
  app.post('/api/controls', bodyLimit({ maxSize: CONTROL_BYTES }), async (c) => {
    try {
      engine.control(parseControls(await c.req.json(), engine.view().policies));
    } catch (error) {
      return c.text(`${error instanceof SyntaxError ? 'the body is not JSON' : (error as Error).message}\n`, 400);
    }
    return c.body(null, 204);
  });
  app.post('/api/restart', (c) => {
    engine.restart();
    return c.body(null, 204);
  });
  app.post('/api/explain', bodyLimit({ maxSize: LOG_BYTES, onError: (c) => c.text('This log is larger than 8 MiB: use nopage explain FILE.\n', 413) }), async (c) => {
    const log = await c.req.text();
    if (log.trim() === '') return c.text('There is nothing in the box.\n', 400);
    return c.json(engine.explain(log));
  });

  app.get('/*', serveStatic({ root: page }));
  app.onError((error, c) => c.text(`${error.message}\n`, 500));
  return app;
}

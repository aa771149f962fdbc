import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import type { Hono } from 'hono';

const TRIES = 20;
/** Enough for every tab and scraper of one person; the next one waits its turn. */
const MAX_CONNECTIONS = 512;

/** A listening server and how it was reached. */
export interface Listening {
  readonly url: string;
  readonly port: number;
  /** The port that was asked for, when it was taken and another one is used. */
  readonly taken: number | null;
  close(): Promise<void>;
}

/**
 * Listens on the loopback address, on `port` or the next free one after it (0: any).
 *
 * @throws The last error of the system when {@link TRIES} ports in a row are taken.
 */
export async function listen(app: Hono, port: number): Promise<Listening> {
  for (let next = port; ; next += 1) {
    try {
      const server = await listenOn(app, next);
      const { port: bound } = server.address() as { port: number };
      return { url: `http://127.0.0.1:${bound}`, port: bound, taken: port !== 0 && next !== port ? port : null, close: () => closed(server) };
    } catch (error) {
      const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (!taken || next - port >= TRIES || next >= 65535) throw error;
    }
  }
}

function listenOn(app: Hono, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port }, () => {
      server.off('error', reject);
      resolve(server);
    }) as Server;
    server.maxConnections = MAX_CONNECTIONS;
    server.headersTimeout = 10_000;
    server.requestTimeout = 30_000;
    server.once('error', reject);
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { CliError } from '../cli-error.js';
import { answeredNames } from './answered-names.js';
import type { ListenAddress } from './listen-address.js';
import type { MetricsText } from './watch-metrics.js';

/** Beyond, the connection that has been open the longest is closed for the new one: nobody keeps others out. */
const MAX_CONNECTIONS = 128;
const MAX_HEADER_BYTES = 8192;
const MAX_HEADERS = 64;
const HEADERS_TIMEOUT_MS = 5000;
const REQUEST_TIMEOUT_MS = 10_000;
/** A client that takes nothing for so long is left. */
const SILENCE_TIMEOUT_MS = 30_000;

export interface MetricsServerOptions {
  readonly page: (accept: string | undefined) => Promise<MetricsText>;
  /** Why all is not well; null when it is. */
  readonly ailment: () => string | null;
  /** Names that it answers to beside those of its address; see {@link answeredNames}. */
  readonly allowHosts: readonly string[];
}

/** A listening server. */
export interface MetricsServer {
  /** `http://127.0.0.1:9847` */
  readonly url: string;
  /** Stops listening and leaves every client. */
  close(): Promise<void>;
}

/**
 * Serves `/metrics` and `/healthz`, to GET and HEAD and to nothing else.
 *
 * @throws {CliError} When the address can't be listened on; usage (exit 2) when an allowed name is none.
 */
export async function serveMetrics(address: ListenAddress, options: MetricsServerOptions): Promise<MetricsServer> {
  const { host, port } = address;
  const answersTo = answeredNames(address, options.allowHosts);
  let rendering: Promise<MetricsText> | null = null;
  let renderingFor: string | undefined;
  // Who asks while a page is being made gets that page: a crowd costs no more than one.
  const page = (accept: string | undefined): Promise<MetricsText> => {
    if (rendering === null || renderingFor !== accept) {
      const mine = options.page(accept).finally(() => {
        if (rendering === mine) rendering = null;
      });
      rendering = mine;
      renderingFor = accept;
    }
    return rendering;
  };
  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES, headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: REQUEST_TIMEOUT_MS, connectionsCheckingInterval: REQUEST_TIMEOUT_MS, noDelay: true,
  }, (request, response) => void answer(request, response, { ailment: options.ailment, answersTo, page }));
  server.maxHeadersCount = MAX_HEADERS;
  server.setTimeout(SILENCE_TIMEOUT_MS);
  // A request that is none: said shortly, without an echo of what was sent.
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const status = error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? '408 Request Timeout' : '400 Bad Request';
    if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
    else socket.destroy();
  });
  // No request like others: Node hands over the connection.
  server.on('connect', (_request, socket) => {
    socket.on('error', () => undefined);
    socket.end('HTTP/1.1 405 Method Not Allowed\r\nAllow: GET, HEAD\r\nConnection: close\r\nContent-Length: 0\r\n\r\n', () => socket.destroy());
  });
  boundConnections(server);
  await listening(server, host, port);
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}

function boundConnections(server: Server): void {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    const [oldest] = open;
    if (open.size >= MAX_CONNECTIONS && oldest !== undefined) {
      open.delete(oldest);
      oldest.destroy();
    }
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(new CliError(`--listen ${host}:${port}: ${LISTEN_TROUBLE[error.code ?? ''] ?? error.message}`));
    });
    server.listen({ host, port }, () => {
      server.removeAllListeners('error');
      // A connection that can't be accepted (no file descriptor left) is that client's trouble.
      server.on('error', () => undefined);
      resolve();
    });
  });
}

const LISTEN_TROUBLE: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there; choose another port, or --listen off',
  EACCES: 'no permission to listen there; ports below 1024 are for root',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'this machine has no such address',
};

interface Answering extends Pick<MetricsServerOptions, 'page' | 'ailment'> {
  readonly answersTo: (host: string | undefined) => boolean;
}

async function answer(request: IncomingMessage, response: ServerResponse, { page, ailment, answersTo }: Answering): Promise<void> {
  response.on('error', () => undefined);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Cache-Control', 'no-store');
  const [path] = (request.url ?? '').split('?', 1);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    // What it sends along is not read.
    response.setHeader('Connection', 'close');
    say(request, response, 405, 'only GET and HEAD\n');
    return;
  }
  if (!answersTo(request.headers.host)) {
    say(request, response, 403, 'this server does not answer to that name; nopage watch --allow-host NAME makes it\n');
  } else if (path === '/healthz') {
    const trouble = ailment();
    say(request, response, trouble === null ? 200 : 503, `${trouble ?? 'ok'}\n`);
  } else if (path === '/metrics') {
    await page(request.headers.accept).then(
      ({ contentType, text }) => say(request, response, 200, text, contentType),
      () => say(request, response, 500, 'the metrics could not be read\n'),
    );
  } else if (path === '/') {
    say(request, response, 200, 'nopage watch: see /metrics and /healthz\n');
  } else {
    say(request, response, 404, 'there are /metrics and /healthz\n');
  }
}

function say(request: IncomingMessage, response: ServerResponse, status: number, text: string, contentType = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { 'Content-Type': contentType, 'Content-Length': Buffer.byteLength(text) });
  response.end(request.method === 'HEAD' ? undefined : text);
}

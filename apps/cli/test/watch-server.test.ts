import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { answeredNames } from '../src/watch/answered-names.js';
import { isLoopback, parseListenAddress } from '../src/watch/listen-address.js';
import { serveMetrics, type MetricsServer } from '../src/watch/metrics-server.js';

const sockets: Socket[] = [];
let server: MetricsServer | null = null;

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server?.close();
  server = null;
});

async function serve(page: () => Promise<{ contentType: string; text: string }> = () => Promise.resolve({ contentType: 'text/plain', text: 'a 1\n' }), ailment: () => string | null = () => null): Promise<string> {
  server = await serveMetrics({ host: '127.0.0.1', port: 0 }, { page, ailment, allowHosts: [] });
  return server.url;
}

function ask(url: string, method = 'GET', headers: Readonly<Record<string, string>> = {}): Promise<{ status: number; headers: IncomingHttpHeaders; body: string }> {
  return new Promise((resolve, reject) => {
    httpRequest(url, { method, headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text)).on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    }).on('error', reject).end();
  });
}

function open(url: string, write = ''): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => {
      if (write !== '') socket.write(write);
      resolve(socket);
    });
    socket.on('error', reject);
    sockets.push(socket);
  });
}

describe('the metrics server', () => {
  it('serves /metrics, /healthz and a word about both', async () => {
    const url = await serve();
    expect(await ask(`${url}/metrics?x=1`)).toMatchObject({ status: 200, body: 'a 1\n', headers: { 'x-content-type-options': 'nosniff' } });
    expect(await ask(`${url}/healthz`)).toMatchObject({ status: 200, body: 'ok\n' });
    expect(await ask(`${url}/`)).toMatchObject({ status: 200 });
    expect(await ask(`${url}/%3Cscript%3E`)).toMatchObject({ status: 404, body: 'there are /metrics and /healthz\n' });
  });

  it('to HEAD gives the same head and no body', async () => {
    const url = await serve();
    expect(await ask(`${url}/metrics`, 'HEAD')).toMatchObject({ status: 200, body: '', headers: { 'content-length': '4' } });
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('refuses %s', async (method) => {
    const url = await serve();
    expect(await ask(`${url}/metrics`, method)).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  });

  it('refuses CONNECT, which comes as no request, and bears one that hangs up', async () => {
    const url = await serve();
    const socket = await open(url, 'CONNECT evil.example:80 HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const answer = await new Promise<string>((resolve) => socket.setEncoding('utf8').once('data', resolve));
    expect(answer).toMatch(/^HTTP\/1\.1 405 .*\r\nAllow: GET, HEAD\r\n/);
    (await open(url, 'CONNECT evil.example:80 HTTP/1.1\r\nHost: localhost\r\n\r\n')).resetAndDestroy();
    expect(await ask(`${url}/healthz`)).toMatchObject({ status: 200 });
  });

  it('says what ails the watch', async () => {
    const url = await serve(undefined, () => 'the log is gone');
    expect(await ask(`${url}/healthz`)).toMatchObject({ status: 503, body: 'the log is gone\n' });
  });

  it('a page that can not be made is a 500 without its reason', async () => {
    const url = await serve(() => Promise.reject(new Error('/secret/path')));
    expect(await ask(`${url}/metrics`)).toMatchObject({ status: 500, body: 'the metrics could not be read\n' });
  });

  it('makes one page for all who ask while it is being made', async () => {
    let made = 0;
    let ready = (): void => undefined;
    const gate = new Promise<void>((resolve) => (ready = resolve));
    const url = await serve(async () => {
      made += 1;
      await gate;
      return { contentType: 'text/plain', text: 'a 1\n' };
    });
    const answers = Array.from({ length: 20 }, () => ask(`${url}/metrics`));
    await ask(`${url}/healthz`);
    ready();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(made).toBe(1);
  });

  it('refuses huge headers and what is no request, and goes on', async () => {
    const url = await serve();
    expect(await ask(`${url}/metrics`, 'GET', { cookie: 'x'.repeat(20_000) })).toMatchObject({ status: 431 });
    const socket = await open(url, '\u0000\u0001 nonsense\r\n\r\n');
    const answer = await new Promise<string>((resolve) => socket.once('data', (data) => resolve(data.toString())));
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(await ask(`${url}/healthz`)).toMatchObject({ status: 200 });
  });

  it('answers with a thousand connections open, half of them in the middle of a request', async () => {
    const url = await serve();
    for (let n = 0; n < 1000; n++) await open(url, n % 2 === 0 ? '' : 'GET /metrics HTTP/1.1\r\nHost: x\r\n').then((socket) => socket.on('error', () => undefined));
    expect(await ask(`${url}/metrics`)).toMatchObject({ status: 200 });
  });

  it('answers while clients take none of a large page', async () => {
    const text = 'x'.repeat(4 << 20);
    const url = await serve(() => Promise.resolve({ contentType: 'text/plain', text }));
    for (let n = 0; n < 50; n++) (await open(url, 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n')).pause();
    expect(await ask(`${url}/healthz`)).toMatchObject({ status: 200 });
  });

  it('does not answer to the name of another page, whatever it asks for, and does not repeat it', async () => {
    const url = await serve();
    for (const path of ['/metrics', '/healthz', '/', '/x']) {
      const { status, body } = await ask(`${url}${path}`, 'GET', { host: 'evil.example' });
      expect(status).toBe(403);
      expect(body).not.toContain('evil');
    }
    expect(await ask(`${url}/metrics`, 'GET', { host: 'LocalHost:9' })).toMatchObject({ status: 200 });
  });

  it('an address that is taken is a sentence', async () => {
    const port = Number(new URL(await serve()).port);
    await expect(serveMetrics({ host: '127.0.0.1', port }, { page: () => Promise.reject(new Error()), ailment: () => null, allowHosts: [] })).rejects.toThrow(`--listen 127.0.0.1:${port}: another program listens there`);
  });
});

describe('parseListenAddress', () => {
  it.each([
    ['127.0.0.1:9847', { host: '127.0.0.1', port: 9847 }],
    ['9847', { host: '127.0.0.1', port: 9847 }],
    ['[::1]:0', { host: '::1', port: 0 }],
    ['metrics.lan:80', { host: 'metrics.lan', port: 80 }],
    ['off', null],
  ])('%s', (text, expected) => expect(parseListenAddress(text)).toEqual(expected));

  it.each(['', ':9847', 'host', '127.0.0.1:99999', '1.2.3.4:', 'a b:1', '::1:80', 'http://x:1'])("'%s' is a usage error", (text) => {
    expect(() => parseListenAddress(text)).toThrow(/--listen takes/);
  });

  it('knows what only this machine can reach', () => {
    expect(['127.0.0.1', '127.9.9.9', '::1', 'localhost'].every((host) => isLoopback({ host }))).toBe(true);
    expect(['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.evil.example'].some((host) => isLoopback({ host }))).toBe(false);
  });
});

describe('answeredNames', () => {
  const loopback = { host: '127.0.0.1', port: 9847 };
  it.each(['127.0.0.1', '127.0.0.1:9847', '127.8.8.8:1', 'localhost', 'LOCALHOST:80', 'localhost.', '[::1]:9847', undefined])('the loopback address answers to %s', (host) => {
    expect(answeredNames(loopback)(host)).toBe(true);
  });

  it.each(['', 'evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', '10.0.0.7:9847', 'evil@localhost', 'localhost:80:80', '[::1', 'localhost/x', 'local host', '::1'])("the loopback address does not answer to '%s'", (host) => {
    expect(answeredNames(loopback)(host)).toBe(false);
  });

  it('answers to names that are allowed, on any port', () => {
    const answers = answeredNames(loopback, ['metrics.lan', '[fd00::7]']);
    expect(['metrics.lan', 'Metrics.LAN:443', '[FD00::7]:1', 'localhost'].map(answers)).toEqual([true, true, true, true]);
    expect(['lan', 'x.metrics.lan'].map(answers)).toEqual([false, false]);
  });

  it('an address that others reach answers to every name, or to those that are allowed', () => {
    expect(answeredNames({ host: '0.0.0.0', port: 1 })('web-1.example')).toBe(true);
    const answers = answeredNames({ host: '10.0.0.7', port: 1 }, ['web-1.example']);
    expect(['web-1.example', '10.0.0.7:1', 'localhost', 'web-2.example'].map(answers)).toEqual([true, true, true, false]);
  });

  it.each(['', 'a b', 'metrics.lan:443', 'http://x', '*'])("'%s' is no name to allow", (name) => {
    expect(() => answeredNames(loopback, [name])).toThrow(/--allow-host takes a name/);
  });
});

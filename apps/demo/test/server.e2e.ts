import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDemo, type RunningDemo } from './demo.js';

describe('the demo’s server', () => {
  let demo: RunningDemo;
  beforeAll(async () => {
    demo = await startDemo();
  });
  afterAll(async () => {
    await demo.stop();
  });

  const post = (path: string, body: string, headers: Record<string, string> = {}): Promise<Response> => fetch(`${demo.url}${path}`, { method: 'POST', body, headers });

  it('a taken port: the next free one is used, and said', async () => {
    const port = Number(new URL(demo.url).port);
    const second = await startDemo(port);
    expect(second.said.join('\n')).toContain(`port ${port} is taken`);
    expect(Number(new URL(second.url).port)).toBeGreaterThan(port);
    expect(await second.stop()).toBe(130);
  });

  it.each([
    ['no JSON', '{', 'not JSON'],
    ['an unknown control', '{"volume":11}', 'volume'],
    ['out of range', '{"faultPercent":101}', 'faultPercent'],
    ['a policy that does not exist', '{"policy":"mine"}', "'mine'"],
  ])('controls: %s is refused with the place, and nothing changes', async (_what, body, says) => {
    const response = await post('/api/controls', body);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(says);
  });

  it('bytes that are no text are read as a log without a failure', async () => {
    const response = await post('/api/explain', String.fromCharCode(...Array.from({ length: 256 }, (_, code) => code)).repeat(40));
    expect(response.status).toBe(200);
    expect(((await response.json()) as { verdicts: unknown[] }).verdicts).toEqual([]);
  });

  it('a log larger than 8 MiB is refused with a sentence', async () => {
    const response = await post('/api/explain', 'x'.repeat(9 << 20));
    expect(response.status).toBe(413);
    expect(await response.text()).toContain('nopage explain FILE');
  });

  it('a page from elsewhere can’t reach it', async () => {
    expect((await post('/api/restart', '', { origin: 'https://elsewhere.example' })).status).toBe(403);
    const status = await new Promise((resolve, reject) => {
      request(demo.url, { headers: { host: 'elsewhere.example' } }, (response) => resolve(response.resume().statusCode)).on('error', reject).end();
    });
    expect(status).toBe(403);
  });

  it('a path outside the page is not found', async () => {
    expect((await fetch(`${demo.url}/..%2f..%2fpackage.json`)).status).toBe(404);
    expect((await fetch(`${demo.url}/nowhere`)).status).toBe(404);
  });
});

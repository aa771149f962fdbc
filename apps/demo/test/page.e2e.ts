import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDemo, type RunningDemo } from './demo.js';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
/** Set to draw the README's picture anew. */
const PICTURE = process.env['NOPAGE_PICTURE'];

describe.skipIf(!existsSync(executablePath))('the demo in a browser', () => {
  let demo: RunningDemo;
  let browser: Browser;

  beforeAll(async () => {
    demo = await startDemo();
    browser = await chromium.launch({ executablePath, headless: true, args: FLAGS });
  });
  afterAll(async () => {
    await browser.close();
    await demo.stop();
  });

  /** A tab on the demo; what goes wrong in it fails the test. */
  async function open(options: BrowserContextOptions = {}): Promise<{ page: Page; errors: string[] }> {
    const context = await browser.newContext({ viewport: { width: 1600, height: 1000 }, ...options });
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    await page.goto(demo.url);
    await page.getByRole('article', { name: 'Zone Normal' }).waitFor();
    return { page, errors };
  }

  const numberOf = async (page: Page, term: string): Promise<number> => {
    const text = await page.locator('.term', { has: page.getByText(term, { exact: true }) }).locator('dd').innerText();
    return Number(text.replace(/\D/g, ''));
  };
  const until = async (holds: () => Promise<boolean>): Promise<void> => {
    await expect.poll(holds, { timeout: 30_000, interval: 100 }).toBe(true);
  };

  it('shows a machine at work: zones, requests served, the driver’s order marked', async () => {
    const { page, errors } = await open();
    const before = await numberOf(page, 'served');
    await until(async () => (await numberOf(page, 'served')) > before);
    expect(await page.getByRole('article', { name: /^Zone / }).count()).toBe(2);
    expect(await page.locator('th.needed').first().innerText()).toBe('2');
    if (PICTURE) {
      await until(async () => (await page.getByRole('list').locator('li').count()) > 0);
      await page.getByRole('button', { name: 'Try a real report' }).click();
      await page.getByRole('article', { name: /^Verdict/ }).waitFor();
      mkdirSync(fileURLToPath(new URL('../../../docs', import.meta.url)), { recursive: true });
      await page.screenshot({ path: fileURLToPath(new URL('../../../docs/demo.png', import.meta.url)), clip: { x: 0, y: 0, width: 1600, height: 1000 } });
    }
    expect((await page.screenshot()).length).toBeGreaterThan(10_000);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('refused = told + held + on their way, in every view', async () => {
    const { page } = await open();
    const rows: number[][] = await page.evaluate(async () => {
      const seen: number[][] = [];
      const events = new EventSource('api/events');
      await new Promise<void>((resolve) => {
        events.addEventListener('view', (event: MessageEvent<string>) => {
          const { counts } = JSON.parse(event.data) as { counts: Record<string, number> };
          seen.push(['refused', 'told', 'held', 'pending'].map((name) => counts[name] ?? NaN));
          if (seen.length >= 10) resolve();
        });
      });
      events.close();
      return seen;
    });
    for (const [refused, told, held, pending] of rows) expect(refused).toBe((told ?? 0) + (held ?? 0) + (pending ?? 0));
    await page.context().close();
  });

  it('two tabs see one machine: what one sets, the other shows', async () => {
    const [one, two] = [await open(), await open()];
    await one.page.getByLabel('Warning policy').selectOption('linux-5.4');
    await until(async () => (await two.page.getByLabel('Warning policy').inputValue()) === 'linux-5.4');
    await one.page.getByLabel('Warning policy').selectOption('recommended');
    await until(async () => (await two.page.getByLabel('Warning policy').inputValue()) === 'recommended');
    await one.page.context().close();
    await two.page.context().close();
  });

  it('injected failures are refused, counted, and on /metrics of the same machine', async () => {
    const { page } = await open();
    await page.getByLabel(/Injected failures/).fill('50');
    await until(async () => (await numberOf(page, 'injected')) > 0);
    await page.getByLabel(/Injected failures/).fill('0');
    const text = await (await fetch(`${demo.url}/metrics`)).text();
    const injected = [...text.matchAll(/^nopage_\w*inject\w*_total(?:\{[^}]*\})? (\d+)/gm)].reduce((sum, [, value]) => sum + Number(value), 0);
    expect(injected).toBeGreaterThan(0);
    await page.context().close();
  });

  it('a frame of one page needs no block: the mark moves to order 0', async () => {
    const { page } = await open();
    await page.getByLabel('Frame size (MTU)').selectOption('1500');
    await until(async () => (await page.locator('th.needed').first().innerText()) === '0');
    await page.getByLabel('Frame size (MTU)').selectOption('9000');
    await until(async () => (await page.locator('th.needed').first().innerText()) === '2');
    await page.context().close();
  });

  it('pauses, runs on, and starts again', async () => {
    const { page } = await open();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('paused').waitFor();
    const still = await numberOf(page, 'served');
    await page.getByRole('button', { name: 'Start again' }).click();
    await until(async () => (await numberOf(page, 'served')) < still);
    await page.getByRole('button', { name: 'Run' }).click();
    await until(async () => (await numberOf(page, 'served')) > 0);
    await page.context().close();
  });

  it('a real report is one click away, with verdict and arithmetic', async () => {
    const { page, errors } = await open();
    await page.getByRole('button', { name: 'Try a real report' }).click();
    const verdict = page.getByRole('article', { name: /^Verdict/ });
    await verdict.waitFor();
    expect(await verdict.innerText()).toMatch(/order 5/);
    expect(await verdict.getByText('The arithmetic').count()).toBe(1);
    expect(await verdict.locator('code').allInnerTexts()).toContainEqual(expect.stringMatching(/free -?\d+ > \d+ is false/));
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('a log without a failure, and one of nothing, get a plain sentence', async () => {
    const { page } = await open();
    await page.getByLabel('Paste a kernel log').fill('usb 1-1: new high-speed USB device');
    await page.getByRole('button', { name: 'Explain' }).click();
    await page.getByText('No allocation failure in 1 line.').waitFor();
    await page.getByLabel('Paste a kernel log').fill('');
    await page.getByRole('button', { name: 'Explain' }).click();
    await page.getByText('There is nothing in the box.').waitFor();
    await page.context().close();
  });

  it('what a log holds is shown as text, never as markup', async () => {
    const { page } = await open();
    await page.getByLabel('Paste a kernel log').fill('<img src=x onerror=boom()>: page allocation failure: order:3, mode:0x40cc0(GFP_KERNEL|__GFP_COMP), nodemask=(null)');
    await page.getByRole('button', { name: 'Explain' }).click();
    await page.getByRole('article', { name: /^Verdict/ }).waitFor();
    expect(await page.locator('.log img').count()).toBe(0);
    await page.context().close();
  });

  it('works with nothing but the keyboard', async () => {
    const { page } = await open();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the log box');
    const reached: string[] = [];
    for (let presses = 0; presses < 16; presses++) {
      await page.keyboard.press('Tab');
      reached.push(await page.evaluate(() => document.activeElement?.getAttribute('name') ?? document.activeElement?.textContent ?? ''));
    }
    for (const control of ['mtu', 'cache', 'policy', 'fault', 'Pause', 'Start again', 'log', 'Explain', 'Try a real report']) expect(reached).toContain(control);
    await page.getByRole('button', { name: 'Try a real report' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('article', { name: /^Verdict/ }).waitFor();
    await page.context().close();
  });

  it.each([
    ['360 px, dark', { viewport: { width: 360, height: 740 }, colorScheme: 'dark' as const }],
    ['1600 px', { viewport: { width: 1600, height: 1000 } }],
  ])('fits %s without scrolling sideways', async (_name, options) => {
    const { page } = await open(options);
    await page.getByRole('button', { name: 'Try a real report' }).click();
    await page.getByRole('article', { name: /^Verdict/ }).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(options.viewport.width);
    await page.context().close();
  });

  it('with reduced motion nothing slides and numbers change at most once a second', async () => {
    const { page } = await open({ reducedMotion: 'reduce' });
    const slides = await page.locator('.gauge .free').first().evaluate((bar) => getComputedStyle(bar).transitionDuration);
    expect(slides).toBe('0s');
    const changes = await page.evaluate(async () => {
      let seen = 0;
      const target = document.querySelector('.equation');
      if (!target) return -1;
      const observer = new MutationObserver(() => seen++);
      observer.observe(target, { subtree: true, characterData: true, childList: true });
      await new Promise((resolve) => setTimeout(resolve, 2500));
      observer.disconnect();
      return seen;
    });
    expect(changes).toBeGreaterThan(0);
    expect(changes).toBeLessThanOrEqual(3);
    await page.context().close();
  });

  it('with reduced motion the last that a paused machine said is shown', async () => {
    const [calm, other] = [await open({ reducedMotion: 'reduce' }), await open()];
    await other.page.getByRole('button', { name: 'Pause' }).click();
    await calm.page.getByText('paused').waitFor();
    await until(async () => (await numberOf(calm.page, 'served')) === (await numberOf(other.page, 'served')));
    await other.page.getByRole('button', { name: 'Run' }).click();
    await calm.page.getByText('live').waitFor();
    await calm.page.context().close();
    await other.page.context().close();
  });

  it('a tab that goes away in mid-stream leaves the machine running for the others', async () => {
    const { page } = await open();
    await page.context().close();
    const gone = new AbortController();
    const stream = await fetch(`${demo.url}/api/events`, { signal: gone.signal });
    gone.abort();
    await stream.body?.cancel().catch(() => undefined);
    const { page: other } = await open();
    const before = await numberOf(other, 'served');
    await until(async () => (await numberOf(other, 'served')) > before);
    await other.context().close();
  });
});

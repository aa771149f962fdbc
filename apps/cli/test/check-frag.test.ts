import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nopage } from './nopage.js';

/** /proc of a recorded 6.12 machine at the moment when it refused a GFP_ATOMIC page. */
const saved = fileURLToPath(new URL('fixtures/proc-atomic-refused', import.meta.url));
const json = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nopage-check-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('nopage check', () => {
  it('refuses what the recorded kernel refused, with the step that decided, and exits 3', async () => {
    const { code, stdout } = await nopage(['check', '--order', '0', '--gfp', 'GFP_ATOMIC', '--proc', saved, '--json']);
    expect(code).toBe(3);
    const verdict = json(stdout);
    expect(verdict).toMatchObject({ v: 1, allowed: false });
    for (const zone of verdict['zones'] as { allowed: boolean; reason: string; steps: string[] }[]) {
      expect(zone).toMatchObject({ allowed: false, reason: 'below-watermark' });
      expect(zone.steps.at(-1)).toMatch(/^free \d+ > \d+ is false$/);
    }
  });

  it('grants what may use every reserve, and exits 0', async () => {
    const { code, stdout } = await nopage(['check', '--order', '0', '--gfp', 'GFP_ATOMIC|__GFP_MEMALLOC', '--proc', saved, '--json']);
    expect(code).toBe(0);
    expect(json(stdout)).toMatchObject({ allowed: true });
  });

  it('takes a mask in hex as well as names', async () => {
    const byName = await nopage(['check', '--order', '2', '--gfp', 'GFP_ATOMIC', '--proc', saved, '--json']);
    const byMask = await nopage(['check', '--order', '2', '--gfp', '0x820', '--proc', saved, '--json']);
    expect(byMask.stdout).toBe(byName.stdout);
  });

  it.each([
    ['an order that is none', ['--order', '21', '--gfp', 'GFP_ATOMIC'], '--order'],
    ['a flag that does not exist', ['--order', '0', '--gfp', 'GFP_NUCLEAR'], 'GFP_NUCLEAR'],
  ])('%s is a usage error', async (_what, args, says) => {
    const { code, stderr } = await nopage(['check', ...args, '--proc', saved]);
    expect(code).toBe(2);
    expect(stderr).toContain(says);
  });

  it('without buddyinfo what depends on blocks can not be told, and frag has nothing to show', async () => {
    const bare = mkdtempSync(join(folder, 'bare-'));
    cpSync(join(saved, 'zoneinfo'), join(bare, 'zoneinfo'));
    cpSync(join(saved, 'version'), join(bare, 'version'));
    const { code, stdout, stderr } = await nopage(['check', '--order', '2', '--gfp', 'GFP_KERNEL|__GFP_MEMALLOC', '--proc', bare, '--json']);
    expect({ code, allowed: json(stdout)['allowed'] }).toEqual({ code: 1, allowed: null });
    expect(stderr).toContain('buddyinfo is missing');
    expect(await nopage(['frag', '--proc', bare])).toMatchObject({ code: 1, stdout: '' });
  });

  it('the nodes of the asking task and the size of a page are taken from where they are', async () => {
    const other = mkdtempSync(join(folder, 'node-'));
    for (const name of ['buddyinfo', 'version']) cpSync(join(saved, name), join(other, name));
    const zoneinfo = readFileSync(join(saved, 'zoneinfo'), 'utf8');
    writeFileSync(join(other, 'zoneinfo'), zoneinfo);
    writeFileSync(join(other, 'status'), 'Name:\tx\nMems_allowed_list:\t1\n');
    const pages = [...zoneinfo.matchAll(/managed +(\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
    writeFileSync(join(other, 'meminfo'), `MemTotal: ${pages * 64} kB\n`);
    const { stdout } = await nopage(['check', '--order', '0', '--gfp', 'GFP_KERNEL', '--proc', other, '--json']);
    expect((json(stdout)['zones'] as { reason: string }[]).map(({ reason }) => reason)).toContain('node-not-allowed');
    const frag = json((await nopage(['frag', '--proc', other, '--json'])).stdout)['zones'] as { largestOrder: number; largestBytes: number }[];
    expect(frag.filter(({ largestOrder }) => largestOrder >= 0).every(({ largestOrder, largestBytes }) => largestBytes === 65_536 * 2 ** largestOrder)).toBe(true);
  });

  it('a folder without zoneinfo fails with its name', async () => {
    const { code, stderr } = await nopage(['check', '--order', '0', '--gfp', 'GFP_ATOMIC', '--proc', folder]);
    expect(code).toBe(1);
    expect(stderr).toContain('zoneinfo');
  });
});

describe('nopage frag', () => {
  it('--json: pages, unusable share, fragmentation index and largest block by zone and order', async () => {
    const { code, stdout } = await nopage(['frag', '--proc', saved, '--json']);
    expect(code).toBe(0);
    const { zones } = json(stdout) as { zones: { name: string; freePages: number; largestOrder: number; orders: { unusable: number; fragmentationIndex: number; pages: number }[] }[] };
    expect(zones.map(({ name }) => name)).toEqual(['DMA', 'DMA32']);
    for (const zone of zones) {
      expect(zone.orders.reduce((sum, { pages }) => sum + pages, 0)).toBe(zone.freePages);
      expect(zone.orders[zone.largestOrder]?.fragmentationIndex).toBe(-1);
      expect(zone.orders[0]?.unusable).toBe(0);
    }
  });

  it('pages keep their size where the host took half of the memory back', async () => {
    const taken = mkdtempSync(join(folder, 'taken-'));
    writeFileSync(join(taken, 'buddyinfo'), 'Node 0, zone   Normal      4      0      1\n');
    writeFileSync(join(taken, 'zoneinfo'), 'Node 0, zone   Normal\n  pages free     8\n        min      3\n        present  6291358\n        managed  3234357\n');
    writeFileSync(join(taken, 'meminfo'), 'MemTotal:       24684092 kB\n');
    expect(json((await nopage(['frag', '--proc', taken, '--json'])).stdout)['zones']).toMatchObject([{ largestBytes: 16_384 }]);
  });

  it('a copy of buddyinfo is enough; without one it fails with its name and why', async () => {
    const alone = mkdtempSync(join(folder, 'alone-'));
    expect(await nopage(['frag', '--proc', alone])).toMatchObject({ code: 1, stdout: '', stderr: `nopage: ${join(alone, 'buddyinfo')}: no such file\n` });
    writeFileSync(join(alone, 'buddyinfo'), 'Node 0, zone   Normal      4      0      1\n');
    const { code, stdout } = await nopage(['frag', '--proc', alone]);
    expect(code).toBe(0);
    expect(stdout.split('\n')[1]?.trim().split(/ +/)).toEqual(['0', 'Normal', '32', 'KiB', '16', 'KiB', '0%', '50%', '50%']);
  });
});

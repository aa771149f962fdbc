import { expect, it } from 'vitest';
import { explain } from '../src/index.js';
import { refused } from './build.js';

/** What is said of a request of a function, before the fault came, while it was there, and since it is mended. */
const known = (frame: string, order: number, releases: readonly string[]): readonly string[] =>
  releases.map((kernel) => explain(refused({ kernel, order, stack: ['__alloc_pages', '__kmalloc', frame, 'gizmo_start'] })).signatures.map(({ id }) => id).join());

it.each<[string, number, readonly string[], string]>([
  ['set_tracer_flag', 6, ['4.12.0', '4.14.133', '5.5.0'], 'trace-tgid-map'],
  ['devkmsg_open', 3, ['5.9.0', '5.10.60', '5.16.0'], 'kmsg-reader'],
  ['nvkm_gsp_fwsec', 5, ['6.15.0', '6.17.8', '6.19.0'], 'nouveau-fwsec'],
])('a request of %s() is a known fault in the kernels that had it', (frame, order, releases, id) => {
  expect(known(frame, order, releases)).toEqual(['', id, '']);
});

it('a candidate of the release that mended a fault may still have it', () => {
  expect(known('ttm_pool_alloc', 10, ['5.10.0', '5.11.0-0.rc5.20210128.fc34.x86_64', '5.11.0'])).toEqual(['ttm-huge-blocks', 'ttm-huge-blocks', '']);
});

it('a message that later kernels do not print is harmless where a frame shows its code, and not by the name of a process alone', () => {
  const asked = (stack: readonly string[]): ReturnType<typeof explain> => explain(refused({ kind: 'vmalloc-failure', kernel: '3.2.0', comm: 'modprobe', order: null, bytes: 0, stack }));
  expect(asked(['__vmalloc_node_range', 'module_alloc', 'load_module'])).toMatchObject({ severity: 'benign', signatures: [{ id: 'module-of-no-bytes', harmless: true }] });
  expect(asked(['__vmalloc_node_range', '__vmalloc_node'])).toMatchObject({ severity: 'watch', signatures: [{ id: 'module-of-no-bytes', harmless: false }] });
});

it.each([
  ['4.7.2', 2, 'oom-small-blocks-4.7'], ['4.7.2', 0, ''], ['4.8.1', 2, ''],
  ['4.4.0-59-generic', 2, 'oom-small-blocks-ubuntu'], ['4.4.0-63-generic', 2, ''], ['4.4.0', 2, ''],
])('a kill by %s for order %i is known as %s', (kernel, order, id) => {
  expect(explain(refused({ kind: 'oom-kill', kernel, order })).signatures.map((known) => known.id).join()).toBe(id);
});

it('an attempt to read back from swap is known to have lost what made it light and silent, not one that may wait', () => {
  const asked = (flags: string, kernel: string): string => explain(refused({ kernel, flags, stack: ['xas_nomem', 'add_to_swap_cache', '__read_swap_cache_async'] })).signatures.map(({ id }) => id).join();
  expect([asked('__GFP_IO|__GFP_FS', '5.7.0'), asked('GFP_KERNEL', '5.7.0'), asked('__GFP_IO|__GFP_FS', '5.8.0')]).toEqual(['swap-cache-mask', '', '']);
});

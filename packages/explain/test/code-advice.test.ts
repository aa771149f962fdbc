import { describe, expect, it } from 'vitest';
import { explain } from '../src/index.js';
import { refused, type Asked } from './build.js';

const forCode = (more: Asked): readonly string[] => explain(refused({ order: 5, ...more })).advice.filter((advice) => advice.for === 'developer').map(({ id }) => id);

describe('what the owner of the code is told of a block in one piece', () => {
  it('is a scatter list for what a device reaches, whatever is going on around it', () => {
    expect(forCode({ stack: ['dma_direct_alloc_pages', 'gizmo_firmware_load', 'gizmo_runtime_suspend', 'rpm_suspend'] })).toEqual(['use-scatter-list']);
    expect(forCode({ stack: ['__kmalloc_large_node', 'gizmo_firmware_load', 'gizmo_runtime_suspend', 'rpm_suspend'] })).toEqual(['use-kvmalloc']);
  });

  it('is to sleep where the kernel sets something up, and single pages elsewhere', () => {
    const opened = ['__alloc_pages', 'gizmo_rings', 'gizmo_open', '__dev_open', 'dev_change_flags'];
    expect(forCode({ flags: 'GFP_ATOMIC', stack: opened })).toEqual(['may-sleep']);
    expect(forCode({ flags: 'GFP_ATOMIC', stack: ['__alloc_pages', 'gizmo_rings', 'gizmo_irq', 'handle_irq_event', 'common_interrupt', ...opened.slice(2)] })).toEqual(['order0-atomic']);
    expect(forCode({ flags: 'GFP_ATOMIC', stack: ['__alloc_pages', 'gizmo_rings', 'gizmo_kick'] })).toEqual(['order0-atomic']);
  });

  it('is to ask for less at a time where the program has no MMU, which no kernel can move memory together for', () => {
    for (const event of [{ detail: { mmapBytes: 331_776 }, stack: ['__alloc_pages', 'sys_mmap2'] }, { stack: ['alloc_pages_exact', 'do_mmap_private', 'do_mmap', 'load_flat_binary'] }]) {
      const { advice, severity } = explain(refused({ order: 7, comm: 'gizmod', ...event }));
      expect([severity, ...advice.map(({ id }) => id)]).toEqual(expect.arrayContaining(['act', 'drop-cache', 'smaller-pieces']));
      for (const id of ['compact-now', 'allocate-early']) expect(advice.map((each) => each.id)).not.toContain(id);
    }
  });
});

import { describe, expect, it } from 'vitest';
import { allows, floorOf } from '../house.ts';
import { importsOf, members } from '../imports.ts';

const ours = (name: string): boolean => name === 'nopage' || name.startsWith('@nopage/');

describe('arrows point down', () => {
  it.each(members().map((member) => [member.name, member] as const))('%s stands on a floor and imports only from below', (_name, member) => {
    expect(floorOf(member.name)).toBeGreaterThanOrEqual(0);
    const wrong = importsOf(member)
      .filter((i) => i.of.startsWith('.') || (ours(i.of) && !allows(member.name, i.of)))
      .map((i) => `${i.file}:${i.line} imports ${i.specifier}`);
    expect(wrong).toEqual([]);
  });

  it.each(members().map((member) => [member.name, member] as const))('%s declares what it imports of the family, and no more', (_name, member) => {
    const used = new Set(importsOf(member).map((i) => i.of).filter((name) => ours(name) && name !== member.name));
    expect(member.dependencies.filter(ours).sort()).toEqual([...used].sort());
  });

  it.each([
    ['up', '@nopage/gfp', '@nopage/mm'],
    ['sideways', '@nopage/metrics', '@nopage/reporter'],
    ['to what is not of the house', '@nopage/mm', '@nopage/nowhere'],
    ['down, but past its one neighbour', '@nopage/klog', '@nopage/buddy'],
  ])('an import %s is refused', (_way, from, to) => {
    expect(allows(from, to)).toBe(false);
  });
});

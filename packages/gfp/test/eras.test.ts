import { describe, expect, it } from 'vitest';
import { decode, ERAS, eraOf, format, maskOf, parse, possibleEras, withConfig, type Era } from '../src/index.js';
import { hasShared, sharedText } from './shared.js';

interface Range {
  readonly id: string;
  readonly verified_versions: readonly string[];
  readonly bits_base: Readonly<Record<string, string>>;
  readonly compounds_base: Readonly<Record<string, string>>;
  readonly helper_masks: Readonly<Record<string, string>>;
  readonly config_dependent: readonly { readonly when: readonly string[]; readonly bits: Record<string, string>; readonly compounds: Record<string, string> }[];
  readonly printer: { readonly table?: readonly { readonly name: string; readonly mask: string }[]; readonly bits_without_a_name?: readonly string[] };
}

const ranges = hasShared ? (JSON.parse(sharedText('spec/gfp-flags.json')) as { ranges: Range[] }).ranges : [];

function eraById(id: string): Era {
  const era = ERAS.find((candidate) => candidate.id === id);
  if (era === undefined) throw new Error(`no era ${id}`);
  return era;
}

describe.skipIf(!hasShared)('the tables hold every fact of gfp-flags.json', () => {
  it.each(ranges)('$id: bits, compounds and the releases that were read', (range) => {
    const era = eraById(range.id);
    expect(era.bits).toEqual(numbers(range.bits_base));
    const { __GFP_RECLAIM: _reclaim, ...compounds } = era.compounds;
    expect(compounds).toEqual(numbers(range.compounds_base));
    for (const version of range.verified_versions) expect(eraOf(version)?.id, version).toBe(range.id);
  });

  it.each(ranges)('$id: each bit and compound by name to number and back', (range) => {
    const era = eraById(range.id);
    for (const [name, value] of Object.entries({ ...range.bits_base, ...range.compounds_base })) {
      const mask = Number(value);
      expect(parse(name, era), name).toEqual({ mask, unknown: [] });
      expect(maskOf(format(mask, era), era), name).toBe(mask);
    }
  });

  it.each(ranges)('$id: with every combination of build options', (range) => {
    for (const option of range.config_dependent) {
      const era = withConfig(eraById(range.id), option.when);
      expect(era.bits).toMatchObject(numbers(option.bits));
      expect(era.compounds).toMatchObject(numbers(option.compounds));
    }
  });

  it.each(ranges.filter((range) => range.printer.table !== undefined))('$id: the printer\'s order', (range) => {
    const era = eraById(range.id);
    expect(era.printed.names.map((name, at) => ({ name, mask: `0x${(era.printed.masks[at] ?? 0).toString(16)}` }))).toEqual(range.printer.table);
    for (const name of range.printer.bits_without_a_name ?? []) {
      const mask = era.bits[name] ?? 0;
      expect(decode(mask, era)).toEqual([`0x${mask.toString(16)}`]);
    }
  });
});

describe('eraOf', () => {
  it.each([
    ['5.15.0-91-generic', '5.15'], ['4.18.0-305.el8.x86_64', '4.18'], ['3.10.0-327.el7', '3.8'], ['6.12.117-pagealloc-A', '6.10'],
    ['2.6.32-754.el6', '2.6.31'], ['4.14.158+', '4.14'], ['6.17-rc3', '6.18'], ['linux-6.12', '6.10'], ['Linux 2.6.18', '2.6.17'],
    ['2.4.9', '2.4.9'], ['2.4.28', '2.4.17'], ['2.4.0', '2.4.0'], ['2.6.0-test9', '2.6.11'], ['7.1', '6.19'], ['4.9', '4.8'],
    ['#1 SMP PREEMPT_DYNAMIC 6.1.119-1.el9.elrepo.x86_64', '6.0'], ['5.13.19-2-pve', '5.2'], ['v6.3', '6.3'],
    ['2.4', '2.4.17'], ['2.6', '2.6.31'],
  ])('%s is of the era %s', (release, id) => {
    expect(eraOf(release)?.id).toBe(id);
  });

  it.each(['', 'linux', 'mainline', '2.2.26', '1.0', '0', '....', '4'])('%j names no era', (release) => {
    expect(eraOf(release)).toBeNull();
  });

  it.each([
    ['4.9.154', ['4.8']], ['4.14.20', ['4.14', '4.13']], ['5.13.0-19-generic', ['5.2', '5.14']], ['2.4.10', ['2.4.17', '2.4.9']], ['6.16.0', ['6.10', '6.18']],
    ['4.5.0-rc2-next-20160204', ['4.5', '4.4', '4.6']], ['6.3.0-rc7', ['6.3', '6.0']], ['2.4', ['2.4.17', '2.4.0', '2.4.9']], ['mainline', []],
  ])('%s may be of %j', (release, ids) => {
    expect(possibleEras(release).map((era) => era.id)).toEqual(ids);
  });

  it('gives every era for its own first release, in order', () => {
    expect(ERAS.map((era) => eraOf(era.since)?.id)).toEqual(ERAS.map((era) => era.id));
  });
});

describe('every era', () => {
  it.each(ERAS)('$id: each bit reads as itself and every word survives the way there and back', (era) => {
    for (const bit of Object.values(era.bits)) expect(maskOf(format(bit, era), era)).toBe(bit);
    let word = 1;
    for (let round = 0; round < 400; round++) {
      word = (Math.imul(word, 1664525) + 1013904223) >>> 0;
      expect(maskOf(format(word, era), era)).toBe(word);
    }
  });
});

function numbers(table: Readonly<Record<string, string>>): Record<string, number> {
  return Object.fromEntries(Object.entries(table).map(([name, value]) => [name, Number(value)]));
}

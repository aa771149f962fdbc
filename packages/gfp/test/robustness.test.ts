import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ERAS, eraOf, format, maskOf, parse, parseRelease, permits, possibleEras, readMode, watermarkRulesOf, zoneSetupRulesOf } from '../src/index.js';

const anyText = fc.oneof(
  fc.string({ maxLength: 80 }),
  fc.array(fc.constantFrom('2.', '6', '4.18', '.', '-rc', 'el8', '0x', 'GFP_KERNEL', '__GFP_COMP', '|', '|0x1000000', '__proto__', ' ', '+', '-next-'), { maxLength: 12 }).map((parts) => parts.join('')),
);
const anyMask = fc.integer({ min: 0, max: 0xffffffff });
const anyEra = fc.constantFrom(...ERAS);

describe('whatever a log holds', () => {
  it('reading a release never throws, and names an era exactly when there are rules', () => {
    fc.assert(fc.property(anyText, (text) => {
      const era = eraOf(text);
      expect(possibleEras(text)[0] ?? null).toBe(era);
      expect(watermarkRulesOf(text)?.era ?? null).toBe(era);
      expect(zoneSetupRulesOf(text) === null).toBe(parseRelease(text) === null);
    }), { seed: 4, numRuns: 500 });
  });

  it('reading a flag word never throws and keeps its number', () => {
    fc.assert(fc.property(anyMask, fc.option(anyText), fc.option(anyText), (mask, text, release) => {
      const reading = readMode({ mask, text, release });
      expect(reading.mask).toBe(mask);
      expect(reading.names === null).toBe(reading.from === 'ambiguous');
      expect(reading.candidates.length).not.toBe(1);
    }), { seed: 5, numRuns: 300 });
  });

  it('parsing names never throws and gives back what it did not understand', () => {
    fc.assert(fc.property(anyText, anyEra, (text, era) => {
      const { mask, unknown } = parse(text, era);
      expect(mask).toBe(mask >>> 0);
      for (const word of unknown) expect(text).toContain(word);
    }), { seed: 6, numRuns: 500 });
  });

  it('any word of any era survives the way to text and back, and the printed pair is consistent with its kernel', () => {
    fc.assert(fc.property(anyMask, anyEra, (mask, era) => {
      const text = format(mask, era);
      expect(maskOf(text, era)).toBe(mask);
      expect(readMode({ mask, text, release: era.read[0] ?? era.since }).consistent).toBe(true);
      expect(permits(mask, era).warn).toBe((mask & (era.bits['__GFP_NOWARN'] ?? 0)) === 0);
    }), { seed: 7, numRuns: 500 });
  });

  it('a long text takes time in proportion to its length', () => {
    const long = '9.'.repeat(50_000) + '|__GFP_COMP'.repeat(10_000) + '-rc'.repeat(10_000);
    expect(parse(long, ERAS[0]!).mask).toBe(0);
    expect(eraOf(long)).not.toBeUndefined();
  });
});

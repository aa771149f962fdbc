import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { FailureEvent } from '@nopage/gfp';
import { parseLog } from '@nopage/klog';
import { describe, expect, it } from 'vitest';
import { explain, type Cause } from '../src/index.js';

const RECORDINGS = new URL('../../../../shared/kernel/', import.meta.url);
const FIXTURES = new URL('fixtures/', import.meta.url);

/** What a 6.12 kernel was made to refuse, by the name of the recording, and the causes that are sound for it. */
const SOUND: readonly (readonly [RegExp, readonly Cause[]])[] = [
  [/nowait|noflags|oomvictim/, ['opportunistic', 'atomic-reserve']],
  [/atomic-dma/, ['zone-limit']],
  [/noretry|retrymayfail/, ['opportunistic']],
  [/pfmemalloc|memalloc/, ['exhausted']],
  [/too-large/, ['size']],
  [/costly/, ['exhausted', 'fragmentation']],
  [/highatomic/, ['atomic-reserve', 'highatomic-held']],
  [/atomic|high-only/, ['atomic-reserve']],
];

const isPages = ({ kind }: FailureEvent): boolean => kind === 'page-allocation-failure' || kind === 'order-too-large';

function check(name: string, text: string): void {
  const events = parseLog(text).filter(isPages);
  const expected = SOUND.find(([pattern]) => pattern.test(name))?.[1];
  expect(events.length, name).toBe(name.includes('nowarn-silent') ? 0 : 1);
  for (const event of events) {
    const explanation = explain(event);
    expect(expected, name).toContain(explanation.cause);
    // Whoever can't sleep saw the very zones that are printed: what the kernel refused, the arithmetic refuses.
    if (event.permits?.sleep === false) expect(explanation.zones.filter(({ allowed }) => allowed !== false)).toEqual([]);
  }
}

describe('failures that a recorded kernel was made to report', () => {
  it.each(readdirSync(FIXTURES))('%s has a sound cause', (file) => {
    check(file, readFileSync(new URL(file, FIXTURES), 'utf8'));
  });

  const names = existsSync(RECORDINGS) ? ['w-A', 'w-C'].flatMap((set) => readdirSync(new URL(`${set}/`, RECORDINGS)).map((name) => `${set}/${name}`)) : [];
  it.skipIf(names.length === 0).each(names)('%s has a sound cause', (name) => {
    check(name, readFileSync(new URL(`${name}/dmesg.txt`, RECORDINGS), 'utf8'));
  });
});

describe('the arithmetic, step by step', () => {
  const only = (file: string): FailureEvent => {
    const event = parseLog(readFileSync(new URL(file, FIXTURES), 'utf8')).find(isPages);
    if (!event) throw new Error(file);
    return event;
  };

  it('names the mark, the discount, what is kept, and the comparison that refused', () => {
    expect(explain(only('A-w02-atomic-order0.txt')).zones.map(({ name, reason, steps }) => [name, reason, ...steps])).toMatchInlineSnapshot(`
      [
        [
          "DMA",
          "below-watermark",
          "min is 69 pages; this caller may go down to 27",
          "34 more are kept from requests that could use a higher zone: more than 61 must be left",
          "free 33 > 61 is false",
        ],
        [
          "DMA32",
          "below-watermark",
          "min is 148 pages; this caller may go down to 56",
          "free 48 > 56 is false",
        ],
      ]
    `);
  });

  it('names what is kept for others, and what the block itself takes', () => {
    expect(explain(only('A-w33-256M-highatomic-order4.txt')).zones.map(({ name, reason, steps, largestOrder }) => [name, reason, largestOrder, ...steps])).toMatchInlineSnapshot(`
      [
        [
          "DMA",
          "below-watermark",
          -1,
          "min is 128 pages; this caller may go down to 48",
          "224 more are kept from requests that could use a higher zone: more than 272 must be left",
          "269 free, less 15 for the rest of the block: 254 count",
          "free 254 > 272 is false",
        ],
        [
          "DMA32",
          "below-watermark",
          -1,
          "min is 1919 pages; this caller may go down to 720",
          "720 free, less 15 for the rest of the block: 705 count",
          "free 705 > 720 is false",
        ],
      ]
    `);
  });

  it('tells a block that is missing from an amount that is', () => {
    expect(explain(only('A-w17-fragmented-order7-user-noretry.txt')).zones.map(({ name, reason, steps, largestOrder }) => [name, reason, largestOrder, ...steps])).toMatchInlineSnapshot(`
      [
        [
          "DMA",
          "no-suitable-block",
          0,
          "min is 69 pages",
          "34 more are kept from requests that could use a higher zone: more than 103 must be left",
          "1856 free, less 127 for the rest of the block: 1729 count",
          "free 1729 > 103",
          "no block of order 7 or above that the request may use",
        ],
        [
          "DMA32",
          "no-suitable-block",
          0,
          "min is 148 pages",
          "3454 free, less 127 for the rest of the block: 3327 count",
          "free 3327 > 148",
          "no block of order 7 or above that the request may use",
        ],
      ]
    `);
  });

  it('tells what is free where the request may not go', () => {
    expect(explain(only('A-w32-zonemovable-atomic-order0.txt')).why).toMatchInlineSnapshot(`
      [
        "The caller can not wait for memory to be freed, and in every zone the part of the reserve it may use was gone.",
        "DMA32: 0 pages free for this request, more than 75 needed.",
        "11207 pages are free in zones or on nodes that it may not use (zone Movable holds no kernel data).",
        "The zones were printed after the refusal, so this is consistent with the report rather than proven by it.",
      ]
    `);
  });
});

import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { kernelText, parseLog } from '../src/index.js';
import { fixture, hasCorpus, sharedPath } from './shared.js';

/** A small generator of its own (xorshift32), so that a failing run can be had again from its number. */
function random(seed: number): (below: number) => number {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const SPLICES = ['page allocation failure: order:', '\n', '=\n', '\r\n', '\0', '[<', '(', ')', '> > ', ': ', 'Mem-Info:\n', '0x', '#012', ' Node 0 DMA free:', '1*4kB ', '\u001b[1m', '99999999999999999999', '-', '__proto__:1kB', 'constructor:1kB'];

function mutate(bytes: Uint8Array, next: (below: number) => number): Uint8Array {
  let text = Buffer.from(bytes);
  for (let change = 0; change <= next(12); change++) {
    const at = next(text.length + 1);
    switch (next(5)) {
      case 0:
        if (at < text.length) text[at] = next(256);
        break;
      case 1:
        text = Buffer.concat([text.subarray(0, at), text.subarray(Math.min(text.length, at + next(200)))]);
        break;
      case 2:
        text = Buffer.concat([text.subarray(0, at), Buffer.from(SPLICES[next(SPLICES.length)] ?? ''), text.subarray(at)]);
        break;
      case 3: {
        const from = next(text.length + 1);
        text = Buffer.concat([text.subarray(0, at), text.subarray(from, from + next(2000)), text.subarray(at)]);
        break;
      }
      default:
        text = text.subarray(0, at);
    }
  }
  return text;
}

const FIXTURES = ['w02-6.12-A.txt', 'w33-6.12-C.txt', 'w14-6.12-A.txt', 'w12-6.12-A.txt', 'f28-6.12-A.txt', 'f31-6.12-A.txt', 'oom1-6.12-A.txt'];

describe('any bytes at all', () => {
  it('never throws, and gives events that are plain data and can be printed', () => {
    const seeds: Uint8Array[] = FIXTURES.map(fixture);
    if (hasCorpus) for (const file of readdirSync(sharedPath('corpus/logs'))) seeds.push(readFileSync(sharedPath(`corpus/logs/${file}`)));
    for (let run = 0; run < 1500; run++) {
      const next = random(run * 2_654_435_761 + 1);
      const bytes = mutate(seeds[next(seeds.length)] ?? new Uint8Array(), next);
      for (const event of parseLog(bytes)) {
        expect(JSON.parse(JSON.stringify(event)), `run ${run}`).toEqual(JSON.parse(JSON.stringify(structuredClone(event))));
        expect(typeof kernelText(event, { stack: true })).toBe('string');
        expect(event.source?.line).toBeGreaterThan(0);
      }
    }
  });

  it('takes pure noise', () => {
    const next = random(7);
    for (let run = 0; run < 50; run++) expect(() => parseLog(Uint8Array.from({ length: 20_000 }, () => next(256)))).not.toThrow();
  });
});

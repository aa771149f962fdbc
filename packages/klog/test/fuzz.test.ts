import type { FailureEvent } from '@nopage/gfp';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { kernelText, LogParser, parseLog } from '../src/index.js';
import { mutate, random } from './mutate.js';
import { fixture, hasCorpus, sharedPath } from './shared.js';

const FIXTURES = ['w02-6.12-A.txt', 'w33-6.12-C.txt', 'w14-6.12-A.txt', 'w12-6.12-A.txt', 'f28-6.12-A.txt', 'f31-6.12-A.txt', 'oom1-6.12-A.txt'];
const RUNS = 600;
/** The reliability run goes on for so long: `NOPAGE_FUZZ_SECONDS=600 npx vitest run packages/klog/test/fuzz.test.ts`. */
const SECONDS = Number(process.env['NOPAGE_FUZZ_SECONDS'] ?? 0);

function inPieces(bytes: Uint8Array, next: (below: number) => number): FailureEvent[] {
  const parser = new LogParser();
  parser.orient(bytes);
  const events: FailureEvent[] = [];
  for (let at = 0; at < bytes.length;) {
    const piece = 1 + next(3000);
    events.push(...parser.push(bytes.subarray(at, at + piece)));
    at += piece;
  }
  return [...events, ...parser.flush()];
}

describe('any bytes at all', () => {
  it('never throws, gives the same events however the log comes in pieces, and they are plain data and can be printed', () => {
    const seeds: Uint8Array[] = FIXTURES.map(fixture);
    if (hasCorpus) for (const file of readdirSync(sharedPath('corpus/logs'))) seeds.push(readFileSync(sharedPath(`corpus/logs/${file}`)));
    const end = performance.now() + SECONDS * 1000;
    for (let run = 0; run < RUNS || performance.now() < end; run++) {
      const next = random(run * 2_654_435_761 + 1);
      const bytes = mutate(seeds[next(seeds.length)] ?? new Uint8Array(), next);
      const events = parseLog(bytes);
      const data = JSON.stringify(events);
      expect(JSON.stringify(structuredClone(events)) === data, `run ${run}: plain data`).toBe(true);
      expect(JSON.stringify(inPieces(bytes, next)) === data, `run ${run}: in pieces`).toBe(true);
      for (const event of events) {
        expect(typeof kernelText(event, { stack: true })).toBe('string');
        expect(event.source?.line).toBeGreaterThan(0);
      }
    }
  }, (SECONDS + 120) * 1000);

  it('takes pure noise', () => {
    const next = random(7);
    for (let run = 0; run < 50; run++) expect(() => parseLog(Uint8Array.from({ length: 20_000 }, () => next(256)))).not.toThrow();
  });
});

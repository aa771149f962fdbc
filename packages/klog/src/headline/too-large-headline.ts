import { NOTHING_TOLD, type Headline } from './headline.js';
import { numberOf } from './numbers.js';

// Built in a folder of its own, a kernel names its files by their whole paths.
const TOO_LARGE = /WARNING: (?:CPU: (\d+) PID: (\d+) )?at (?:\/\S{1,200}\/)?mm\/page_alloc\.c:(\d+),? ?(__alloc_(?:pages|frozen_pages)\w*)(?=[.+(\s]|$)/;

// The words of a WARN changed their order in 6.19.
const TOO_LARGE_6_19 = /WARNING: (?:\/\S{1,200}\/)?mm\/page_alloc\.c:(\d+) at (__alloc_(?:pages|frozen_pages)\w*)[^,]*(?:, CPU#(\d+): (.{1,16})\/(\d+)|$)/;

/** The WARN of an order that no kernel serves. */
export function tooLargeHeadline(text: string): Headline | null {
  const since = TOO_LARGE_6_19.exec(text);
  if (since !== null) return { ...NOTHING_TOLD, kind: 'order-too-large', comm: since[4] ?? null, pid: numberOf(since[5]), cpu: numberOf(since[3]), detail: { function: since[2] ?? '', sourceLine: Number(since[1]) } };
  const found = TOO_LARGE.exec(text);
  if (found === null) return null;
  return { ...NOTHING_TOLD, kind: 'order-too-large', pid: numberOf(found[2]), cpu: numberOf(found[1]), detail: { function: found[4] ?? '', sourceLine: Number(found[3]) } };
}

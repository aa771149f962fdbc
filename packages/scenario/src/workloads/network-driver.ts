import { GFP_ATOMIC } from '@nopage/gfp';
import type { WorkloadContext } from '../scenario.js';
import type { Step } from '../step.js';

/** Bytes that a receive buffer needs beside the frame: headers, headroom and the descriptor at its end. */
const OVERHEAD_BYTES = 18 + 64 + 320;

/** The order of a receive buffer, for pages of 4 kB: 0 for frames of 1,500 bytes, 2 for jumbo frames of 9,000. */
export function bufferOrder(mtuBytes: number): number {
  let order = 0;
  while (4096 * 2 ** order < mtuBytes + OVERHEAD_BYTES) order++;
  return order;
}

/**
 * The receive side of a network driver: every poll, a few packets have come, and each takes a buffer off the ring, in
 * interrupt context, where nothing may wait. The packets go to a reader, who frees them in order and sometimes dawdles.
 * A refusal is a dropped packet, and nothing worse.
 */
export function* networkDriver({ random, parameters, firstSlot }: WorkloadContext): Generator<Step, undefined> {
  let head = 0;
  let tail = 0;
  for (;;) {
    const { mtuBytes = 1500, ringBuffers = 256, burstPackets = 32 } = parameters;
    const order = bufferOrder(mtuBytes);
    // Traffic comes in waves: mostly a trickle, now and then a full burst.
    const packets = 1 + (random.next() < 0.1 ? burstPackets : random.below(Math.ceil(burstPackets / 4)));
    for (let i = 0; i < packets; i++) {
      yield { op: 'alloc', slot: firstSlot + (head % SLOTS), order, gfp: GFP_ATOMIC, site: 'skb_alloc', comm: 'ksoftirqd/0' };
      head++;
    }
    const dawdles = random.next() < 0.2;
    const keep = dawdles ? ringBuffers * 2 : ringBuffers;
    while (head - tail > keep) {
      yield { op: 'free', slot: firstSlot + (tail % SLOTS) };
      tail++;
    }
    yield { op: 'tick', ms: 1 };
  }
}

/** More than any ring keeps: a slot is used again only after it was freed. */
const SLOTS = 2 ** 16;

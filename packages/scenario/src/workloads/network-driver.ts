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

/** More than any ring and queue keep: a slot is used again only after it was freed. */
const SLOTS = 2 ** 16;

/**
 * The receive side of a network driver: every poll, a few packets have come, and each takes a buffer off the ring, in
 * interrupt context, where nothing may wait. The packets go to a reader, who frees them in order. Now and then the
 * reader is busy elsewhere, and packets queue up: that is when memory gets short faster than anybody can reclaim it. A
 * refusal is a dropped packet, and nothing worse.
 */
export function* networkDriver({ random, parameters, firstSlot }: WorkloadContext): Generator<Step, undefined> {
  let head = 0;
  let tail = 0;
  let busyMs = 0;
  for (;;) {
    const { mtuBytes = 1500, ringBuffers = 256, burstPackets = 64, queuePackets = 1024 } = parameters;
    const order = bufferOrder(mtuBytes);
    // Traffic comes in waves: mostly a trickle, now and then a full burst.
    const packets = 1 + (random.next() < 0.1 ? burstPackets : random.below(Math.ceil(burstPackets / 4)));
    for (let i = 0; i < packets; i++) {
      yield { op: 'alloc', slot: firstSlot + (head % SLOTS), order, gfp: GFP_ATOMIC, site: 'skb_alloc', comm: 'ksoftirqd/0' };
      head++;
    }
    if (busyMs > 0) busyMs--;
    else if (random.next() < 0.01) busyMs = 10 + random.below(90);
    const keep = ringBuffers + (busyMs > 0 ? queuePackets : 0);
    while (head - tail > keep) {
      yield { op: 'free', slot: firstSlot + (tail % SLOTS) };
      tail++;
    }
    yield { op: 'tick', ms: 1 };
  }
}

import type { Parameter } from './parameter.js';
import type { Workload } from './scenario.js';
import { checkerboard } from './workloads/checkerboard.js';
import { churn } from './workloads/churn.js';
import { hog } from './workloads/hog.js';
import { networkDriver } from './workloads/network-driver.js';
import { noisyAndRare } from './workloads/noisy-and-rare.js';
import { pageCache } from './workloads/page-cache.js';

/** A workload that can be called by name, with the parameters it reads. */
export interface NamedWorkload {
  readonly start: Workload;
  readonly parameters: Readonly<Record<string, Parameter>>;
}

export type WorkloadName = 'network-driver' | 'page-cache' | 'churn' | 'checkerboard' | 'hog' | 'noisy-and-rare';

/** The workloads that scenarios are made of. */
export const workloads: Readonly<Record<WorkloadName, NamedWorkload>> = {
  'network-driver': {
    start: networkDriver,
    parameters: {
      mtuBytes: { value: 1500, min: 68, max: 65_535, help: 'Bytes of a network frame: 1500 needs one page a buffer, 9000 needs four in a row.' },
      ringBuffers: { value: 256, min: 1, max: 16_384, help: 'Buffers that the driver keeps filled.' },
      queuePackets: { value: 1024, min: 0, max: 32_768, help: 'Packets that may wait for a busy reader.' },
      burstPackets: { value: 64, min: 1, max: 4096, help: 'Packets that arrive at once at the height of a wave.' },
    },
  },
  'page-cache': {
    start: pageCache,
    parameters: { cachePressurePercent: { value: 100, min: 0, max: 100, help: 'Share of memory that files would fill if they could.' } },
  },
  churn: {
    start: churn,
    parameters: { churnPercent: { value: 10, min: 0, max: 50, help: "Share of memory that the kernel's own objects fill on average." } },
  },
  checkerboard: {
    start: checkerboard,
    parameters: { gapPages: { value: 2, min: 2, max: 512, help: 'One page in so many is freed.' } },
  },
  hog: { start: hog, parameters: {} },
  'noisy-and-rare': {
    start: noisyAndRare,
    parameters: {
      noisyMeanMs: { value: 10, min: 1, max: 1e6, help: 'Mean time between failures of the noisy caller.' },
      rareMeanMs: { value: 60_000, min: 1, max: 1e9, help: 'Mean time between failures of the rare caller.' },
    },
  },
};

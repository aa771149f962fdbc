import type { Advice } from '../explanation.js';

/** More room for contiguous buffers of drivers: for blocks of `bytes`, where the area has `areaBytes`, 0 for not known. */
export function largerCma(bytes: number, areaBytes = 0): Advice[] {
  return [{
    id: 'cma-size', for: 'operator', text: 'Make the area for contiguous memory (CMA) larger, or have the driver take its buffer early.', command: 'grep Cma /proc/meminfo',
    persist: `cma=${areaMib(Math.max(bytes, areaBytes))}M on the kernel command line (or the linux,cma node of the device tree), where CmaTotal is less`, cost: 'less memory for kernel data, which can not live in it', verify: 'CmaFree stays above the size of the buffer',
  }];
}

/** What is free of the area would do, were it not for pages that programs have in it. */
export function earlyBuffer(): Advice[] {
  return [{
    id: 'cma-early', for: 'operator', text: 'The area is large enough: have the driver take its buffer early, before programs have pages in it, or try again a moment later.',
    verify: 'the device works, and the line does not come back',
  }];
}

/** Twice that, as a power of two and no less than is usual. */
const areaMib = (bytes: number): number => Math.max(256, 2 ** Math.ceil(Math.log2((2 * bytes) / (1 << 20))));

import type { Advice } from '../explanation.js';

/** More room for contiguous buffers of drivers. */
export function largerCma(bytes: number): Advice[] {
  return [{
    id: 'cma-size', for: 'operator', text: 'Make the area for contiguous memory (CMA) larger, or have the driver take its buffer early.', command: 'grep Cma /proc/meminfo',
    persist: `cma=${areaMib(bytes)}M on the kernel command line (or the linux,cma node of the device tree), where CmaTotal is less`, cost: 'less memory for kernel data, which can not live in it', verify: 'CmaFree stays above the size of the buffer',
  }];
}

/** Room for the block twice over, as a power of two and no less than is usual. */
const areaMib = (bytes: number): number => Math.max(256, 2 ** Math.ceil(Math.log2((2 * bytes) / (1 << 20))));

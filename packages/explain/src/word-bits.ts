import type { FailureEvent } from '@nopage/gfp';

/** How wide the kernel's addresses are, by its architecture or by a zone that only 64-bit kernels have; null when neither tells. */
export function wordBits({ arch, zones }: Pick<FailureEvent, 'arch' | 'zones'>): 32 | 64 | null {
  if (zones.some(({ name }) => name === 'DMA32') || (arch !== null && /^(?:\w*64\w*|s390x?|riscv|alpha)$/.test(arch))) return 64;
  return zones.some(({ name }) => name === 'HighMem') || (arch !== null && /^(?:x86|i[3-6]86|arm|xtensa|csky)$/.test(arch)) ? 32 : null;
}

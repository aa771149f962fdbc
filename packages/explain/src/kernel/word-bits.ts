import type { FailureEvent } from '@nopage/gfp';

/** How wide the kernel's addresses are, by its architecture, by a zone that only 64-bit kernels have, or by a size that only they can print; null when none tells. */
export function wordBits({ arch, zones, bytes }: Pick<FailureEvent, 'arch' | 'zones' | 'bytes'>): 32 | 64 | null {
  if ((bytes ?? 0) >= 2 ** 32 || zones.some(({ name }) => name === 'DMA32') || (arch !== null && /^(?:\w*64\w*|s390x?|riscv|alpha)$/.test(arch))) return 64;
  return zones.some(({ name }) => name === 'HighMem') || (arch !== null && /^(?:x86|i[3-6]86|arm|xtensa|csky)$/.test(arch)) ? 32 : null;
}

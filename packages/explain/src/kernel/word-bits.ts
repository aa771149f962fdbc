import type { FailureEvent } from '@nopage/gfp';

const ONLY_64 = /^(?:\w*64\w*|s390x?|riscv|alpha)$/;
const X86_32 = /^(?:x86|i[3-6]86)$/;
const ONLY_32 = /^(?:arm|xtensa|csky)$/;
/** Kernels of either width go by these names. */
const EITHER = /^(?:mips|ppc|parisc)$/;

/** Is it the 32-bit architecture of a PC? */
export const isX86Of32Bit = (arch: string): boolean => X86_32.test(arch);

/** May a kernel of that architecture have addresses of 32 bits? */
export const mayBe32Bit = (arch: string): boolean => isX86Of32Bit(arch) || ONLY_32.test(arch) || EITHER.test(arch);

/** How wide the kernel's addresses are, by its architecture, by a zone that only 64-bit kernels have, or by a size that only they can print; null when none tells. */
export function wordBits({ arch, zones, bytes }: Pick<FailureEvent, 'arch' | 'zones' | 'bytes'>): 32 | 64 | null {
  if ((bytes ?? 0) >= 2 ** 32 || zones.some(({ name }) => name === 'DMA32') || (arch !== null && ONLY_64.test(arch))) return 64;
  return zones.some(({ name }) => name === 'HighMem') || (arch !== null && (isX86Of32Bit(arch) || ONLY_32.test(arch))) ? 32 : null;
}

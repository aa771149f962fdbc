import { vmallocBytes, vmallocReason } from '../event-detail.js';
import type { Advice } from '../explanation.js';
import { isX86Of32Bit, wordBits } from '../kernel/word-bits.js';
import type { Rule } from '../rule.js';
import { sizeText } from '../words.js';

const MODULE_SPACE: readonly Advice[] = [
  { id: 'module-space', for: 'operator', text: 'Load fewer or smaller modules, build the large ones in, switch the BPF JIT off (it uses the same range), and leave KASAN out or in outline mode.', command: 'sysctl -w net.core.bpf_jit_enable=0', verify: '`cat /proc/modules` adds up to less, and the module loads' },
  { id: 'module-plts', for: 'developer', text: 'If the kernel is yours: build it with CONFIG_ARM_MODULE_PLTS (or the like for your architecture), so that modules may also live in the vmalloc area.' },
];

const VMALLOC_SPACE: Advice = {
  id: 'vmalloc-space', for: 'operator', text: 'Give the vmalloc area more addresses (vmalloc= on 32-bit x86 and ARM), or use a 64-bit kernel, where they do not run out.',
  command: 'grep Vmalloc /proc/meminfo', persist: 'vmalloc=512M on the kernel command line', cost: 'as much less directly mapped memory on a 32-bit kernel', verify: 'VmallocUsed stays well below VmallocTotal',
};

const FIND_VMALLOC: Advice = { id: 'find-vmalloc', for: 'operator', text: 'See who holds the area; a growing entry is a leak.', command: 'sort -k2 -n -r /proc/vmallocinfo | head' };

/** There is memory, but no addresses left to map it at. */
export const vmallocSpace: Rule = {
  name: 'vmalloc-space',
  source: 'mm/vmalloc.c, __vmalloc_node_range_noprof(), v6.12; arch/x86/include/asm/pgtable_32_areas.h, MODULES_VADDR, v6.12; Documentation/arch/x86/x86_64/mm.rst, v6.12',
  applies(event, facts) {
    if (event.kind !== 'vmalloc-failure') return null;
    const reason = vmallocReason(event);
    const module = facts.path?.role === 'module-load' || facts.frames.all.some((name) => /^module_alloc|^bpf_jit/.test(name));
    const { asked, had } = vmallocBytes(event);
    if (reason.includes('failed to allocate') || had !== null) return null;
    const says = reason.includes('vm_struct allocation failed');
    const size = asked === null ? 'the size' : sizeText(asked);
    const bits = wordBits(event);
    // No module is a gigabyte.
    const huge = bits === 64 && asked !== null && asked >= 2 ** 30;
    // On 32-bit x86 modules live in the vmalloc area itself.
    const shared = bits !== 64 && (event.arch === null || isX86Of32Bit(event.arch));
    return {
      cause: 'vmalloc-space', severity: facts.path?.harm === 'absorbed' ? 'watch' : 'act', confidence: says ? 'computed' : 'inferred',
      why: [
        `No gap of ${size} was left in the range of addresses for ${module ? 'modules' : bits === 64 ? 'what asked' : 'vmalloc'}; this has nothing to do with free memory.`,
        ...(huge ? ['A 64-bit kernel has terabytes of addresses for vmalloc, but a gap as large as this only where nothing was mapped in between.'] : []),
        ...(bits === 64 && !huge && !module ? ['A 64-bit kernel has terabytes of addresses for vmalloc; what runs out is the small range for modules and for compiled BPF programs.'] : []),
        ...(module && bits !== 64 ? [`On 32-bit ARM, PowerPC and the like that range is small (16 MB on ARM), and vmalloc= does not enlarge it${shared ? '; on 32-bit x86 it does' : ''}.`] : []),
        ...(facts.kasan ? ['KASAN shadow memory takes a part of the range.'] : []),
      ],
      advice: huge ? [FIND_VMALLOC] : module || bits === 64 ? [...MODULE_SPACE, ...(shared ? [VMALLOC_SPACE] : [])] : [VMALLOC_SPACE, FIND_VMALLOC, ...(bits === null ? MODULE_SPACE : [])],
    };
  },
};

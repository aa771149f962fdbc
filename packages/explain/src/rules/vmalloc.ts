import type { FailureEvent } from '@nopage/gfp';
import type { Facts } from '../facts.js';
import type { Rule } from '../rule.js';
import { ownFrames } from '../call-path.js';
import { sizeText } from '../words.js';

const SOURCE = 'mm/vmalloc.c, __vmalloc_node_range_noprof(), v6.12';

function reasonOf(event: FailureEvent): string {
  const reason = event.detail['why'];
  return typeof reason === 'string' ? reason : '';
}

/** Bytes asked of vmalloc. */
function vmallocBytes(event: FailureEvent): number | null {
  return event.bytes;
}

function totalBytes({ memory, pageBytes }: Facts): number | null {
  return memory.managedPages === null ? null : memory.managedPages * pageBytes;
}

/** 0 bytes, more than there is RAM, or a negative number read as unsigned: the size itself is the fault. */
export const vmallocSize: Rule = {
  name: 'vmalloc-size',
  source: SOURCE,
  applies(event, facts) {
    if (event.kind !== 'vmalloc-failure') return null;
    const bytes = vmallocBytes(event);
    const total = totalBytes(facts);
    const exceeds = reasonOf(event).includes('exceeds total pages');
    const is32bit = event.arch !== null && /^(?:x86|i[3-6]86|arm|mips|ppc|xtensa|csky)$/.test(event.arch);
    const absurd = bytes !== null && (bytes === 0 || bytes >= 2 ** 47 || (bytes >= 2 ** 31 && (is32bit || facts.release === null || facts.release.major < 4)));
    const tooLarge = bytes !== null && total !== null && total > 0 && bytes > total;
    if (!exceeds && !absurd && !tooLarge) return null;
    const why = bytes === 0
      ? 'The code asked for 0 bytes: its size was never set, or overflowed.'
      : bytes !== null && bytes >= 2 ** 63
        ? `The size, ${BigInt(bytes)}, is a negative number read as unsigned: an integer overflow in the code that asked.`
        : `The code asked for ${bytes === null ? 'more' : sizeText(bytes)}, more than the machine ${total === null ? 'can have' : `has (${sizeText(total)})`}: the size is wrong, not the memory.`;
    return {
      cause: 'size', severity: 'watch', confidence: exceeds || tooLarge ? 'computed' : 'inferred',
      why: [why], means: 'What asked for it fails every time until its size is right; the machine is not short of memory.',
      advice: [{ id: 'bound-size', for: 'developer', text: 'If the code is yours: check how the size is computed (types, overflow, a value from a device or from user space) and refuse what makes no sense.' }],
    };
  },
};

/** There is memory, but no addresses left to map it at. */
export const vmallocSpace: Rule = {
  name: 'vmalloc-space',
  source: SOURCE,
  applies(event, facts) {
    if (event.kind !== 'vmalloc-failure') return null;
    const reason = reasonOf(event);
    const { frames } = ownFrames(event.stack);
    const module = facts.path?.role === 'module-load' || frames.some((name) => /^module_alloc|^bpf_jit/.test(name));
    const partly = event.detail['allocatedBytes'];
    if (reason.includes('failed to allocate pages') || (typeof partly === 'number' && partly >= 0)) return null;
    const says = reason.includes('vm_struct allocation failed');
    const size = event.bytes === null ? 'the size' : sizeText(event.bytes);
    return {
      cause: 'vmalloc-space', severity: facts.path?.harm === 'absorbed' ? 'watch' : 'act', confidence: says ? 'computed' : 'inferred',
      why: [
        `No gap of ${size} was left in the range of addresses for ${module ? 'modules' : 'vmalloc'}; this has nothing to do with free memory.`,
        ...(module ? ['On 32-bit ARM, PowerPC and the like that range is small (16 MB on ARM), and vmalloc= does not enlarge it.'] : []),
        ...(event.stack.some((frame) => /kasan|asan_/.test(frame)) ? ['KASAN shadow memory takes a part of the range.'] : []),
      ],
      advice: module
        ? [
          { id: 'module-space', for: 'operator', text: 'Load fewer or smaller modules, build the large ones in, switch the BPF JIT off (it uses the same range), and leave KASAN out or in outline mode.', command: 'sysctl -w net.core.bpf_jit_enable=0', verify: '`cat /proc/modules` adds up to less, and the module loads' },
          { id: 'module-plts', for: 'developer', text: 'Build with CONFIG_ARM_MODULE_PLTS (or the like for your architecture), so that modules may also live in the vmalloc area.' },
        ]
        : [
          { id: 'vmalloc-space', for: 'operator', text: 'Give the vmalloc area more addresses (vmalloc= on 32-bit x86 and ARM), or use a 64-bit kernel, where they do not run out.', command: 'grep Vmalloc /proc/meminfo', persist: 'vmalloc=512M on the kernel command line', cost: 'as much less directly mapped memory on a 32-bit kernel', verify: 'VmallocUsed stays well below VmallocTotal' },
          { id: 'find-vmalloc', for: 'operator', text: 'See who holds the area; a growing entry is a leak.', command: 'sort -k2 -n -r /proc/vmallocinfo | head' },
        ],
    };
  },
};

/** There were addresses, but not all the pages. */
export const vmallocPages: Rule = {
  name: 'vmalloc-pages',
  source: SOURCE,
  applies(event, facts) {
    if (event.kind !== 'vmalloc-failure') return null;
    if (/page order [1-9]/.test(reasonOf(event)) || event.permits?.retry === 'noretry') {
      return {
        cause: 'opportunistic', severity: 'benign', confidence: 'inferred',
        why: ['vmalloc tried large pages (or was told not to try hard) and did not get them; it goes on with single pages.'],
        means: 'Nothing fails unless an error of the caller follows.', advice: [],
      };
    }
    const partly = event.detail['allocatedBytes'];
    const size = event.bytes === null ? 'the pages' : `all of ${sizeText(event.bytes)}`;
    return {
      cause: 'exhausted', severity: 'act', confidence: 'inferred',
      why: [`vmalloc could not get ${size}${typeof partly === 'number' ? ` (it had ${sizeText(partly)} when memory ran out)` : ''}: the machine ran out of single pages, or the task was being killed.`],
      advice: [{ id: 'find-consumer', for: 'operator', text: `Find what holds the memory${facts.memory.managedPages === null ? '' : ` of ${sizeText(facts.memory.managedPages * facts.pageBytes)}`}, or ask for less at once.`, command: 'ps -eo pid,rss,comm --sort=-rss | head; slabtop -o -s c | head' }],
    };
  },
};

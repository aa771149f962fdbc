interface Evidence {
  readonly arch: string;
  readonly pattern: RegExp;
  /** Evidence in a log of 2.6 only: a younger architecture has taken the same addresses. */
  readonly old?: true;
}

// A release names its architecture in the way of its distribution: Red Hat, SUSE, Debian, Arch, Raspberry Pi.
const RELEASES: readonly Evidence[] = [
  { arch: 'x86_64', pattern: /x86_64|-amd64|microsoft-standard-WSL2/ },
  { arch: 'x86', pattern: /i[3-6]86|-686(?:-pae)?$|generic-pae|android-x86/ },
  { arch: 'arm64', pattern: /aarch64|-arm64|-v8\+|-(?:generic|nvidia|lowlatency)-64k\b/ },
  { arch: 'arm', pattern: /armv[5-8]|-v7l?\+|armhf|-armmp/ },
  { arch: 'ppc', pattern: /ppc64(?:le|el)?|powerpc|PMacG[345]/ },
  { arch: 's390', pattern: /s390x?/ },
  { arch: 'riscv', pattern: /riscv(?:64)?/ },
];

// What only one architecture's trace or registers can print.
const LINES: readonly Evidence[] = [
  { arch: 'riscv', pattern: /\[<ffffffff8[0-9a-f]{7}>\] (?:dump_backtrace|walk_stackframe)\+/ },
  { arch: 'x86_64', pattern: /\[<ffffffff80[0-9a-f]{6}>\]|\bffffffff80[0-9a-f]{6}\b/, old: true },
  { arch: 'x86_64', pattern: /\[<ffffffff(?!80)[0-9a-f]{8}>\]|\bffffffff(?!80)[89a-f][0-9a-f]{7}\b|\bRIP: |\bentry_SYSCALL_64|\bdo_syscall_64|\bR1[0-5]: [0-9a-f]{16}|\bx86_64_start_|\bsystem_call_fastpath|asm_(?:sysvec|exc)_/ },
  { arch: 'x86', pattern: /\[<[cdf][0-9a-f]{7}>\] (?:\? )?\w+\+0x|\bEIP: |\bEAX: |\bsysenter_(?:do_call|past_esp)|\bstartup_32\b/ },
  { arch: 'arm64', pattern: /\[<ffffff[89bc][0-9a-f]{9}>\]|\bel[01]t?_?(?:sync|svc|irq|da|64)\w*\b|__arm64_sys_|\bpstate ?:/ },
  { arch: 'arm', pattern: /\bunwind_backtrace\b|\bret_fast_syscall\b|\bFunction entered at\b|\b__irq_svc\b|\bvector_swi\b/ },
  { arch: 'ppc', pattern: /\[c[0-9a-f]{15}\] \[[cd][0-9a-f]{15}\]|\bNIP: +[0-9a-f]{8,16}|\bGPR\d\d:|\[[cd][0-9a-f]{7}\] \[[cd][0-9a-f]{7}\]/ },
  { arch: 'mips', pattern: /\[<8[0-9a-f]{7}>\] (?:\? )?\w+\+0x|\bstack_done\b|\bhandle_sys(?:64|_wrap)?\b|\bsyscall_common\b/ },
  { arch: 'riscv', pattern: /\[<ffffffe0[0-9a-f]{8}>\]|\bret_from_exception\b.*|\bepc ?: [0-9a-f]{16}/ },
  { arch: 's390', pattern: /\bKrnl PSW\b|\(\[<[0-9a-f]{16}>\]/ },
  { arch: 'xtensa', pattern: /\bdo_interrupt_entry\b|\bcommon_exception\b|\b_DoubleExceptionVector\b/ },
  { arch: 'csky', pattern: /\bcsky_/ },
  // decode_stacktrace.sh puts the file of each function behind it.
  { arch: 'arm64', pattern: /\barch\/arm64\// },
  { arch: 'arm', pattern: /\barch\/arm\// },
  { arch: 'riscv', pattern: /\barch\/riscv\// },
  { arch: 'mips', pattern: /\barch\/mips\// },
  { arch: 'ppc', pattern: /\barch\/powerpc\// },
  { arch: 's390', pattern: /\barch\/s390\// },
  { arch: 'parisc', pattern: /\bIAOQ\[|\bparisc_|\bintr_return\b/ },
];

// Most lines betray nothing: one look tells.
const ANY_LINE = new RegExp(LINES.map(({ pattern }) => pattern.source).join('|'));

// Architectures that have one page size only; the others are told by the buddy line.
const FIXED_PAGE: Readonly<Record<string, number>> = { x86_64: 4096, x86: 4096, arm: 4096, s390: 4096, xtensa: 4096, riscv: 4096, csky: 4096, alpha: 8192 };

/** The architecture that a kernel release names; null when it names none. */
export function archOfRelease(release: string): string | null {
  return RELEASES.find(({ pattern }) => pattern.test(release))?.arch ?? null;
}

/**
 * The architecture that a line of the stack part betrays; null when it betrays none.
 *
 * @param old - The log is of 2.4 or 2.6.
 */
export function archOfLine(text: string, old: boolean): string | null {
  return ANY_LINE.test(text) ? (LINES.find((each) => (old || each.old !== true) && each.pattern.test(text))?.arch ?? null) : null;
}

/** Bytes of a page where the architecture leaves no choice; null elsewhere. */
export function fixedPageBytes(arch: string | null): number | null {
  return arch === null ? null : (FIXED_PAGE[arch] ?? null);
}

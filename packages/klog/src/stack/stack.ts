import type { KernelLine } from '../kernel-line.js';

/** One line of a call trace. */
export interface Frame {
  readonly name: string;
  /** The module that the function is in; null for the kernel's own, and as long as it may stand in a line of its own. */
  module: string | null;
  /** False for an address that was merely found on the stack (`?`, and `(unreliable)`, which may stand in a line of its own, too). */
  reliable: boolean;
}

const NAME = String.raw`[A-Za-z_.$][\w.$]*`;
const OFFSET = String.raw`\+(?:0x)?[0-9a-f]+(?:\/0x[0-9a-f]+)?`;
const MODULE = String.raw`(?:[ \t]+\[([\w-]+)[^\]]*\])?`;
const ARM = new RegExp(String.raw`^(?:\[<[0-9a-f]*>\][ \t]*)?\(?(${NAME})(?:${OFFSET})?${MODULE}\)?[ \t]+from(?:[ \t]+\[<[0-9a-f]*>?\])?(?:[ \t]*\(?(${NAME})(?:${OFFSET})?${MODULE}\)?)?$`);
// x86-64 of 2.6.18 to 2.6.26 named the module in front: `[<ffffffff88012345>] :nic:nic_open+0x1/0x2`.
const IN_FRONT = String.raw`(?::([\w-]+):)?`;
// klogd of old looked addresses up by itself: `[sys_write+143/256]`, in modules `[nic:nic_open+0x1/0x2]`.
const LOOKED_UP = String.raw`\[(?:([\w-]+):)?(${NAME})\+(?:0x)?[0-9a-f]+\/(?:0x)?[0-9a-f]+\]`;
const SYMBOLS = new RegExp(LOOKED_UP, 'g');
const ONLY_SYMBOLS = new RegExp(String.raw`^(?:Call Trace:[ \t]*)?(?:(?:\[<[0-9a-f]+>\]|${LOOKED_UP})[ \t]*)+$`);
// User-mode Linux of old put in front where on the stack it was: `6792bc08:  [<6006567e>] f+0x1/0x2`.
const PLAIN = new RegExp(String.raw`^(?:[0-9a-f]{8,16}:[ \t]+)?((?:\(?\[+<?[0-9a-fx]*>?\]+\)?[ \t]*)*)(?:${LOOKED_UP}[ \t]+)?(\?[ \t]*)?${IN_FRONT}(${NAME})${OFFSET}${MODULE}[: \t]*(\(unreliable\))?`);
const BRACED = new RegExp(String.raw`(?:<[0-9a-f]+>)?\{(?::([\w-]+):)?(${NAME})\+\d+\}`, 'g');
// i386 of 2.6.16 and 2.6.17 printed frames in columns: ` <c0134567> f+0x1/0x2  <c0145678> g+0x3/0x4 [nic]`.
const COLUMN = /(?:^|[ \t]+)<[0-9a-f]{8}>(?:[ \t]+|$)/;
const IN_COLUMN = new RegExp(String.raw`^(${NAME})${OFFSET}${MODULE}$`);
const SOURCE = new RegExp(String.raw`^(\?[ \t]*)?(${NAME})[ \t]+\([\w/.+-]+:\d+(?:[ \t]\(discriminator \d+\))?\)${MODULE}`);
// People strip the offsets before they quote a trace, as `kernelText` does: then a line is a frame by where it stands, a word of theirs excepted.
const HEAD = /^(?:Call [Tt]race|Backtrace|Trace|Stack):$/;
const NAKED = new RegExp(String.raw`^(\?[ \t]*)?((?!snip|[A-Z][a-z]+$)[.$]?[A-Za-z_][\w.$]{2,})${MODULE}$`);
/** A mark (`<TASK>`) may stand between two of them. */
const NEXT = 2;
const MARKERS = /^(?:<\/?(?:IRQ|TASK|EOI|NMI|SOFTIRQ|#\w+|ENTRY_TRAMPOLINE|EXCEPTION|DOUBLEFAULT)>[ \t]*)+/;
const RAW_ADDRESS = /^(?:\(?\[+<?[0-9a-f]+>?\]+\)?[ \t]*)+(?:0x[0-9a-f]+)?(?:[ \t]*\(unreliable\))?$/;
const DUMP = /^(?:[A-Z]{2}[A-Z0-9]{0,2}(?=[ \t]*:[ \t]*(?:0x)?[0-9a-f]{4})|R\d\d|[re]\d{1,2}|[xa]\d{1,2}|pc|lr|sp|ip|fp|psr|epc|ra|gp|tp|Code|Stack|RIP|EIP|RSP|NIP|REGS|MSR|GPR\d\d|LR|CFAR|status|badaddr|cause)[ \t]*:/;
const WORDS = /^>?[ \t]*(?:[0-9a-f]{8}|[0-9a-f]{16})(?:[ \t]+(?:[0-9a-f]{8}|[0-9a-f]{16}|\.\.\.))*$/;
const REGISTERS = /^(?:r\d{1,2}:[0-9a-f]+[ \t]*)+$/;
const HEADS = /^(?:Call [Tt]race:|Backtrace:|Stack ?:|Trace:|Function entered at|Exception stack|Modules linked in:|Hardware name:|Workqueue:|Tainted: \[|TGID:|--- interrupt|---\[|-{8,}(?=\[|$)|={8}|Instruction dump:|\(inlined by\)|ORIG_RAX)/;
// What was found on the stack and points behind a function's last byte is no place that anything was called from.
const PAST_END = new RegExp(String.raw`^(?:\(?\[+<?[0-9a-fx]*>?\]+\)?[ \t]*)*\?[ \t]*(?::[\w-]+:)?${NAME}\+(?<end>0x[0-9a-f]+)\/\k<end>(?![0-9a-f])`);

// One pattern for all of these: most lines of a log are none of them.
const NOISE = new RegExp([PAST_END, HEADS, DUMP, WORDS, REGISTERS, RAW_ADDRESS].map(({ source }) => source).join('|'));

/**
 * Where the frames behind the marks at a line's beginning were: in an interrupt of any kind (`<IRQ>`, `<NMI>`), or in
 * the task itself; null when it has no such mark.
 */
export function markOf(text: string): 'interrupt' | 'task' | null {
  const name = text.startsWith('<') ? /^<(IRQ|SOFTIRQ|NMI|TASK|#\w+)>/.exec(text)?.[1] : undefined;
  return name === undefined ? null : name === 'TASK' ? 'task' : 'interrupt';
}

/** Text behind `<IRQ>`, `<TASK>` and their like; '' when the line is only such markers. */
export function afterMarkers(text: string): string {
  return text.startsWith('<') ? text.replace(MARKERS, '') : text;
}

/** The frames of one line of a trace, in printing order; [] when the line is none. */
function framesOf(text: string): Frame[] {
  if (text.includes('?') && PAST_END.test(text)) return [];
  if (text.endsWith('}') && text.includes('{')) return [...text.matchAll(BRACED)].map((m) => ({ name: m[2] ?? '', module: m[1] ?? null, reliable: true }));
  if (text.includes(' from ') || text.endsWith(' from')) {
    const arm = ARM.exec(text);
    if (arm !== null) return [{ name: arm[1] ?? '', module: arm[2] ?? null, reliable: true }];
  }
  const columns = text.includes('<') && COLUMN.test(text) ? text.split(COLUMN).filter((cell) => cell !== '').map((cell) => IN_COLUMN.exec(cell)) : [];
  if (columns.length > 0 && !columns.includes(null)) return columns.map((cell) => ({ name: cell?.[1] ?? '', module: cell?.[2] ?? null, reliable: true }));
  const plain = text.includes('+') ? PLAIN.exec(text) : null;
  if (plain !== null) return [{ name: plain[6] ?? '', module: plain[5] ?? plain[7] ?? null, reliable: plain[4] === undefined && plain[8] === undefined }];
  if (text.endsWith(']') && ONLY_SYMBOLS.test(text)) return [...text.matchAll(SYMBOLS)].map((m) => ({ name: m[2] ?? '', module: m[1] ?? null, reliable: true }));
  const source = text.includes('.c:') ? SOURCE.exec(text) : null;
  if (source !== null) return [{ name: source[2] ?? '', module: source[3] ?? null, reliable: source[1] === undefined }];
  return [];
}

/** The caller that an ARM line names behind `from`: the last one of a trace has no line of its own. */
function callerOf(text: string): Frame | null {
  if (!text.includes(' from ')) return null;
  const arm = ARM.exec(text);
  // Without its offset or its bracket the name may be cut.
  return arm?.[3] === undefined || !/\)$|\+(?:0x)?[0-9a-f]+/.test(text.slice(text.indexOf(' from '))) ? null : { name: arm[3], module: arm[4] ?? null, reliable: true };
}

const LONGEST_BROKEN = 400;
/** Where a mailer puts the end of a frame into the next line, the two together are longer than it wants lines to be. */
const SHORTEST_WRAPPED = 60;
/** A module, what it was built from, and a mark, one or the other of them alone. */
const END_OF_FRAME = /^(?:\[[\w-]+(?: [0-9a-f]+)?\]|[0-9a-f]+\]|\(unreliable\))$/;
const ENDS_IN_NAME = /[A-Za-z(]\w*$/;
const ENDS_BEFORE_CALLER = / from(?: \[<[0-9a-f]+>\])?$/;
const ADDRESSED = /^\(?\[+<?[0-9a-f]{8,16}>?\]+/;

interface Read {
  readonly frames: readonly Frame[];
  readonly caller: Frame | null;
  readonly broken: boolean;
}

/** Reads a trace line by line, and puts together what a terminal or a mailer broke at a column. */
export class FrameReader {
  #broken: string | null = null;
  /** Where the head of a trace was, or a frame without its offset below one. */
  #under = -Infinity;
  /** The frame that the last line ended with, and how long it was. */
  #last: { readonly frame: Frame; readonly text: string; readonly place: number; readonly width: number } | null = null;

  /** What the line names; `broken` when the rest of it is still to come, or it is such a rest. */
  read(text: string, line: Pick<KernelLine, 'bare' | 'place' | 'width'>): Read {
    if (this.#endsFrame(text, line)) return { frames: [], caller: null, broken: true };
    const read = this.#frames(text, line);
    const frame = read.frames.at(-1);
    this.#last = frame === undefined ? null : { frame, text, place: line.place, width: line.width };
    return read;
  }

  #endsFrame(text: string, { bare, place, width }: Pick<KernelLine, 'bare' | 'place' | 'width'>): boolean {
    const last = this.#last;
    if (last?.place !== place - 1 || !bare || last.width + width < SHORTEST_WRAPPED || !END_OF_FRAME.test(text)) return false;
    const whole = framesOf(`${last.text} ${text}`).at(-1);
    if (whole?.name !== last.frame.name || (whole.module === last.frame.module && whole.reliable === last.frame.reliable)) return false;
    last.frame.module = whole.module;
    last.frame.reliable = whole.reliable;
    return true;
  }

  #frames(text: string, { bare, place }: Pick<KernelLine, 'bare' | 'place'>): Read {
    const naked = place - this.#under <= NEXT ? NAKED.exec(text) : null;
    if (naked !== null || HEAD.test(text)) this.#under = place;
    if (naked !== null) return { frames: [{ name: naked[2] ?? '', module: naked[3] ?? null, reliable: naked[1] === undefined }], caller: null, broken: false };
    const before = bare ? this.#broken : null;
    this.#broken = null;
    if (before !== null && (!ADDRESSED.test(text) || before.endsWith(' from'))) {
      const joined = `${before}${/(?:\]|\bfrom|\?)$/.test(before) ? ' ' : ''}${text}`;
      const known = framesOf(before);
      const frames = framesOf(joined), caller = callerOf(joined);
      if (frames.length > 0) return { frames: known.length > 0 ? [] : frames, caller, broken: this.#hold(joined, frames) };
    }
    const frames = framesOf(text);
    return { frames, caller: callerOf(text), broken: this.#hold(text, frames) };
  }

  #hold(text: string, frames: readonly Frame[]): boolean {
    const lacksCaller = ENDS_BEFORE_CALLER.test(text) && (frames.length > 0 || ADDRESSED.test(text));
    const broken = text === '[<' || text.length < LONGEST_BROKEN && (lacksCaller || (ADDRESSED.test(text) && ((frames.length === 0 && ENDS_IN_NAME.test(text)) || isOpen(text, '(', ')') || isOpen(text, '[', ']'))));
    if (broken) this.#broken = text;
    return broken;
  }
}

function isOpen(text: string, open: string, close: string): boolean {
  return text.lastIndexOf(open) > text.lastIndexOf(close);
}

/** Does the line belong to the stack part without naming a function (registers, raw addresses, heads)? */
export function isStackNoise(text: string): boolean {
  return NOISE.test(text);
}

/**
 * Function names, innermost first: what was merely found on the stack is left out where the unwinder vouched for at
 * least three frames, and kept where it vouched for none (x86 before ORC and without frame pointers).
 */
export function stackOf(frames: readonly Frame[]): Frame[] {
  const sure = frames.filter((frame) => frame.reliable);
  return sure.length >= 3 ? sure : [...frames];
}

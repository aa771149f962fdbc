import type { FailureKind } from '@nopage/gfp';
import { containerLimit } from './container-limit.js';
import { placementIn, type Placement } from './placement.js';

/** What the first line of a report says; null where it says nothing. */
export interface Headline extends Placement {
  readonly kind: FailureKind;
  readonly comm: string | null;
  /** All that stands in front of the headline's own words: the name, and what may be glued to it. Null when nothing does. */
  readonly before: string | null;
  readonly pid: number | null;
  readonly cpu: number | null;
  readonly order: number | null;
  /** Bytes of the request where the line prints them (vmalloc). */
  readonly bytes: number | null;
  /** The hex number as printed; null when there is none. */
  readonly mask: string | null;
  /** Between the brackets behind the number; null when there were no brackets. */
  readonly names: string | null;
  /** A bracket is open behind the number: the kernel is one that prints names there, whatever is left of them. */
  readonly printsNames: boolean;
  /** The line ends behind the number: on a kernel that prints names there, it may be the beginning of a longer one. */
  readonly maskLast: boolean;
  /** False when the line breaks off before something that every kernel prints there. */
  readonly complete: boolean;
  readonly detail: Readonly<Record<string, string | number | boolean | null>>;
}

const MODE = String.raw`(?:gfp_)?(?:mode|mask|gfp)[:=][ \t]*(0x[0-9a-f]+)(?![^\s(),.;])(?:[ \t]*\(([^()]*)(\))?)?`;
const MODE_TEXT = new RegExp(MODE, 'i');
const PAGES = /^(.*?)(?:: ?)?(?:\bpage allocation failure|\bvmemmap alloc failure)([.:,])[ \t]*order:(-?\d+)?/;
const STALL = /^(?:(.*?)(?:\((\d+)\))?: ?)?page allo(?:ca|c)tion stalls for (\d+)[ \t]?ms(?:[,:]?[ \t]*order:[ \t]?(\d+))?/;
const VMALLOC = /^(.*?): vmalloc(?: error: size (\d+)|: allocation failure: (\d+) bytes|: allocation failure, allocated (\d+) of (\d+) bytes)(.*)$/;
const VMALLOC_LINE = /^vmalloc: allocation failure(?:: (\d+) bytes|, allocated (\d+) of (\d+) bytes)[ \t]*$/;
// mm/vmalloc.c, alloc_vmap_area(): until 2.6.27, until 6.10, since.
const ROOM = /^(?:allocation failed: out of (vmalloc space) - use|(?:vmap allocation|(vmalloc_node_range)) for size (\d+) failed\b)(?:.*?Address range restricted to (0x[0-9a-f]+ - 0x[0-9a-f]+))?.*?(\.?)$/;
const OLDEST = /(?:_{0,2}alloc_pages: (\d+)-order )?allocation failed\.?(?:[ \t]*\((?:gfp=(0x[0-9a-f]+)\/(-?\d+)|[^()]*)\)\.?)?(?:[ \t]+from[ \t]+([0-9a-f]{8,16}))?[ \t]*$/;
const OLDEST_TAIL = /^[a-z]{0,9}ation failed[ \t]\(gfp=(0x[0-9a-f]+)\/(-?\d+)\)/;
/** Headlines by the words that they begin with and by what follows: a ring or a buffer that ran over loses the beginning of a line. */
const BEGINNINGS = [{ words: 'page allocation failure', follows: /(?<=failure)[.:] order:\d/ }, { words: '__alloc_pages: ', follows: /\d+-order allocation failed/ }] as const;
const OOM = /^(.*?) invoked oom-killer(?::[ \t]*(.*))?$/;
// mm/oom_kill.c, out_of_memory(), v2.6.11 to v2.6.17: who asked is not told.
const OOM_2_6_11 = /(?:^|[ \t])oom-killer: (gfp_mask=.*)$/;
// OpenVZ on 2.6.32: who asked, and the number of the container that was full.
const OOM_OPENVZ = /(?:^|[ \t])(\d+) \((.{1,15})\) invoked oom-killer in ub (\d+) generation \d+ gfp (0x[0-9a-f]+)/;
const SLAB = /^(SL[AU]B): Unable to allocate memory on (?:CPU (\d+) \(of node (-?\d+)\) on )?node (-?\d+)[,]?[ \t]*\(?gfp=(0x[0-9a-f]+)(?:\(([^()]*)\))?/;
const CMA = /^(?:cma: )?(_{0,2}cma_alloc\w*): (?:(.+?): )?alloc failed, req-size: (\d+) pages?, ret: (-?\d+)/;
// Built in a folder of its own, a kernel names its files by their whole paths.
const TOO_LARGE = /WARNING: (?:CPU: (\d+) PID: (\d+) )?at (?:\/\S{1,200}\/)?mm\/page_alloc\.c:(\d+),? ?((?:__alloc_(?:pages|frozen_pages)|get_page_from_freelist)\w*)(?=[.+(\s]|$)/;
// The words of a WARN changed their order in 6.19.
const TOO_LARGE_6_19 = /WARNING: (?:\/\S{1,200}\/)?mm\/page_alloc\.c:(\d+) at (__alloc_(?:pages|frozen_pages)\w*)[^,]*(?:, CPU#(\d+): (.{1,16})\/(\d+)|$)/;
// One of these stands in every headline, and in hardly any frame of a trace: functions are named after what they allocate.
const WORDS = / alloc[at ]|ation failed|^[a-z ]*failure[.:] |vmalloc error|vmalloc_node_range for|mm\/page_alloc\.c|oom-killer|^FAULT_INJECTION/;

const NOTHING: Headline = {
  kind: 'page-allocation-failure', comm: null, before: null, pid: null, cpu: null, order: null, bytes: null, mask: null, names: null,
  nodemask: null, cpuset: null, memsAllowed: null, printsNames: false, maskLast: false, complete: true, detail: {},
};

interface ModePart extends Pick<Headline, 'mask' | 'names' | 'printsNames' | 'maskLast'> { readonly closed: boolean }

/** A list of names that breaks off is none, as its last one may be the beginning of a longer one; nor are dots in the place of one. */
function modeIn(text: string): ModePart {
  const found = MODE_TEXT.exec(text);
  if (found === null) return { mask: null, names: null, printsNames: false, closed: false, maskLast: false };
  const printsNames = found[2] !== undefined;
  const closed = found[2] === undefined || (found[3] !== undefined && !LEFT_OUT.test(found[2]));
  return { mask: found[1] ?? null, names: closed ? (found[2] ?? null) : null, printsNames, closed, maskLast: !printsNames && found.index + found[0].length === text.length };
}

// TASK_COMM_LEN is 16 with its zero; kthreads of workqueues print up to 15 as well here (current->comm).
const LONGEST_NAME = 15;

/** What people put for what they leave out. */
const LEFT_OUT = /^[.…]+$/;

/** What a boot's progress looks like on a console, where a kernel's line may follow it without a line break. */
const PROGRESS = /^.*\[ *(?:ok|done|fail(?:ed)?|warn(?:ing)?|info|depend|skip(?:ped)?|\*+) *\]/i;

/** The process name in front of a headline: what is left when an unknown prefix stands before it. */
function commBefore(text: string): Pick<Headline, 'comm' | 'before'> {
  const before = text.trim();
  return { comm: nameAtEnd(before), before: before === '' ? null : before };
}

function nameAtEnd(text: string): string | null {
  const quoted = text.slice(Math.max(text.lastIndexOf('"'), text.lastIndexOf("'"), text.lastIndexOf('`')) + 1).replace(PROGRESS, '').trim();
  // A line that another one broke off ends in that one's level; a stamp may be of whole seconds.
  const name = quoted.replace(/^.*<[0-7]>/, '').replace(/^(?:\[\d+\]|[:,\]]+)[ \t]*/, '');
  if (name === '' || LEFT_OUT.test(name)) return null;
  if (name.length <= LONGEST_NAME) return name;
  const tail = name.slice(-LONGEST_NAME - 1);
  const cut = Math.max(tail.lastIndexOf('] '), tail.lastIndexOf('> '), tail.lastIndexOf(': '));
  if (cut >= 0) return tail.slice(cut + 2);
  const blank = tail.lastIndexOf(' ');
  return blank >= 0 ? tail.slice(blank + 1) : name.slice(-LONGEST_NAME);
}

function number(text: string | undefined): number | null {
  return text === undefined ? null : Number(text);
}

/** An order that the line ends with may be cut: of 1, a second digit could be missing. One of three digits is something else's. */
function orderOf(digits: string | undefined, line: string): number | null {
  return (digits === '1' && line.endsWith('order:1')) || (digits?.length ?? 0) > 2 ? null : number(digits);
}

/** Reads any first line that a kernel since 2.4 prints when memory could not be had; null when the line is none. */
export function parseHeadline(text: string): Headline | null {
  if (!WORDS.test(text)) return null;
  if (text.includes('oom-killer')) return oom(text) ?? oomOfContainer(text);
  if (text.startsWith("FAULT_INJECTION: forcing a failure")) return { ...NOTHING, kind: 'fault-injection' };
  const whole = withBeginning(text);
  if (whole !== null) return beheaded(pages(whole) ?? oldest(whole));
  return stall(text) ?? vmalloc(text) ?? pages(text) ?? oldest(text) ?? slab(text) ?? cma(text) ?? tooLarge(text);
}

const beheaded = (headline: Headline | null): Headline | null => (headline === null ? null : { ...headline, complete: false });

/** The line with the beginning that it has lost; null when it has lost none. */
function withBeginning(text: string): string | null {
  for (const { words, follows } of BEGINNINGS) {
    const at = text.search(follows);
    if (at >= 0 && at < words.length && words.endsWith(text.slice(0, at))) return `${words.slice(0, words.length - at)}${text}`;
  }
  return null;
}

function pages(text: string): Headline | null {
  const found = PAGES.exec(text);
  if (found === null) return null;
  const { closed, ...mode } = modeIn(text);
  const memmap = text.includes('vmemmap alloc failure');
  return {
    ...NOTHING, ...placementIn(text), ...commBefore(found[1] ?? ''), order: orderOf(found[3], text), ...mode,
    // The kernel puts no comma there: whoever wrote the line down left out more.
    complete: mode.mask !== null && closed && found[2] !== ',',
    detail: found[2] === '.' ? { stop: true } : memmap ? { message: 'vmemmap alloc failure' } : {},
  };
}

function stall(text: string): Headline | null {
  const found = STALL.exec(text);
  if (found === null) return null;
  const { closed, ...mode } = modeIn(text);
  return {
    ...NOTHING, ...placementIn(text), kind: 'allocation-stall', ...commBefore(found[1] ?? ''), pid: number(found[2]), order: orderOf(found[4], text),
    ...mode, complete: mode.mask !== null && closed, detail: { stallMs: Number(found[3]) },
  };
}

function vmalloc(text: string): Headline | null {
  const alone = VMALLOC_LINE.exec(text);
  if (alone !== null) {
    return { ...NOTHING, kind: 'vmalloc-failure', bytes: number(alone[1] ?? alone[3]), detail: alone[2] === undefined ? {} : { allocatedBytes: Number(alone[2]) } };
  }
  const room = ROOM.exec(text);
  if (room !== null) {
    const form = room[1] !== undefined ? 'space' : room[2] !== undefined ? 'range' : 'vmap';
    return {
      ...NOTHING, kind: 'vmalloc-failure', bytes: number(room[3]),
      detail: { form, room: true, why: 'no room for the mapping', ...(room[4] === undefined ? {} : { range: room[4] }), ...(room[5] === '.' ? { stop: true } : {}) },
    };
  }
  const found = VMALLOC.exec(text);
  if (found === null) return null;
  const rest = found[6] ?? '';
  const { closed, ...mode } = modeIn(rest);
  const reason = /^, (.*?),? ?(?:mode:.*)?$/.exec(rest)?.[1] ?? '';
  return {
    ...NOTHING, ...placementIn(text), kind: 'vmalloc-failure', ...commBefore(found[1] ?? ''),
    bytes: number(found[2] ?? found[3] ?? found[5]), ...mode, complete: mode.mask !== null && closed,
    detail: {
      form: found[2] === undefined ? 'allocation failure' : 'error',
      ...(reason === '' || reason.startsWith('mode:') ? {} : { why: reason }),
      ...(found[4] === undefined ? {} : { allocatedBytes: Number(found[4]) }),
    },
  };
}

function oldest(text: string): Headline | null {
  const tail = OLDEST_TAIL.exec(text);
  if (tail !== null && !text.startsWith('__')) {
    return { ...NOTHING, mask: tail[1] ?? null, complete: false, detail: { form: '2.4', memalloc: tail[2] !== '0' } };
  }
  const found = OLDEST.exec(text);
  if (found?.[1] === undefined) return null;
  return {
    ...NOTHING, order: Number(found[1]), mask: found[2] ?? null,
    detail: {
      form: '2.4',
      ...(found[3] === undefined ? {} : { memalloc: found[3] !== '0' }),
      ...(found[4] === undefined ? {} : { caller: found[4] }),
      ...(/failed\.?[ \t]*(?:\([^)]*\))?\./.test(text) ? { stop: true } : {}),
    },
  };
}

function oomOfContainer(text: string): Headline | null {
  const found = OOM_OPENVZ.exec(text);
  if (found === null) return null;
  return { ...NOTHING, kind: 'oom-kill', pid: Number(found[1]), comm: found[2] ?? null, mask: found[4] ?? null, complete: true, detail: { form: 'openvz', ...containerLimit(found[3]) } };
}

function oom(text: string): Headline | null {
  const found = OOM.exec(text), nameless = found === null ? OOM_2_6_11.exec(text) : null;
  if (found === null && nameless === null) return null;
  const rest = found?.[2] ?? nameless?.[1] ?? '';
  const { closed, ...mode } = modeIn(rest);
  const order = /\border=(-?\d+)/.exec(rest);
  const adj = /oom_score_adj=(-?\d+)/.exec(rest), oldAdj = /oom_adj=(-?\d+)/.exec(rest), killAdj = /oomkilladj=(-?\d+)/.exec(rest);
  return {
    ...NOTHING, ...placementIn(rest), kind: 'oom-kill', ...(found === null ? {} : commBefore(found[1] ?? '')), order: orderOf(order?.[1], text), ...mode,
    complete: mode.mask !== null && closed && (order !== null || nameless !== null),
    detail: {
      ...(nameless === null ? {} : { form: '2.6.11' }),
      ...(adj === null ? {} : { oomScoreAdj: Number(adj[1]) }),
      ...(oldAdj === null ? {} : { oomAdj: Number(oldAdj[1]) }),
      ...(killAdj === null ? {} : { oomKillAdj: Number(killAdj[1]) }),
      ...(/nodemask=[^,]*,[ \t]{2}order/.test(rest) ? { wideOrder: true } : {}),
    },
  };
}

function slab(text: string): Headline | null {
  const found = SLAB.exec(text);
  if (found === null) return null;
  return {
    ...NOTHING, kind: 'slub-failure', mask: found[5] ?? null, names: found[6] ?? null,
    detail: { allocator: found[1] ?? '', node: Number(found[4]), ...(found[2] === undefined ? {} : { cpu: Number(found[2]), nodeOfCpu: Number(found[3]) }) },
  };
}

function cma(text: string): Headline | null {
  const found = CMA.exec(text);
  if (found === null) return null;
  return { ...NOTHING, kind: 'cma-failure', detail: { ...(found[1] === 'cma_alloc' ? {} : { function: found[1] ?? '' }), area: found[2] ?? null, pages: Number(found[3]), error: Number(found[4]) } };
}

function tooLarge(text: string): Headline | null {
  const since = TOO_LARGE_6_19.exec(text);
  if (since !== null) return { ...NOTHING, kind: 'order-too-large', comm: since[4] ?? null, pid: number(since[5]), cpu: number(since[3]), detail: { function: since[2] ?? '', sourceLine: Number(since[1]) } };
  const found = TOO_LARGE.exec(text);
  if (found === null || found[4] === 'get_page_from_freelist') return null;
  return { ...NOTHING, kind: 'order-too-large', pid: number(found[2]), cpu: number(found[1]), detail: { function: found[4] ?? '', sourceLine: Number(found[3]) } };
}

// What the words of UNFINISHED end in: d, e, m, n, o, r, y, a colon, a comma and a full stop.
const LAST_LETTERS = new Set([100, 101, 109, 110, 111, 114, 121, 58, 44, 46]);
const UNFINISHED = /(?:\bpage(?: allocation(?: failure[.:])?)?|-order(?: allocation)?|\ballocation failed|\binvoked|^__alloc_pages:|\bUnable(?: to(?: allocate(?: memory(?: on[^=]*)?)?)?)?|\ballocation failed\b.{0,40}\bfrom)$/;

/** Lines that are known by how they begin, as far as they may go on. */
const BEGUN = /^(?:(?:cma: )?_{0,2}cma_alloc\w*: (?:.{1,64}: )?alloc failed,(?: req-size:(?: \d+(?: pages?,(?: ret:)?)?)?)?|WARNING:(?: CPU: \d+ PID: \d+)? at(?: (?:\/\S{1,200}\/)?mm\/page_alloc\.c:\d+)?)$/;

/** Terminals break lines within words, too. */
const PHRASE = ' page allocation failure: order:';

function endsInPhrase(text: string): boolean {
  const at = text.lastIndexOf(' page a');
  return at !== -1 && PHRASE.startsWith(text.slice(at).replace('.', ':'));
}

/** Could the line be the beginning of a headline that a mailer, a daemon or a terminal has broken? */
export function isUnfinished(text: string): boolean {
  return text.length < 300 && ((LAST_LETTERS.has(text.charCodeAt(text.length - 1)) && UNFINISHED.test(text)) || endsInPhrase(text) || BEGUN.test(text));
}

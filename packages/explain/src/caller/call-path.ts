import type { FailureEvent } from '@nopage/gfp';
import { NEAREST_ROLES, UMBRELLA_ROLES, VAGUE_ROLES, type Role, type RoleEntry } from './roles.js';

/** How a failure of this call is felt. */
export type Harm = 'absorbed' | 'degraded' | 'broken';

/** What the caller was doing, as far as its stack or its name tells. */
export interface CallPath {
  readonly role: Role;
  /** For the middle of a sentence: `network receive`. */
  readonly what: string;
  /** What the user of this path notices. */
  readonly consequence: string;
  readonly harm: Harm;
  /** The frame that gave it away; null when only the process name did. */
  readonly frame: string | null;
}

/** Who was on the CPU, and whether it asked. */
export type Context = 'interrupt' | 'softirq-thread' | 'idle' | 'reclaimer' | 'task' | 'unknown';

const IRQ_ENTRY =
  /^(?:<\/?IRQ>|do_IRQ|common_interrupt|asm_\w*interrupt|asm_sysvec_\w+|sysvec_\w+|\w*apic_timer_interrupt|handle_irq\w*|handle_IRQ|generic_handle_(?:irq|domain_irq)\w*|gic_handle_irq|__irq_svc|__irq_usr|el[01]_irq\w*|irq_exit(?:_rcu)?|do_softirq(?:_own_stack)?|__do_softirq|handle_softirqs|call_softirq|do_softirq_\w+|ret_from_intr|handle_int|plat_irq_dispatch)$/;
const WAS_IRQ = /^(?:net_rx_action|__napi_poll|napi_poll|process_backlog|tasklet_action\w*|tasklet_hi_action|usb_giveback_urb_bh|usb_hcd_giveback_urb|blk_done_softirq|scsi_softirq_done)$/;

/** `page_frag_alloc+0x1/0x2`, `copy_process.part.46`, `? foo`: the bare function name, 128 characters of it at most. */
export function bareName(frame: string): string {
  const word = /[A-Za-z_<][\w.<>/]*/.exec(frame.slice(0, 160))?.[0].slice(0, 128) ?? '';
  if (!word.includes('.')) return word;
  const cut = /\.(?:isra|constprop|part|cold|llvm|lto_priv)\b/.exec(word);
  return cut === null ? word : word.slice(0, cut.index);
}

/** A program touched a page that was not there: what it was doing before is not what asks. */
const FAULT_ENTRY = /^(?:(?:asm_)?exc_page_fault|page_fault|_*do_page_fault|do_(?:Data|Prefetch)Abort|do_translation_fault|do_mem_abort)$/;

/** The frames of a request, bare. */
export interface Frames {
  /** All of them, innermost first. */
  readonly all: readonly string[];
  /** Those of the request itself: an interrupt's stand above those of the task it interrupted. */
  readonly own: readonly string[];
  readonly interrupted: boolean;
}

/** Reads a stack once. Whoever may sleep is in no interrupt, whatever else was left on the stack. */
export function framesOf({ stack, permits, detail }: FailureEvent): Frames {
  const all = stack.map(bareName).filter((name) => name !== '');
  if (permits?.sleep === true) return { all, own: all, interrupted: false };
  const entry = all.findIndex((name, index) => IRQ_ENTRY.test(name) && !(name === '<IRQ>' && index < 3));
  if (entry >= 0) return { all, own: all.slice(0, entry + 1), interrupted: true };
  return { all, own: all, interrupted: detail['inInterrupt'] === true || all.some((name) => WAS_IRQ.test(name) || name === '<IRQ>') };
}

/** Are the frames, if there are any, only those of who prints the report and of the allocator? */
function tellsNobody({ site }: FailureEvent, own: readonly string[]): boolean {
  return site === null && own.every((name) => /^_*(?:(?:dump|show)_\w+|unwind_backtrace|warn_alloc\w*|(?:alloc|get_free)_pages\w*|kmem_\w+|cache_(?:alloc|grow)\w*|k[mz]alloc\w*|slab_alloc\w*|new_slab\w*|allocate_slab)$/.test(name));
}

// Kernel threads that handle interrupts themselves, so that the name is the handler's.
const HANDLER_THREAD = /^(?:irq\/\d+-|napi\/|ksoftirqd\/)/;
const MOSTLY_INTERRUPT: readonly Role[] = ['network-receive'];
const MAYBE_INTERRUPT: readonly Role[] = ['network-transmit', 'block', 'dma-map', 'usb', 'reclaim'];

/** Who was running when the request was made. Logs often lose the mark of an interrupt; then the call path decides. */
export function contextOf(event: FailureEvent, { own, interrupted }: Frames = framesOf(event), path: CallPath | null = callPathOf(event)): Context {
  const comm = event.comm ?? '';
  // mm/vmalloc.c, __get_vm_area_node(): BUG_ON(in_interrupt()), v4.6
  if (event.kind === 'vmalloc-failure') return 'task';
  if (/^ksoftirqd\/\d+$/.test(comm)) return 'softirq-thread';
  if (HANDLER_THREAD.test(comm)) return 'task';
  const kswapd = /^kswapd\d*$/.test(comm);
  if (event.permits?.sleep === true) return kswapd ? 'reclaimer' : 'task';
  const atomic = event.permits !== null;
  const idle = /^swapper(?:\/\d+)?$/.test(comm) && event.pid !== 1;
  if (idle && (interrupted || atomic)) return 'idle';
  if (interrupted) return 'interrupt';
  if (!atomic) return own.length > 0 ? 'task' : 'unknown';
  if (path !== null && MOSTLY_INTERRUPT.includes(path.role)) return 'interrupt';
  if (kswapd) return 'reclaimer';
  return (tellsNobody(event, own) && event.detail['inInterrupt'] !== false) || (path !== null && MAYBE_INTERRUPT.includes(path.role)) ? 'unknown' : 'task';
}

function read(entry: RoleEntry, frame: string | null): CallPath {
  return { role: entry.role, what: entry.what, consequence: entry.consequence, harm: entry.harm, frame };
}

/** Does any of the roles know a function? Most names are known to none, and one look tells. */
const knownTo = (roles: readonly RoleEntry[]): RegExp => new RegExp(roles.map(({ frames }) => frames.source).join('|'));
const UMBRELLA = knownTo(UMBRELLA_ROLES);
const NEAREST = knownTo(NEAREST_ROLES);
const VAGUE = knownTo(VAGUE_ROLES);

function firstOf(roles: readonly RoleEntry[], known: RegExp, frames: readonly string[]): CallPath | null {
  const telling = frames.filter((name) => known.test(name));
  for (const entry of telling.length === 0 ? [] : roles) {
    const frame = telling.find((name) => entry.frames.test(name));
    if (frame !== undefined) return read(entry, frame);
  }
  return null;
}

function nearest(frames: readonly string[]): CallPath | null {
  const frame = frames.find((name) => NEAREST.test(name));
  const entry = frame === undefined ? undefined : NEAREST_ROLES.find((candidate) => candidate.frames.test(frame));
  return entry === undefined || frame === undefined ? null : read(entry, frame);
}

/**
 * What the caller was doing: an enclosing operation (a mount, a resume, a probe) wins wherever it stands in the stack,
 * otherwise the innermost frame that says something; with no stack, the process name. Null when nothing does.
 */
export function callPathOf(event: FailureEvent, { own, interrupted }: Frames = framesOf(event)): CallPath | null {
  const mapped = event.detail['mmapBytes'] === undefined ? undefined : UMBRELLA_ROLES.find(({ role }) => role === 'without-mmu');
  if (mapped !== undefined) return read(mapped, null);
  const fault = own.findIndex((name) => FAULT_ENTRY.test(name));
  const path = (interrupted ? null : firstOf(UMBRELLA_ROLES, UMBRELLA, fault === -1 ? own : own.slice(0, fault))) ?? nearest(own) ?? firstOf(VAGUE_ROLES, VAGUE, own);
  if (path !== null) return path;
  const atomic = event.permits !== null && !event.permits.sleep;
  // Whoever is named in an interrupt says nothing about the call; only a softirq thread does, and less than any caller that is known.
  const named = atomic || interrupted ? (tellsNobody(event, own) ? VAGUE_ROLES : []) : [...UMBRELLA_ROLES, ...NEAREST_ROLES];
  // A page of its own is none of what a program is there to do.
  const forItself = event.permits?.migratetype === 'movable';
  const byName = named.find(({ comm, harm }) => comm?.test(event.comm ?? '') && !(forItself && harm === 'broken'));
  return byName ? read(byName, null) : null;
}

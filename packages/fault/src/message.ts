import type { FaultRules } from './rules.js';

/** The numbers in the message, as they are when the failure is decided: times before the decrement, space after use. */
export interface InjectionNumbers {
  readonly name: string;
  readonly interval: number;
  readonly probability: number;
  readonly space: number;
  readonly times: number;
}

/**
 * What the kernel prints of an injected failure, without a newline at the end.
 *
 * @param layout - Which kernels': see `FaultRules.message`.
 */
// lib/fault-inject.c, fail_dump(), v6.12; one line up to 3.18; values under each other's name in 3.19 to 4.3
export function injectionText(numbers: InjectionNumbers, layout: FaultRules['message'] = 'full'): string {
  const { name, interval, probability, space, times } = numbers;
  if (layout === 'short') return 'FAULT_INJECTION: forcing a failure';
  const [first, second] = layout === 'swapped' ? [probability, interval] : [interval, probability];
  return `FAULT_INJECTION: forcing a failure.\nname ${name}, interval ${first}, probability ${second}, space ${space}, times ${times}`;
}

/** Who was running, for the head of a stack dump. */
export interface DumpContext {
  readonly cpu: number;
  readonly uid: number;
  readonly pid: number;
  readonly comm: string;
  /** `Not tainted`, or `Tainted: G        W`. */
  readonly taint: string;
  readonly release: string;
  /** The build's number: `#5`. */
  readonly version: string;
  /** Null where the machine has no name. */
  readonly hardware: string | null;
  /** Innermost first, as printed: `pa_call_a+0x9/0x10`, `? kthread_park+0x80/0x80`. */
  readonly frames: readonly string[];
  /** Lines after the last frame: the registers of the system call that was interrupted; [] in a kernel thread. */
  readonly registers: readonly string[];
}

/** The stack that verbose 2 adds, in the layout of 6.12 on x86, without a newline at the end. */
// lib/dump_stack.c, dump_stack_print_info(); arch/x86/kernel/dumpstack.c, show_trace_log_lvl(), v6.12
export function dumpText(context: DumpContext): string {
  const { cpu, uid, pid, comm, taint, release, version, hardware, frames, registers } = context;
  const build = version.split(' ')[0] ?? '';
  return [
    `CPU: ${cpu} UID: ${uid} PID: ${pid} Comm: ${comm} ${taint} ${release} ${build} `,
    ...(hardware === null ? [] : [`Hardware name: ${hardware}`]),
    'Call Trace:',
    ' <TASK>',
    ...frames.map((frame) => ` ${frame}`),
    ...registers,
    ' </TASK>',
  ].join('\n');
}

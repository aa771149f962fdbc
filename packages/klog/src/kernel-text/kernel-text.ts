import type { FailureEvent } from '@nopage/gfp';
import { headlineText } from './headline-text.js';
import { codeOf } from './layout-code.js';
import { memInfoText } from './mem-info-text.js';

export interface KernelTextOptions {
  /** Print in this kernel's layout; by default the event's own, and 6.12's when it names none. */
  readonly release?: string | undefined;
  /** Print the stack part too: who ran, and the functions without their offsets. Default false. */
  readonly stack?: boolean | undefined;
}

/**
 * An event in the kernel's own words: headline, stack when asked for, Mem-Info block.
 *
 * What `klog` read of a whole report comes back byte for byte, without log prefixes. For a live event of our allocator
 * it is what `warn_alloc()` of the event's profile would print; lists that the allocator doesn't have are zeros, as on
 * a machine without any. Ends with a newline, unless there is nothing to print.
 */
export function kernelText(event: FailureEvent, options: KernelTextOptions = {}): string {
  const code = codeOf(event, options.release);
  const lines = headlineText(event, code, options.release ?? event.kernel);
  if (options.stack === true) lines.push(...stackText(event, code));
  lines.push(...memInfoText(event, code));
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

function stackText(event: FailureEvent, code: number): string[] {
  const lines: string[] = [];
  const { pid, comm } = event;
  if (pid !== null && comm !== null) {
    const release = event.kernel === null ? '' : ` Not tainted ${event.kernel}`;
    if (code < 3_010_000) lines.push(`Pid: ${pid}, comm: ${comm}${release}`);
    else lines.push(`CPU: ${event.cpu ?? 0} ${code >= 6_011_000 ? 'UID: 0 ' : ''}PID: ${pid} Comm: ${comm}${release}`);
  }
  if (event.stack.length > 0) lines.push('Call Trace:', ...event.stack.map((frame) => ` ${frame}`));
  return lines;
}

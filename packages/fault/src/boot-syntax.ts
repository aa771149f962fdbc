import { faultAttributes, type FaultAttributes } from './attributes.js';
import { FaultError } from './errors.js';

/** What the boot syntax sets; everything else keeps its default (`minOrder` 1, `ignoreGfpWait` true). */
export type BootAttributes = Pick<FaultAttributes, 'interval' | 'probability' | 'space' | 'times'>;

/**
 * Reads `interval,probability,space,times`, the value of the boot parameters `fail_page_alloc=` and `failslab=`.
 * All four are needed; what follows the fourth number is ignored, as the kernel does.
 *
 * @throws {FaultError} `BOOT_SYNTAX` when fewer than four numbers can be read, `OUT_OF_RANGE` when one does not fit.
 */
// lib/fault-inject.c, setup_fault_attr(), v6.12
export function parseBootSyntax(text: string): BootAttributes {
  const read = /^\s*\+?(\d+),\s*\+?(\d+),\s*([+-]?\d+),\s*([+-]?\d+)/.exec(typeof (text as unknown) === 'string' ? text : '');
  if (!read) throw new FaultError('BOOT_SYNTAX', { attribute: 'fault', given: text, range: 'four decimal numbers: interval,probability,space,times' });
  const { interval, probability, space, times } = faultAttributes({
    interval: Number(read[1]),
    probability: Number(read[2]),
    space: Number(read[3]),
    times: Number(read[4]),
  });
  return { interval, probability, space, times };
}

/** The boot syntax for these attributes. */
export function bootSyntax({ interval, probability, space, times }: BootAttributes): string {
  return `${interval},${probability},${space},${times}`;
}

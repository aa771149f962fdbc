import { FaultError, faultAttributes, parseBootSyntax, type FaultAttributes, type FaultAttributesInput } from '@nopage/fault';
import { usageError } from '../cli-error.js';
import { wholeNumber } from './number-option.js';

/** The command line's words for fault injection. */
export interface FaultOptions {
  readonly fault?: string;
  readonly minOrder?: string;
  readonly ignoreGfpWait?: string;
  readonly ignoreGfpHighmem?: string;
  readonly failNth?: string;
  readonly require?: string;
  readonly reject?: string;
}

/**
 * The attributes that the options ask for; the kernel's defaults for the rest.
 *
 * @throws {CliError} Usage (exit 2), naming the option.
 */
export function faultFrom(options: FaultOptions): FaultAttributes {
  const { fault, minOrder, ignoreGfpWait, ignoreGfpHighmem, failNth, require, reject } = options;
  if ((require ?? reject) !== undefined && fault === undefined && failNth === undefined) {
    throw usageError(`${require === undefined ? '--reject' : '--require'} has no effect without --fault or --fail-nth`);
  }
  try {
    return faultAttributes({
      ...(fault !== undefined && parseBootSyntax(fault)),
      ...(minOrder !== undefined && { minOrder: wholeNumber('--min-order', minOrder) }),
      ...(ignoreGfpWait !== undefined && { ignoreGfpWait: yesOrNo('--ignore-gfp-wait', ignoreGfpWait) }),
      ...(ignoreGfpHighmem !== undefined && { ignoreGfpHighmem: yesOrNo('--ignore-gfp-highmem', ignoreGfpHighmem) }),
      ...(failNth !== undefined && { failNth: wholeNumber('--fail-nth', failNth) }),
      ...(require !== undefined && { requireStart: require }),
      ...(reject !== undefined && { rejectStart: reject }),
    } satisfies FaultAttributesInput);
  } catch (error) {
    if (error instanceof FaultError) throw usageError(error.message);
    throw error;
  }
}

/** As debugfs takes a bool: Y or N, yes or no, 1 or 0. */
function yesOrNo(option: string, text: string): boolean {
  if (/^(y|yes|1|true)$/i.test(text)) return true;
  if (/^(n|no|0|false)$/i.test(text)) return false;
  throw usageError(`${option} takes yes or no, not '${text}'`);
}

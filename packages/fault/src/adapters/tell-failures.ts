import { failureEvent, type FailureEvent } from '@nopage/gfp';
import { asFunction, checkKinds, withMethod } from '../checked-options.js';
import type { RuntimeFaultPoint, RuntimeRefusal } from '../fault-point.js';
import { captureStack, frameText, isOwnFrame } from '../stack.js';

export interface TellFailuresOptions {
  /** Decides which requests are made to fail; absent, none is. */
  readonly point?: RuntimeFaultPoint;
  /** Milliseconds, for `at` of a failure; absent, it is null. */
  readonly clock?: () => number;
}

/**
 * A point for `install` that makes an event of every request of the runtime that could not be had, by the runtime's own
 * doing (`page-allocation-failure`) or because `point` said so (`fault-injection`): what reporters, metrics and
 * explanations take. Who asked is read off the stack; `detail` has what was called (`api`) and the error's text. The
 * caller gets its error as it would have.
 *
 * @param onFailure - Must not throw. What it allocates itself is not asked about.
 * @throws {FaultError} `BAD_OPTION` or `UNKNOWN_ATTRIBUTE`.
 */
export function tellFailures(onFailure: (event: FailureEvent) => void, options: TellFailuresOptions = {}): RuntimeFaultPoint {
  asFunction('onFailure', onFailure);
  checkKinds(options, { point: 'object', clock: 'function' });
  const { point, clock } = options;
  if (point !== undefined) withMethod('point', point, 'shouldFailEx');
  let asked = { api: '', bytes: 0 };
  let telling = false;

  const tell = (kind: FailureEvent['kind'], reason: FailureEvent['reason'], { api, bytes, error }: Omit<RuntimeRefusal, 'limit'>): void => {
    telling = true;
    try {
      const stack = callersOf(tell);
      onFailure(failureEvent({
        kind, reason, at: clock?.() ?? null, bytes: bytes > 0 ? bytes : null, site: stack[0] ?? null, stack, detail: { api, error: String(error) },
      }));
    } finally {
      telling = false;
    }
  };

  return {
    shouldFailEx: (bytes, api = '') => {
      if (telling) return false;
      asked = { api, bytes };
      return point?.shouldFailEx(bytes, api) ?? false;
    },
    refused: (error) => {
      point?.refused?.(error);
      tell('fault-injection', 'injected', { ...asked, error });
    },
    ranOut: (refusal) => {
      point?.ranOut?.(refusal);
      if (!telling) tell('page-allocation-failure', refusal.limit ? 'limit' : null, refusal);
    },
  };
}

/** Whoever asked the runtime, innermost first: neither our own frames nor the runtime's. */
function callersOf(below: (...args: never[]) => unknown): string[] {
  const frames = captureStack(below);
  const first = frames.findIndex((frame) => !isOwnFrame(frame) && !isRuntime(frame.file));
  return first === -1 ? [] : frames.slice(first).map(frameText);
}

const isRuntime = (file: string): boolean => file === '' || file === '<anonymous>' || file === 'native' || file.startsWith('node:');

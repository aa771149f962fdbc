import type { Rule } from '../rule.js';

/** A failure that somebody asked for says nothing about memory. */
export const faultInjected: Rule = {
  name: 'fault-injected',
  source: 'lib/fault-inject.c, fail_dump(), v6.12',
  applies(event, { live }) {
    if (event.kind !== 'fault-injection' && event.reason !== 'injected') return null;
    return {
      cause: 'injected', severity: 'benign', confidence: 'computed',
      why: [`${live ? 'This program' : 'The kernel'} was told to fail this request (fault injection): it is a test, and memory has nothing to do with it.`],
      means: 'A test is running. If you did not start it, fault injection was left switched on.',
      advice: [live
        ? { id: 'stop-fault-injection', for: 'developer', text: 'If no test should be running: take the fault point out, or set its probability to 0.' }
        : {
          id: 'stop-fault-injection', for: 'operator', text: 'If no test should be running: switch fault injection off.',
          command: 'for f in /sys/kernel/debug/fail*/probability; do echo 0 > $f; done', verify: 'no further FAULT_INJECTION lines',
        }],
    };
  },
};

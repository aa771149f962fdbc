import type { Rule } from '../rule.js';

/** A kill that somebody asked for. */
export const oomByHand: Rule = {
  name: 'oom-by-hand',
  source: 'drivers/tty/sysrq.c, moom_callback(), v6.12',
  applies(event) {
    if (event.kind !== 'oom-kill' || event.order !== -1) return null;
    return {
      cause: 'unknown', severity: 'benign', confidence: 'computed', why: ['Somebody asked for this kill by hand (order=-1 means SysRq f). It says nothing about memory.'],
      means: 'One process was killed on request.', advice: [],
    };
  },
};

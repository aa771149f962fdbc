import type { Rule } from '../rule.js';

/** Bytes that the runtime of this program could not have: a buffer, the memory of a WebAssembly module. */
export const runtimeRefused: Rule = {
  name: 'runtime-refused',
  source: 'ECMA-262, CreateByteDataBlock: a RangeError where it is impossible; WebAssembly JavaScript Interface, refresh and grow of a memory',
  applies({ kind, reason }, { live, order }) {
    if (!live || order !== null || kind !== 'page-allocation-failure') return null;
    if (reason === 'limit') {
      return { cause: 'constraint', severity: 'watch', confidence: 'computed', why: ['The memory was made with a maximum and may not grow beyond it; how much the machine has does not matter.'], advice: [] };
    }
    return {
      cause: 'exhausted', severity: 'watch', confidence: 'inferred',
      why: ['The runtime could not have so many bytes in one piece. It does not say whether memory, address space or a limit of the process ran out.'], advice: [],
    };
  },
};

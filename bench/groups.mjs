/**
 * What can be measured. A contender is `c:NAME` (native/NAME.h) or the name of a file in adapters/; every ratio is to
 * `base`. `null` and `c:null` allocate nothing: they are what the harness costs, and tell a quiet round from a loud one.
 */
const CORE = ['W1b', 'W2_50', 'W3', 'W6'];

export const GROUPS = {
  core: {
    says: 'The core, 2^16 pages',
    job: 'trace', log2Pages: [16], workloads: CORE, contenders: ['c:nm', 'c:null', 'null', 'buddy'], base: 'c:nm',
    reach: 'buddy <= 2.3 (geometric mean)',
  },
  large: {
    says: 'The core, 2^22 pages',
    job: 'trace', log2Pages: [22], workloads: ['W2_50', 'W3'], budgetMs: 30_000, contenders: ['c:nm', 'c:null', 'null', 'buddy'], base: 'c:nm',
    reach: 'buddy <= 2.6 on each',
  },
  failing: {
    says: 'A request that fails, 2^16 pages',
    job: 'trace', log2Pages: [16], workloads: ['W5'], contenders: ['c:nm', 'c:null', 'null', 'buddy'], base: 'c:nm',
    reach: 'buddy <= 2.5',
  },
  bulk: {
    says: 'Single pages, 64 at a time against one by one',
    job: 'bulk', log2Pages: [16], workloads: [], contenders: ['buddy'], base: null,
    reach: 'bulk <= 0.4 of single, per page',
  },
  construction: {
    says: 'An arena of 2^22 pages, constructed',
    job: 'construct', log2Pages: [22], workloads: [], contenders: ['c:nm', 'buddy'], base: 'c:nm',
    reach: 'buddy <= 1.1; metadata <= 9.1 bytes a page',
  },
  mm: {
    says: 'The public alloc and free of mm, 2^16 pages: flags, watermarks, counters',
    job: 'trace', log2Pages: [16], workloads: CORE, contenders: ['c:nm', 'c:null', 'null', 'mm', 'mm-cached'], base: 'c:nm',
    reach: 'mm <= 2.9 (geometric mean)',
  },
  cached: {
    says: 'mm with per-CPU lists, 2^20 pages, against C with and without',
    job: 'trace', log2Pages: [20], workloads: ['W2_50'], budgetMs: 15_000, contenders: ['c:nm', 'c:pcp', 'c:null', 'null', 'mm-cached'], base: 'c:nm',
    reach: 'mm-cached <= 0.85',
  },
  faults: {
    says: 'mm without an injector and with one that is switched off, against mm without the seam',
    job: 'lockstep', log2Pages: [16], workloads: CORE, contenders: ['mm-no-seam', 'mm', 'mm-fault-off'], base: 'mm-no-seam',
    reach: 'within 2 %',
  },
  peers: {
    says: 'Allocators from npm, and what one does without any; 64-byte units instead of pages',
    job: 'trace', log2Pages: [16], workloads: ['W1b', 'W3', 'W6'], budgetMs: 1200, base: 'c:nm',
    contenders: ['c:nm', 'buddy', 'peer-thi-malloc', 'peer-codemix-malloc', 'peer-number-allocator', 'peer-uint8array'],
    reach: 'buddy 10 times as fast on W3 as any that coalesces',
  },
};

import { Machine } from './mm.mjs';

/** A fault point that is there and says no: what an injector with probability 0 costs at least. */
export const create = (pages) => new Machine(pages, { fault: { shouldFail: () => false } });

import { Machine } from './mm.mjs';

export const create = (pages) => new Machine(pages, { pcp: {} });

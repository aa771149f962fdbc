// As mm.mjs, with the kernel's per-CPU lists in front.
import { Arena } from './mm.mjs';

export const create = (pages) => new Arena(pages, {});

export { Buddy } from './buddy.js';
export { given, MisuseError, type MisuseCode } from './errors.js';
export { FreeLists } from './free-lists.js';
export { LAYOUT, MAX_PAGES, ORDER_LIMIT, STATE } from './layout.js';
export { NO_PAGE } from './no-page.js';
export type { BuddyOptions } from './open-arena.js';
export type { FreeList } from './rebuild.js';
export type { FrameUse, Visit } from './walk.js';

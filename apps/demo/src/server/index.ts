export type { Listening } from './listen.js';
export { serveDemo, type ServeDemoOptions } from './serve-demo.js';

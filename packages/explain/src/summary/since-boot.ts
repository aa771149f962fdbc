// A clock that starts at boot stays below this for thirty years.
const LATEST_MS = 1e12;

/** Does a log's time count from boot, in milliseconds, and not from 1970? */
export const isSinceBoot = (ms: number): boolean => ms < LATEST_MS;

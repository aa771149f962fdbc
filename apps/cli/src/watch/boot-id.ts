import { readFileSync } from 'node:fs';

/** What tells this boot of the machine from others; empty where the system doesn't say. */
export function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    return '';
  }
}

import { builtin } from '../runtime.js';
import { pathOf } from '../stack.js';
import { sourceHash } from './source-hash.js';

/** Text of a source file, null when there is none. */
export type ReadSource = (path: string) => string | null;

/** Hashes the file of each site once; '' when it cannot be read. */
export function siteHasher(files: ReadonlyMap<string, string>, read: ReadSource = readFromDisk): (site: string) => string {
  const known = new Map<string, string>();
  return (site) => {
    const file = pathOf(files.get(site) ?? '');
    if (!known.has(file)) {
      const text = file === '' ? null : read(file);
      known.set(file, text === null ? '' : sourceHash(text));
    }
    return known.get(file) ?? '';
  };
}

function readFromDisk(path: string): string | null {
  try {
    const fs = builtin('node:fs') as { readFileSync(path: string, encoding: 'utf8'): string } | null;
    return fs?.readFileSync(path, 'utf8') ?? null;
  } catch {
    return null;
  }
}

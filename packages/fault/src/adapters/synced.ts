import { builtin } from '../runtime.js';
import type { Patches } from './patches.js';

/** What takes patches of built-in modules out. Named imports of such a module follow its object only when told to. */
export function synced(patches: Patches): () => void {
  const module = builtin('node:module') as { syncBuiltinESMExports(): void } | null;
  module?.syncBuiltinESMExports();
  return () => {
    patches.undo();
    module?.syncBuiltinESMExports();
  };
}

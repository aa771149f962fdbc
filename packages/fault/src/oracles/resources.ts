import { asyncStorage, builtin } from '../runtime.js';
import type { Oracle } from './oracle.js';

interface AsyncHooks {
  createHook(hooks: { init(id: number, type: string): void; destroy(id: number): void }): { enable(): void; disable(): void };
}

/** Node's names of what is held until it is closed, cleared or ends, and ours. */
const KINDS: Readonly<Record<string, string>> = {
  Timeout: 'timer',
  FILEHANDLE: 'file handle',
  TCPWRAP: 'socket',
  TCPSERVERWRAP: 'server',
  PIPEWRAP: 'pipe',
  PIPESERVERWRAP: 'pipe server',
  UDPWRAP: 'datagram socket',
  PROCESSWRAP: 'child process',
  WORKER: 'worker',
  FSEVENTWRAP: 'file watcher',
  STATWATCHER: 'file watcher',
  SIGNALWRAP: 'signal handler',
};

/** Timers, sockets, servers, workers, child processes, watchers that the run itself started and that still stand. Node only. */
export function activeResources(): Oracle {
  const hooks = builtin('node:async_hooks') as AsyncHooks | null;
  const alive = new Map<number, string>();
  const own = asyncStorage();
  if (!hooks || !own) return { name: 'active resources', counts: () => ({}) };
  const hook = hooks.createHook({
    init: (id, type) => {
      const kind = KINDS[type];
      if (kind !== undefined && own.getStore() === alive) alive.set(id, kind);
    },
    destroy: (id) => {
      alive.delete(id);
    },
  });
  return {
    name: 'active resources',
    counts: () => {
      const counts: Record<string, number> = {};
      for (const kind of alive.values()) counts[kind] = (counts[kind] ?? 0) + 1;
      return counts;
    },
    around: (start) => {
      hook.enable();
      return own.run(alive, start);
    },
    rest: () => {
      hook.disable();
    },
  };
}

/** Open file descriptors of this process, where the system shows them as a folder (Linux, macOS, BSD). Nothing elsewhere. */
export function openFiles(): Oracle {
  const fs = builtin('node:fs') as { readdirSync(path: string): string[] } | null;
  return {
    name: 'open files',
    counts: () => {
      try {
        return { 'open file': fs?.readdirSync('/dev/fd').length ?? 0 };
      } catch {
        return {};
      }
    },
  };
}

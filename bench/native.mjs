import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('native/', import.meta.url));
const target = fileURLToPath(new URL('.cache/native/', import.meta.url));

/** Builds the C allocators that `names` asks for; says why not in `missing` when there is no compiler. */
export function buildNative(names) {
  mkdirSync(target, { recursive: true });
  for (const name of names) {
    const args = ['-O2', '-march=native', '-std=gnu11', `-DALLOCATOR="${name}.h"`, `-I${source}`, `${source}driver.c`, '-o', target + name];
    const { status, error, stderr } = spawnSync('gcc', args, { encoding: 'utf8' });
    if (error !== undefined) return { missing: `gcc could not be run (${error.code})` };
    if (status !== 0) throw new Error(`gcc failed on native/${name}.h:\n${stderr}`);
  }
  return { missing: null };
}

/** One run of a C allocator; the driver's JSON. */
export function runNative(name, mode, argument) {
  const { status, stdout, stderr } = spawnSync(target + name, [mode, String(argument)], { encoding: 'utf8', maxBuffer: 1 << 26, timeout: 120_000 });
  if (status !== 0) throw new Error(`c:${name} ${mode} ${argument}: ${stderr || `status ${status}`}`);
  return JSON.parse(stdout);
}

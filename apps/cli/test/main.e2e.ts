import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** Runs `nopage` in a shell, for what only a shell can do to its output. */
function shell(line: string): { readonly stdout: string; readonly stderr: string; readonly status: number | null } {
  return spawnSync('bash', ['-o', 'pipefail', '-c', `nopage() { "${process.execPath}" "${main}" "$@"; }; ${line}`], { encoding: 'utf8' });
}

describe('the process', () => {
  it.skipIf(!existsSync('/dev/full'))('says in a sentence that its output can not be written, and exits 1', () => {
    const { stderr, status } = shell('nopage decode 0xcc0 > /dev/full');
    expect(stderr).toBe('nopage: standard output: no space left on the device\n');
    expect(status).toBe(1);
  });

  it('ends without a word, and well, when its reader has seen enough', () => {
    const { stdout, stderr, status } = shell('nopage run churn --steps 200000 --policy linux-2.4 --json | head -n 1');
    expect(stdout).toMatch(/^\{.*\}\n$/);
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  });
});

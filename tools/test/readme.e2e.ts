import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { members } from '../imports.ts';
import { examplesOf, toJavaScript, type Example } from '../readme.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const env = { ...process.env, NO_COLOR: '1' };

/** Runs an example in the folder of its README, against what is built. */
function run(example: Example, folder: string): string {
  const [command, args] =
    example.language === 'ts'
      ? [process.execPath, ['--input-type=module', '-e', toJavaScript(example.source)]]
      : ['sh', ['-c', example.source.replace(/^\$ /gm, '')]];
  const { stdout, stderr } = spawnSync(command, args, { cwd: join(root, folder), env, encoding: 'utf8' });
  return stdout + stderr;
}

const pages = [{ name: 'nopage (the house)', folder: '.' }, ...members()];

describe.each(pages.map(({ name, folder }) => [name, folder] as const))('README of %s', (_name, folder) => {
  const examples = examplesOf(readFileSync(join(root, folder, 'README.md'), 'utf8'));

  it('has an example with its output', () => {
    expect(examples.length).toBeGreaterThan(0);
  });

  it.each(examples.map((example) => [example.line, example] as const))('line %i prints what it says', (_line, example) => {
    expect(run(example, folder)).toBe(example.output);
  });
});

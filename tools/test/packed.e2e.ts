import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { members, type Member } from '../imports.ts';
import { closureOf, manifestOf, packAll } from '../pack.ts';
import { examplesOf, toJavaScript } from '../readme.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const packages = members().filter(({ folder }) => folder.startsWith('packages/'));

let folder: string;
let tarballs: Map<string, string>;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nopage-packed-'));
  tarballs = packAll(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A plain npm project outside the workspace that has `name` from its tarball, and `extra` from the registry. */
function projectWith(name: string, extra: readonly string[] = []): string {
  const project = mkdtempSync(join(folder, 'project-'));
  const family = closureOf(name).map((each) => `file:${tarballs.get(each) ?? each}`);
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'outside', private: true, type: 'module' }));
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error', ...family, ...extra], { cwd: project, stdio: ['ignore', 'ignore', 'pipe'] });
  return project;
}

/** What an example imports that its package only names as a peer: the reader has to install it too. */
function peersIn(member: Member, source: string): string[] {
  const { peerDependencies = {}, devDependencies = {} } = manifestOf(member);
  return Object.keys(peerDependencies)
    .filter((peer) => source.includes(`'${peer}'`))
    .map((peer) => {
      const pinned = devDependencies[peer];
      return `${peer}@${pinned === undefined || pinned === 'catalog:' ? peerDependencies[peer] : pinned}`;
    });
}

/** The version that this workspace has of a package. */
const versionOf = (name: string): string => (JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')) as { version: string }).version;

describe.each(packages.map((member) => [member.name, member] as const))('%s, from its tarball in a plain npm project', (name, member) => {
  it('runs the examples of its README', () => {
    const examples = examplesOf(readFileSync(join(root, member.folder, 'README.md'), 'utf8')).filter(({ language }) => language === 'ts');
    const project = projectWith(name, peersIn(member, examples.map(({ source }) => source).join()));
    for (const { source, output } of examples) {
      const ran = spawnSync(process.execPath, ['--input-type=module', '-e', toJavaScript(source)], { cwd: project, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } });
      expect(ran.stdout + ran.stderr).toBe(output);
    }
    expect(examples.length).toBeGreaterThan(0);
  });
});

describe('nopage, from its tarball in a plain npm project', () => {
  it('is a command that explains a log from standard input', () => {
    const project = projectWith('nopage');
    const bin = join(project, 'node_modules/.bin/nopage');
    expect(existsSync(bin)).toBe(true);
    const log = readFileSync(join(root, 'apps/demo/reports/atomic-order-5.txt'));
    const ran = spawnSync(bin, ['explain', '--json'], { input: log, encoding: 'utf8' });
    expect(ran.stderr).toBe('');
    expect(ran.status).toBe(0);
    expect(JSON.parse(ran.stdout)).toMatchObject({ v: 1, kind: 'page-allocation-failure', order: 5 });
  });
});

describe('examples/custom-policy, as an outsider has it', () => {
  it('passes its own tests against the packed reporter', () => {
    const project = mkdtempSync(join(folder, 'custom-policy-'));
    const example = join(root, 'examples/custom-policy');
    for (const part of ['src', 'test', 'vitest.config.ts', 'tsconfig.json']) cpSync(join(example, part), join(project, part), { recursive: true });
    const manifest = JSON.parse(readFileSync(join(example, 'package.json'), 'utf8')) as { dependencies: Record<string, string>; devDependencies: Record<string, string> };
    const tarball = (name: string): string => `file:${tarballs.get(name) ?? name}`;
    const dependencies = Object.fromEntries(closureOf('@nopage/reporter').map((name) => [name, tarball(name)]));
    const devDependencies = Object.fromEntries(Object.keys(manifest.devDependencies).map((name) => [name, versionOf(name)]));
    writeFileSync(join(project, 'package.json'), JSON.stringify({ ...manifest, dependencies, devDependencies }));
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'], { cwd: project, stdio: ['ignore', 'ignore', 'pipe'] });
    const ran = spawnSync('npx', ['vitest', 'run'], { cwd: project, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } });
    expect(ran.stdout).toMatch(/Tests {2}\d+ passed/);
    expect(ran.status).toBe(0);
  });
});

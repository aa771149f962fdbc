import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { members, type Member } from './imports.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

export interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly bin?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

export const manifestOf = (member: Member): Manifest => JSON.parse(readFileSync(join(root, member.folder, 'package.json'), 'utf8')) as Manifest;

/** Packs every package and app as it would be published, into `folder`; tells the tarball of each name. */
export function packAll(folder: string): Map<string, string> {
  const pnpm = join(root, 'node_modules/.bin/pnpm');
  return new Map(
    members().map((member) => {
      const out = execFileSync(pnpm, ['pack', '--json', '--pack-destination', folder], { cwd: join(root, member.folder), encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
      const { filename } = JSON.parse(out) as { filename: string };
      return [member.name, filename.startsWith('/') ? filename : join(folder, filename)];
    }),
  );
}

/** A package and everything of the family that it needs, itself first. */
export function closureOf(name: string): string[] {
  const all = new Map(members().map((member) => [member.name, member]));
  const seen = new Set<string>();
  const visit = (each: string): void => {
    const member = all.get(each);
    if (!member || seen.has(each)) return;
    seen.add(each);
    member.dependencies.forEach(visit);
  };
  visit(name);
  return [...seen];
}

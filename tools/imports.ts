import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}
export interface Member {
  readonly name: string;
  readonly folder: string;
  readonly dependencies: readonly string[];
}
export interface Import {
  readonly file: string;
  readonly line: number;
  /** The package that is imported, without its sub-path. */
  readonly of: string;
  readonly specifier: string;
}

/** Every package and app of the workspace. */
export function members(): Member[] {
  return ['packages', 'apps'].flatMap((group) =>
    readdirSync(join(root, group), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => {
        const folder = join(group, entry.name);
        const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest;
        return { name: manifest.name, folder, dependencies: Object.keys(manifest.dependencies ?? {}) };
      }),
  );
}

/** The package of a specifier: `@nopage/metrics/prom` is `@nopage/metrics`. */
const packageOf = (specifier: string): string => specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');

/** Every import in a member's sources, types included; relative ones that leave the member are reported by their path. */
export function importsOf(member: Member): Import[] {
  const src = join(root, member.folder, 'src');
  return readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|tsx|js|mjs)$/.test(name))
    .flatMap((name) => {
      const path = join(src, name);
      const text = readFileSync(path, 'utf8');
      return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName, pos }) => {
        const inside = fileName.startsWith('.') && !relative(src, join(path, '..', fileName)).startsWith('..');
        return {
          file: join(member.folder, 'src', name),
          line: text.slice(0, pos).split('\n').length,
          of: inside ? member.name : fileName.startsWith('.') ? fileName : packageOf(fileName),
          specifier: fileName,
        };
      });
    });
}

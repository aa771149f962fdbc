import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const src = fileURLToPath(new URL('../src/', import.meta.url));
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));

describe('the compiled package', () => {
  it.each(files)('imports nothing outside of itself, and uses no global of Node: %s', (name) => {
    const { outputText } = ts.transpileModule(readFileSync(`${src}/${name}`, 'utf8'), {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true },
    });
    expect(ts.preProcessFile(outputText).importedFiles.map(({ fileName }) => fileName).filter((path) => !path.startsWith('.'))).toEqual([]);
    expect(outputText).not.toMatch(/\b(?:process|Buffer|require|__dirname)\b[.(]/);
  });
});

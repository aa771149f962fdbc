import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const folder = fileURLToPath(new URL('.', import.meta.url));
const options: ts.CompilerOptions = {
  strict: true, noEmit: true, skipLibCheck: true, types: [], target: ts.ScriptTarget.ES2022, lib: ['lib.es2022.d.ts'],
  module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler,
};

/**
 * What keeps each of these JSON texts from being a dashboard by Grafana's types; none for one that is. As source text
 * it is checked to the letter: unknown fields and unknown values of enums are errors, too.
 */
export function dashboardErrors(texts: readonly string[]): string[][] {
  const files = new Map(texts.map((text, at) => [`${folder}dashboard-${at}.ts`, `import type { GrafanaDashboard } from './grafana-types.js';\nexport const dashboard: GrafanaDashboard = ${text};\n`]));
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (name) => files.has(name) || disk.fileExists(name),
    readFile: (name) => files.get(name) ?? disk.readFile(name),
    getSourceFile: (name, languageVersion) => {
      const text = files.get(name);
      return text === undefined ? disk.getSourceFile(name, languageVersion) : ts.createSourceFile(name, text, languageVersion);
    },
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files.keys()].map((name) =>
    ts.getPreEmitDiagnostics(program, program.getSourceFile(name)).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')));
}

import ts from 'typescript';

/** A program in a README, and what the page says it prints. */
export interface Example {
  readonly line: number;
  readonly language: 'ts' | 'sh';
  readonly source: string;
  readonly output: string;
}

/**
 * The runnable examples of a README: a fenced block in `ts` or `sh` that is directly followed by one in `text`, which
 * is its whole output. A block without such a neighbour is prose.
 */
export function examplesOf(markdown: string): Example[] {
  const fence = /^```(ts|sh)\n([\s\S]*?)^```\n\s*^```text\n([\s\S]*?)^```$/gm;
  return [...markdown.matchAll(fence)].map((match) => ({
    line: markdown.slice(0, match.index).split('\n').length,
    language: match[1] as Example['language'],
    source: match[2] ?? '',
    output: match[3] ?? '',
  }));
}

/** The example as a module that node runs as it is. */
export const toJavaScript = (source: string): string =>
  ts.transpileModule(source, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } }).outputText;

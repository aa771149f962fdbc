import { defineConfig } from 'vite';

// Node needs a millisecond to find, open and link each module, and `explain` has 180: more than it needs for most logs.
// So two of the files that tsc made become one each of what they import: the program with all its commands, and what
// `explain` does. The reader of the command line and the colours are put in as well, with their licences beside them: of
// an empty log's time, finding and opening them takes a fifth. Everything else is loaded as it is; so is the class of our
// errors, for both must mean the same one.
const FILES = {
  main: { input: 'dist/main.js', outDir: 'dist', external: [/\/cli-error\.js$/, /\/actions\//], license: { fileName: 'licenses.md' } },
  explain: { input: 'dist/actions/explain-logs.js', outDir: 'dist/actions', external: [/\/cli-error\.js$/], license: false },
};

export default defineConfig(({ mode }) => {
  const { input, outDir, external, license } = mode === 'main' ? FILES.main : FILES.explain;
  return {
    build: { ssr: true, outDir, emptyOutDir: false, target: 'node20', minify: false, sourcemap: true, license, rolldownOptions: { input, external, output: { entryFileNames: '[name].js', codeSplitting: false } } },
    ssr: { noExternal: [/^@nopage\//, /commander/, 'picocolors'] },
  };
});

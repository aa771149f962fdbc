import { defineConfig } from 'vitest/config';
import summary from './tools/summary-reporter.ts';
import { sourceConditions as conditions } from './vite.shared.ts';

const fromSource = { resolve: { conditions }, ssr: { resolve: { conditions } } };

export default defineConfig({
  test: {
    reporters: ['default', summary],
    projects: [
      { ...fromSource, test: { name: 'unit', include: ['{packages,apps,tools}/**/test/**/*.test.ts'], testTimeout: 60_000 } },
      // Browsers, servers, Prometheus and packed tarballs: what is built, one file at a time.
      { test: { name: 'e2e', include: ['{packages,apps,tools,examples}/**/test/**/*.e2e.ts'], testTimeout: 120_000, hookTimeout: 120_000, fileParallelism: false } },
    ],
    coverage: { provider: 'v8', include: ['packages/*/src/**/*.ts'], reporter: ['text', 'json-summary'] },
  },
});

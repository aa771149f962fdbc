/** Ends a run with the one plain line that scripts read: `N passed, N failed[, N skipped]`. */
import type { Reporter, TestModule } from 'vitest/node';

const summary: Reporter = {
  onTestRunEnd(modules: readonly TestModule[]) {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const module of modules) {
      let ran = 0;
      for (const test of module.children.allTests()) {
        count[test.result().state] += 1;
        ran += 1;
      }
      // A file that does not load has no tests, and must not read as green.
      if (ran === 0 && module.state() === 'failed') count.failed += 1;
    }
    const skipped = count.skipped + count.pending;
    // Where everything needed is installed, a test that did not run is a failure.
    if (skipped > 0 && process.env['NOPAGE_NO_SKIP'] === '1') process.exitCode = 1;
    console.log(`${count.passed} passed, ${count.failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  },
};
export default summary;

import type { Reporter, SerializedError, TestModule } from "vitest/node";

/**
 * Ends a run with one line that a program can read: `12 passed, 0 failed`, and `, 3 skipped` when some were.
 * What failed outside a test (a file that does not load, a rejection nobody awaited) counts as failed.
 */
export default class ClosingLineReporter implements Reporter {
  #line = "";

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    this.#line = closingLine(modules, unhandled.length);
    // Other reporters write their summary after this call; the line is the last when the process leaves.
    process.once("exit", () => process.stdout.write(`${this.#line}\n`));
  }
}

export function closingLine(modules: readonly TestModule[], unhandled: number): string {
  const counts = { passed: 0, failed: unhandled, skipped: 0, pending: 0 };
  for (const module of modules) {
    counts.failed += module.errors().length;
    for (const test of module.children.allTests()) counts[test.result().state] += 1;
    for (const suite of module.children.allSuites()) counts.failed += suite.errors().length;
  }
  const failed = counts.failed + counts.pending;
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : "";
  return `${counts.passed} passed, ${failed} failed${skipped}`;
}

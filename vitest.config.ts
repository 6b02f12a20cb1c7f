import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Tests start real processes and kill them: a fork of its own keeps one file's from another's.
    pool: "forks",
    // On two cores: they wait more than they compute.
    maxWorkers: 3,
    testTimeout: 15_000,
    hookTimeout: 15_000,
    reporters: ["default", "./test/closing-line-reporter.ts"],
  },
});

import { defineConfig } from 'vitest/config';

export default defineConfig({
    test: {
        include: ['test/**/*.test.ts'],
        // These run inside VS Code: see scripts/vscode/run-tests.mts.
        exclude: ['test/vscode/**'],
        // Two cores are the usual size of a CI machine.
        maxWorkers: 2,
        // For what hangs: a shared machine may stand still for minutes, and how fast things are is measured by the benchmarks.
        testTimeout: 600_000,
        hookTimeout: 600_000,
        teardownTimeout: 60_000,
    },
});

import { defineConfig } from 'vitest/config';

export default defineConfig({
    test: {
        include: ['test/**/*.test.ts'],
        // These run inside VS Code: see scripts/vscode/run-tests.mts.
        exclude: ['test/vscode/**'],
        // Two cores are the usual size of a CI machine.
        maxWorkers: 2,
        // A shared machine may stand still for a while; how fast things are is measured by the benchmarks.
        testTimeout: 60_000,
    },
});

import { defineConfig } from 'vitest/config';

export default defineConfig({
    test: {
        include: ['test/**/*.test.ts'],
        // These run inside VS Code: see scripts/vscode/run-tests.mts.
        exclude: ['test/vscode/**'],
        // Two cores are the usual size of a CI machine.
        maxWorkers: 2,
    },
});

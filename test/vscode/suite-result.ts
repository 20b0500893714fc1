/** What the suite inside VS Code hands to scripts/vscode/run-tests.mts, as JSON. */
export interface SuiteResult {
    readonly passed: number;
    readonly failed: number;
    readonly skipped: number;
}

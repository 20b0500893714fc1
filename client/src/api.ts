import type { StatusBarItem, TestController, TestItem, TestRun } from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';
import type { ScenarioView } from './pictures/scenario-view.js';
import type { Results } from './results.js';

/** What activating the extension gives to other extensions, and to the tests. */
export interface HwpExtension {
    readonly client: BaseLanguageClient;
    /** Rejects when the language server could not be started. */
    readonly started: Promise<void>;
    readonly results: Results;
    readonly statusBar: StatusBarItem;
    readonly tests: TestController;
    /** The view of pictures, while one is open. */
    readonly pictures: () => ScenarioView | undefined;
    /** Steps of the walkthrough that were done. */
    readonly walkthrough: () => ReadonlySet<string>;
    /** Runs tests and shows them in the Test Explorer; resolves when they are done. */
    runTests(items: readonly TestItem[]): Promise<void>;
    /** Hears of every state that is shown in the Test Explorer. */
    onTestState(listener: (state: TestState) => void): { dispose(): void };
}

/** A state that was given to a test of the Test Explorer. */
export interface TestState {
    readonly id: string;
    readonly state: 'passed' | 'failed' | 'skipped' | 'errored';
    readonly messages: readonly { readonly line: number; readonly expected: string | undefined; readonly actual: string | undefined }[];
    readonly run: TestRun;
}

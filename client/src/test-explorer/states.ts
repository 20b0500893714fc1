/** Results as states of a test run. */
import * as vscode from 'vscode';
import type { Failure, ScenarioStatus } from '../../../server/src/lsp/protocol.js';
import { editorRange } from '../ranges.js';
import type { TestState } from '../api.js';
import type { Tested } from './tree.js';

type Give = (run: vscode.TestRun, item: vscode.TestItem, messages: vscode.TestMessage[]) => void;

/** Unverified is neither passed nor failed; an invalid scenario could not be run. */
const STATES: Readonly<Record<ScenarioStatus, { readonly state: TestState['state']; readonly give: Give }>> = {
    passed: { state: 'passed', give: (run, item) => run.passed(item) },
    failed: { state: 'failed', give: (run, item, messages) => run.failed(item, messages) },
    unverified: { state: 'skipped', give: (run, item) => run.skipped(item) },
    invalid: { state: 'errored', give: (run, item, messages) => run.errored(item, messages) },
};

/**
 * Gives an item of a run its state, and says which. With messages, VS Code writes them over the ends of their lines in
 * red: fit for a run that was asked for, not for typing.
 */
export function giveState(run: vscode.TestRun, item: vscode.TestItem, { status, failures }: Tested, withMessages: boolean): TestState {
    const { state, give } = STATES[status];
    const told = withMessages ? failures : [];
    give(run, item, told.map(messageOf));
    return {
        id: item.id, state, run,
        messages: told.map(({ range, expected, actual }) => ({ line: range.start.line, expected: expected || undefined, actual: actual || undefined })),
    };
}

/** At the line of the expectation, with both sides to compare. */
function messageOf({ message, expected, actual, uri, range }: Failure): vscode.TestMessage {
    const result = expected === '' ? new vscode.TestMessage(message) : vscode.TestMessage.diff(message, expected, actual);
    result.location = new vscode.Location(vscode.Uri.parse(uri), editorRange(range));
    return result;
}

/** Equal for equal states, so that only changes are shown. */
export function fingerprint({ status, failures }: Tested): string {
    return JSON.stringify([status, failures.map(({ expected, actual, message }) => [expected, actual, message])]);
}

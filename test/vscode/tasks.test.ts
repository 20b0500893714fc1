import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activeExtension, scenarioUri, waitFor, waitForValue } from './workbench.js';

const FAILING = 'scenario "a slab page" {\n    region r = slab 1 page\n    corrupt-pfn r\n        expect MF_MSG_KERNEL MF_RECOVERED\n}\nscenario "another" {\n    region r = slab 1 page\n    corrupt-pfn r\n        expect MF_MSG_KERNEL MF_IGNORED errno EBUSY\n}\n';

/** Runs a task to its end; its exit code. */
async function ended(task: vscode.Task): Promise<number | undefined> {
    const code = new Promise<number | undefined>((resolve) => {
        const listening = vscode.tasks.onDidEndTaskProcess((event) => {
            if (event.execution.task.name === task.name) {
                listening.dispose();
                resolve(event.exitCode);
            }
        });
    });
    await vscode.tasks.executeTask(task);
    return code;
}


/** The editor waits five seconds for those who offer tasks, which is little on a busy machine. */
function offered(): Promise<vscode.Task> {
    return waitForValue('a task of the type hwp', async () => (await vscode.tasks.fetchTasks({ type: 'hwp' })).find(({ source }) => source === 'hwp'));
}

describe('tasks', () => {
    const failing = scenarioUri('tasks/failing.hwp');
    before(async () => {
        await activeExtension();
        await vscode.workspace.fs.writeFile(failing, new TextEncoder().encode(FAILING));
    });
    after(() => vscode.workspace.fs.delete(scenarioUri('tasks'), { recursive: true }));

    it('one that runs all scenarios is offered', async () => {
        const { name, problemMatchers, group } = await offered();
        assert.deepEqual({ name, problemMatchers, test: group === vscode.TaskGroup.Test }, { name: 'run all scenarios', problemMatchers: ['$hwp'], test: true });
    });

    it('ends as hwp run does, and what fails is a problem at its place', async () => {
        assert.equal(await ended(await offered()), 1);
        await waitFor('the problem of the task', () => vscode.languages.getDiagnostics(failing).some(({ range, severity }) => range.start.line === 3 && severity === vscode.DiagnosticSeverity.Error));
    });

    it('takes paths and a filter as tasks.json writes them', async () => {
        const { workspaceFolders: [folder] = [] } = vscode.workspace;
        const named = async (definition: Record<string, unknown>): Promise<number | undefined> => {
            // Without an execution VS Code asks the provider for it, as for a task of tasks.json.
            const settings = vscode.workspace.getConfiguration('tasks', folder);
            await settings.update('version', '2.0.0', vscode.ConfigurationTarget.WorkspaceFolder);
            await settings.update('tasks', [{ type: 'hwp', label: 'written', problemMatcher: [], ...definition }], vscode.ConfigurationTarget.WorkspaceFolder);
            let task: vscode.Task | undefined;
            await waitFor('the written task', async () => (task = (await vscode.tasks.fetchTasks()).find(({ name, definition: found }) => name === 'written' && JSON.stringify(found['paths']) === JSON.stringify(definition['paths']) && found['filter'] === definition['filter'])) !== undefined);
            return ended(task!);
        };
        assert.equal(await named({ paths: ['tasks/*.hwp'], filter: '^another$' }), 0);
        assert.equal(await named({ paths: ['tasks/*.hwp'], filter: 'slab' }), 1);
        assert.equal(await named({ paths: ['nowhere/*.hwp'] }), 2);
        assert.equal(await named({ paths: ['tasks/*.hwp'], filter: '(' }), 2);
        await vscode.workspace.getConfiguration('tasks', folder).update('tasks', undefined, vscode.ConfigurationTarget.WorkspaceFolder);
    });
});


import * as vscode from 'vscode';
import { lateFile } from '../late-files.js';
import type { HwpServer } from '../server.js';

/** Says that there are tasks of the type `hwp`. */
export function offerTasks(server: HwpServer, context: vscode.ExtensionContext): void {
    context.subscriptions.push(vscode.tasks.registerTaskProvider('hwp', {
        provideTasks: async () => (await lateFile<typeof import('./run-tasks.js')>('actions')).allTasks(server),
        resolveTask: async (task) => (await lateFile<typeof import('./run-tasks.js')>('actions')).taskOf(server, task),
    }));
}

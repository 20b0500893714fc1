/** Says that scenarios can be debugged. What debugs them is read when somebody does. */
import * as vscode from 'vscode';
import { lateFile } from '../late-files.js';
import type { HwpServer } from '../server.js';
import type { Debugger } from './debugger.js';
import { DEBUG_TYPE } from './launch.js';

export function offerDebugger(server: HwpServer, context: vscode.ExtensionContext): void {
    let made: Promise<Debugger> | undefined;
    const ready = (): Promise<Debugger> => {
        made ??= lateFile<typeof import('./debugger.js')>('debugger').then(({ Debugger: Late }) => new Late(server, context));
        made.catch(() => {
            made = undefined;
        });
        return made;
    };
    const launches: vscode.DebugConfigurationProvider = {
        provideDebugConfigurations: async () => (await ready()).launches.provideDebugConfigurations(),
        resolveDebugConfiguration: async (folder, config) => (await ready()).launches.resolveDebugConfiguration(folder, config),
        resolveDebugConfigurationWithSubstitutedVariables: async (folder, config) => (await ready()).launches.resolveDebugConfigurationWithSubstitutedVariables(folder, config),
    };
    context.subscriptions.push(
        vscode.debug.registerDebugAdapterDescriptorFactory(DEBUG_TYPE, { createDebugAdapterDescriptor: async (session) => (await ready()).createDebugAdapterDescriptor(session) }),
        vscode.debug.registerDebugConfigurationProvider(DEBUG_TYPE, launches),
        vscode.debug.registerDebugConfigurationProvider(DEBUG_TYPE, launches, vscode.DebugConfigurationProviderTriggerKind.Dynamic),
        vscode.languages.registerInlineValuesProvider({ language: 'hwp' }, { provideInlineValues: async (document, viewPort, place) => (await ready()).values.provideInlineValues(document, viewPort, place) }),
        vscode.languages.registerEvaluatableExpressionProvider({ language: 'hwp' }, { provideEvaluatableExpression: async (document, position) => (await ready()).values.provideEvaluatableExpression(document, position) }),
        vscode.languages.registerCompletionItemProvider({ pattern: '**/{launch.json,*.code-workspace}' }, { provideCompletionItems: async (document, position, token) => (await ready()).completions.provideCompletionItems(document, position, token) }, '"'),
    );
}

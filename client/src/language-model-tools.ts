/** Tools of language models: the language server answers what a model asks, from what it passes in. */
import * as vscode from 'vscode';
import type { HwpServer } from './server.js';

/** Of VS Code 1.95 and newer: an older one has no tools, and this extension runs there too. */
interface ToolApi {
    readonly lm?: {
        readonly registerTool?: (name: string, tool: { readonly invoke: (options: { readonly input: unknown }, token: vscode.CancellationToken) => Promise<object> }) => vscode.Disposable;
    };
    readonly LanguageModelToolResult: new (parts: readonly object[]) => object;
    readonly LanguageModelTextPart: new (text: string) => object;
}

const PREFIX = 'hwp_';

/** Those that package.json contributes. */
export function offerTools(server: HwpServer, { extension, subscriptions }: vscode.ExtensionContext): void {
    const lm = (vscode as unknown as ToolApi).lm;
    const Result = (vscode as unknown as ToolApi).LanguageModelToolResult;
    const Text = (vscode as unknown as ToolApi).LanguageModelTextPart;
    if (lm?.registerTool === undefined) {
        return;
    }
    const { contributes } = extension.packageJSON as { readonly contributes: { readonly languageModelTools: readonly { readonly name: string }[] } };
    for (const { name } of contributes.languageModelTools) {
        subscriptions.push(lm.registerTool(name, {
            invoke: async ({ input }, token) => {
                const answer = await server.request('hwp/tool', { name: name.slice(PREFIX.length), input }, token);
                if ('problem' in answer) {
                    throw new Error(answer.problem);
                }
                return new Result([new Text(answer.text)]);
            },
        }));
    }
}

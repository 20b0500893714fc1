/** What completion offers, before it takes the form of the protocol. */
import type { CompletionItemKind } from 'vscode-languageserver';

export interface Proposal {
    readonly label: string;
    readonly kind: CompletionItemKind;
    /** What it is, beside the label. */
    readonly detail?: string;
    /** Markdown. */
    readonly documentation?: string;
    /** Snippet to insert instead of the label. */
    readonly snippet?: string;
    /** Likely ones first: 0 before 1 before 2; default 1. */
    readonly rank?: 0 | 1 | 2;
    /** Something must follow: the client asks again after inserting it. */
    readonly continues?: true;
}

/** Kinds of the protocol by what words are; icons in the editor. */
export const KIND = {
    operation: 3, task: 6, mapping: 6, name: 6, module: 9, sysctl: 10, unit: 11, value: 12, keyword: 14, snippet: 15, file: 17, constant: 20, attribute: 10, kernel: 21, claim: 23,
} as const satisfies Record<string, CompletionItemKind>;

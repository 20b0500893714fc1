/**
 * One moment of truth: what a run found is shown everywhere at once. The editor asks for hints and lenses in its own time;
 * whatever else speaks of the same run (status bar, states of tests, underlines) waits for them, and they for each other.
 */
import type * as vscode from 'vscode';
import type { Middleware } from 'vscode-languageclient';

/** What the editor fetches by itself. */
export type Fetched = 'hints' | 'lenses';

/** The longest wait, in milliseconds: a window in the background may not ask at all. */
export const LONGEST_MS = 2_000;

interface Held {
    readonly missing: Set<Fetched>;
    /** What is shown when it is time, by who shows it: the latest replaces what was not shown yet. */
    readonly shows: Map<string, () => void>;
    readonly over: Promise<void>;
    readonly end: () => void;
}

export class Moment implements vscode.Disposable {
    readonly #held = new Map<string, Held>();
    readonly #fetchedFor: (uri: vscode.Uri) => readonly Fetched[];

    /** @param fetchedFor what the editor will fetch for a document */
    constructor(fetchedFor: (uri: vscode.Uri) => readonly Fetched[]) {
        this.#fetchedFor = fetchedFor;
    }

    /** Of the language client. */
    readonly middleware: Middleware = {
        provideInlayHints: async (document, range, token, next) => {
            const hints = await next(document, range, token);
            await this.#arrived(document.uri, 'hints', token);
            return hints;
        },
        provideCodeLenses: async (document, token, next) => {
            const lenses = await next(document, token);
            await this.#arrived(document.uri, 'lenses', token);
            return lenses;
        },
        // The server sends them right behind the results.
        handleDiagnostics: (uri, diagnostics, next) => this.#whenDue(uri, 'diagnostics', () => next(uri, diagnostics)),
    };

    /** A run of a document is over: shows what it found as soon as the editor has the hints and lenses of this run. */
    show(uri: vscode.Uri, show: () => void): void {
        const missing = this.#fetchedFor(uri);
        const key = uri.toString();
        if (missing.length === 0) {
            this.#held.get(key)?.end();
            show();
            return;
        }
        const held = this.#held.get(key) ?? this.#hold(key);
        missing.forEach((each) => held.missing.add(each));
        held.shows.set('results', show);
    }

    /** Nothing is due any more: the server is gone. */
    clear(): void {
        for (const held of this.#held.values()) {
            held.shows.clear();
            held.end();
        }
    }

    dispose(): void {
        this.clear();
    }

    #hold(key: string): Held {
        const { promise: over, resolve } = withResolvers();
        const end = (): void => {
            clearTimeout(timer);
            this.#held.delete(key);
            try {
                held.shows.forEach((show) => show());
            } finally {
                resolve();
            }
        };
        const timer = setTimeout(end, LONGEST_MS);
        const held: Held = { missing: new Set(), shows: new Map(), over, end };
        this.#held.set(key, held);
        return held;
    }

    #whenDue(uri: vscode.Uri, who: string, show: () => void): void {
        const held = this.#held.get(uri.toString());
        if (held === undefined) {
            show();
        } else {
            held.shows.set(who, show);
        }
    }

    async #arrived(uri: vscode.Uri, what: Fetched, token: vscode.CancellationToken): Promise<void> {
        const held = this.#held.get(uri.toString());
        if (held === undefined || token.isCancellationRequested) {
            return;
        }
        held.missing.delete(what);
        if (held.missing.size === 0) {
            held.end();
        }
        await held.over;
    }
}

/** Promise.withResolvers() is not in every VS Code that runs the extension. */
function withResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void } {
    let resolve!: () => void;
    const promise = new Promise<void>((done) => {
        resolve = done;
    });
    return { promise, resolve };
}

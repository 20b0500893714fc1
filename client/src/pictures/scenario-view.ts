/** The view of pictures beside the text: it follows the cursor and the edits, and leads back to the text. */
import * as vscode from 'vscode';
import type { FromView, ScenarioPicture, ToView, VariantParams } from '../../../server/src/lsp/protocol.js';
import { goTo } from '../go-to.js';
import type { Results } from '../results.js';
import type { HwpServer } from '../server.js';

/** Moves of the cursor that come within this time are one, in milliseconds. */
const CURSOR_MS = 120;

/**
 * The script of a view may never come: on a machine with much to do VS Code answers "Request Timeout" for it after half a minute, and nobody hears of it.
 * A view that has not said a word within this time is loaded again, each time with twice as much of it; in milliseconds.
 */
const LOAD_MS = 40_000;

const NO_SERVER = 'The language server is not running: this is what it said last.';
const GONE = 'The file no longer has this scenario.';

/** What the view works with. */
export interface ViewServices {
    readonly server: HwpServer;
    readonly results: Results;
    readonly extensionUri: vscode.Uri;
}

export class ScenarioView {
    readonly #services: ViewServices;
    readonly #panel: vscode.WebviewPanel;
    readonly #messages = new vscode.EventEmitter<FromView>();
    #shown: VariantParams;
    #picture: ScenarioPicture | null = null;
    #step: number | null = null;
    #timer: ReturnType<typeof setTimeout> | undefined;
    #loading: ReturnType<typeof setTimeout> | undefined;
    #asked = 0;
    #isReady = false;

    /** What the view says, for tests. */
    readonly onMessage = this.#messages.event;

    constructor(services: ViewServices, panel: vscode.WebviewPanel, shown: VariantParams) {
        this.#services = services;
        this.#panel = panel;
        this.#shown = shown;
        const { extensionUri } = services;
        panel.webview.options = { enableScripts: true, enableCommandUris: false, enableForms: false, localResourceRoots: [vscode.Uri.joinPath(extensionUri, 'out')] };
        const listening = [
            panel.webview.onDidReceiveMessage((message: FromView) => void this.receive(message)),
            services.results.onChange(({ uri }) => {
                if (uri === vscode.Uri.parse(this.#shown.uri).toString()) void this.#redraw();
            }),
            services.results.onLost(() => this.#send({ t: 'note', words: NO_SERVER })),
            vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => this.#follow(textEditor)),
            vscode.window.onDidChangeActiveTextEditor((editor) => this.#follow(editor)),
        ];
        panel.onDidDispose(() => {
            clearTimeout(this.#timer);
            clearTimeout(this.#loading);
            listening.forEach((each) => void each.dispose());
            this.#messages.dispose();
        });
        this.#load(LOAD_MS);
    }

    get picture(): ScenarioPicture | null {
        return this.#picture;
    }

    /** Shows another scenario, or brings the view to the front. */
    show(shown: VariantParams): void {
        this.#shown = shown;
        this.#panel.reveal(undefined, true);
        void this.#refresh();
    }

    dispose(): void {
        this.#panel.dispose();
    }

    /** Does what somebody chose in the view. */
    async receive(message: FromView): Promise<void> {
        this.#messages.fire(message);
        switch (message.t) {
            case 'ready':
                clearTimeout(this.#loading);
                this.#isReady = true;
                await this.#redraw();
                break;
            case 'goTo':
                await goTo(message.uri, message.line, message.column);
                break;
            case 'variant':
                this.#shown = { ...this.#shown, variant: message.name };
                await this.#refresh();
                break;
            case 'drawn':
                break;
        }
    }

    #load(waitMs: number): void {
        this.#panel.webview.html = page(this.#panel.webview, vscode.Uri.joinPath(this.#services.extensionUri, 'out', 'scenario-view.js'));
        this.#loading = setTimeout(() => this.#load(2 * waitMs), waitMs);
    }

    /** The text was run: the cursor may be at another step of it, and when it moved last the server may not have known the text yet. */
    async #redraw(): Promise<void> {
        const step = await this.#stepAtCursor();
        if (step !== undefined) this.#step = step;
        await this.#refresh();
    }

    /** Draws what the latest run found; of several questions at once the last one counts. */
    async #refresh(): Promise<void> {
        if (!this.#isReady) return;
        const asked = ++this.#asked;
        const picture = await this.#services.server.request('hwp/picture', this.#shown).catch(() => undefined);
        if (asked !== this.#asked) return;
        if (picture === undefined || picture === null) {
            this.#send({ t: 'note', words: picture === null ? GONE : NO_SERVER });
            return;
        }
        this.#picture = picture;
        this.#panel.title = picture.title;
        this.#send({ t: 'picture', picture, step: inRange(this.#step, picture), keep: this.#shown });
    }

    /** The cursor went somewhere: to another step, or another scenario. */
    #follow(editor: vscode.TextEditor | undefined): void {
        if (editor?.document.languageId !== 'hwp' || editor !== vscode.window.activeTextEditor) return;
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => void this.#followNow(editor), CURSOR_MS);
    }

    async #followNow({ document: { uri }, selection: { active: { line, character } } }: vscode.TextEditor): Promise<void> {
        const where = { uri: uri.toString(), position: { line, character } };
        const { server } = this.#services;
        const step = await server.request('hwp/stepAt', where).catch(() => null);
        const scenario = step?.scenario ?? (await server.request('hwp/scenarioAt', where).catch(() => null))?.id;
        if (scenario === undefined) return;
        const before = this.#step;
        this.#step = step?.step ?? null;
        if (scenario !== this.#shown.scenario || where.uri !== this.#shown.uri) {
            this.#shown = { uri: where.uri, scenario };
            await this.#refresh();
        } else if (before !== this.#step && this.#picture !== null) this.#send({ t: 'cursor', step: inRange(this.#step, this.#picture) });
    }

    /** The step at the cursor of a visible editor that has the text; null: at none of the scenario; undefined: nobody knows. */
    async #stepAtCursor(): Promise<number | null | undefined> {
        const editor = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === this.#shown.uri);
        if (editor === undefined) return undefined;
        const { line, character } = editor.selection.active;
        const found = await this.#services.server.request('hwp/stepAt', { uri: this.#shown.uri, position: { line, character } }).catch(() => undefined);
        return found === undefined ? undefined : found?.scenario === this.#shown.scenario ? found.step : null;
    }

    #send(message: ToView): void {
        void this.#panel.webview.postMessage(message);
    }
}

function inRange(step: number | null, { steps }: ScenarioPicture): number | null {
    return step !== null && step < steps.length ? step : null;
}

/** Nothing is loaded but the script, and nothing else runs. */
function page(webview: vscode.Webview, script: vscode.Uri): string {
    const nonce = Array.from(globalThis.crypto.getRandomValues(new Uint8Array(18)), (byte) => byte.toString(16).padStart(2, '0')).join('');
    return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'">
<meta name="viewport" content="width=device-width"><title>Scenario</title></head>
<body><div id="view"></div><script nonce="${nonce}" src="${webview.asWebviewUri(script).toString()}"></script></body></html>`;
}

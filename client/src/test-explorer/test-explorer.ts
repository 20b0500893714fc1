import * as vscode from 'vscode';
import type { DocumentResults } from '../../../server/src/lsp/protocol.js';
import type { TestState } from '../api.js';
import { Gathered, type Portioning } from '../gathered.js';
import type { Results } from '../results.js';
import type { HwpServer } from '../server.js';
import { walkthroughDone } from '../walkthrough.js';
import { debugTest } from './debug-test.js';
import { ancestorsOf, itemsOf, leavesOf } from './items.js';
import { fingerprint, giveState } from './states.js';
import { fileItem, fileOf, scenarioItemId, syncTree, variantItemId, type Tested } from './tree.js';

/** Most files that are looked for in a workspace. */
export const MAX_FILES = 5000;

/**
 * States that are shown at once: the window draws each, and every state above it, before it answers a key again. The pause
 * between two such portions, in milliseconds, is for the keys.
 */
const PORTION = 50;
const PAUSE_MS = 100;

/**
 * Files that nobody looks at are shown in their order, a few at first and then all others: what comes behind the last row that is in sight costs the window
 * next to nothing. VS Code puts together what comes within four tenths of a second, and draws each row in sight twice for it.
 */
const MENTIONS: Portioning = { sizes: [8, 8, 8, 8, Infinity], pauseMs: 500 };

/** Results of many documents that come within this time are shown together, in milliseconds. */
const GATHER_MS = 250;

/**
 * Files, scenarios and variants as tests. The states of what is open, or unfolded in the Test Explorer, follow the edits: the
 * server runs what is edited anyway. Of other files the Test Explorer knows the name, until somebody wants to know more.
 */
export class TestExplorer {
    readonly controller = vscode.tests.createTestController('hwp', 'hwpoison scenarios');
    readonly #server: HwpServer;
    readonly #results: Results;
    readonly #tested = new WeakMap<vscode.TestItem, Tested>();
    readonly #shown = new WeakMap<vscode.TestItem, string>();
    readonly #continuous = new Set<vscode.TestRunRequest>();
    readonly #changed = new Set<vscode.TestItem>();
    /** Ids of files that somebody has asked for. */
    readonly #unfolded = new Set<string>();
    /** Files that nobody looks at: with each portion of them the window draws its list anew. */
    readonly #mentioned = new Gathered<DocumentResults>((files) => files.forEach((each) => this.#mention(each)), MENTIONS);
    readonly #state = new vscode.EventEmitter<TestState>();
    #timer: ReturnType<typeof setTimeout> | undefined;

    readonly onState = this.#state.event;

    constructor(server: HwpServer, results: Results, context: vscode.ExtensionContext) {
        this.#server = server;
        this.#results = results;
        const profile = this.controller.createRunProfile('Run', vscode.TestRunProfileKind.Run, (request, token) => this.#handle(request, token), true);
        profile.supportsContinuousRun = true;
        const debugging = this.controller.createRunProfile('Debug', vscode.TestRunProfileKind.Debug, (request, token) => this.#debug(request, token), true);
        // Without a server there is nothing to unfold; the status bar says so.
        this.controller.resolveHandler = (item) => item === undefined ? this.#discover() : this.resolve(item).catch(() => undefined);
        this.controller.refreshHandler = () => this.#discover();
        context.subscriptions.push(
            this.controller, profile, debugging, results.onChange((changed) => this.#update(changed)), results.onLost(() => this.#forget()),
            vscode.workspace.onDidOpenTextDocument(({ uri }) => this.#updateKnown(uri)), this.#mentioned, { dispose: () => clearTimeout(this.#timer) },
        );
    }

    /** Runs items, or all there are, and shows them as one run. */
    async run(items: readonly vscode.TestItem[] | undefined, token?: vscode.CancellationToken): Promise<void> {
        await this.#run(new vscode.TestRunRequest(items), token);
    }

    /** The item of a scenario; made when the server knows the scenario and the Test Explorer does not yet. */
    async find(uri: vscode.Uri, id: string): Promise<vscode.TestItem | undefined> {
        const file = fileItem(this.controller, uri);
        await this.resolve(file);
        return file.children.get(`${file.id}#${id}`);
    }

    async #handle(request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> {
        if (request.continuous === true) {
            this.#continuous.add(request);
            token.onCancellationRequested(() => this.#continuous.delete(request));
        }
        await this.#run(request, token);
    }

    /** Steps through scenarios and variants, one after the other; each has its state when its session is over. */
    async #debug(request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> {
        const run = this.controller.createTestRun(request);
        try {
            this.#mentioned.flush();
            const roots = request.include ?? itemsOf(this.controller.items);
            for (const file of new Set(roots.map(fileOf))) {
                const texts = await this.#texts(file, token);
                for (const item of roots.filter((root) => fileOf(root) === file).flatMap(leavesOf)) {
                    if (token.isCancellationRequested || request.exclude?.includes(item) === true) {
                        continue;
                    }
                    await debugTest(item, run, token);
                    this.#show(run, item, true, texts.get(item.id));
                }
            }
        } finally {
            run.end();
        }
    }

    async #run(request: vscode.TestRunRequest, token?: vscode.CancellationToken): Promise<void> {
        const run = this.controller.createTestRun(request);
        walkthroughDone('tested');
        const isOver = (): boolean => token?.isCancellationRequested === true || run.token.isCancellationRequested;
        try {
            this.#mentioned.flush();
            const roots = request.include ?? itemsOf(this.controller.items);
            const portion = new Portions();
            for (const file of new Set(roots.map(fileOf))) {
                if (isOver()) {
                    break;
                }
                const texts = await this.#texts(file, run.token);
                const wanted = roots.filter((root) => fileOf(root) === file).flatMap(leavesOf).filter((item) => request.exclude?.includes(item) !== true);
                for (const item of wanted) {
                    await portion.next();
                    if (isOver()) {
                        break;
                    }
                    this.#show(run, item, true, texts.get(item.id));
                }
            }
        } finally {
            run.end();
        }
    }

    /** Runs a file; the steps of each scenario and variant by the id of its item. */
    async #texts(file: vscode.TestItem, token: vscode.CancellationToken): Promise<ReadonlyMap<string, string>> {
        this.#unfolded.add(file.id);
        const results = await this.#server.request('hwp/run', { uri: file.id }, token) ?? [];
        this.#results.set({ uri: file.id, scenarios: results });
        return new Map(results.flatMap(({ id, text, variants }) => {
            const scenario = scenarioItemId(file.id, id);
            return [[scenario, text] as const, ...variants.map((variant) => [variantItemId(scenario, variant.name), variant.text] as const)];
        }));
    }

    #show(run: vscode.TestRun, item: vscode.TestItem, withMessages: boolean, text?: string): void {
        const tested = this.#tested.get(item);
        if (tested === undefined) {
            return;
        }
        if (text !== undefined) {
            run.appendOutput(text.replaceAll('\n', '\r\n'), undefined, item);
        }
        this.#shown.set(item, fingerprint(tested));
        this.#state.fire(giveState(run, item, tested, withMessages));
    }

    #update(results: DocumentResults): void {
        const open = isOpen(results.uri);
        if (!open && !this.#unfolded.has(results.uri)) {
            this.#mentioned.add(results.uri, results);
            return;
        }
        this.#mentioned.delete(results.uri);
        const file = syncTree(this.controller, results, this.#tested);
        if (file === undefined) {
            return;
        }
        for (const item of leavesOf(file)) {
            const tested = this.#tested.get(item);
            if (tested !== undefined && this.#shown.get(item) !== fingerprint(tested)) {
                this.#changed.add(item);
            }
        }
        if (open && this.#changed.size > 0) {
            // It waited for hints and lenses: now is the moment.
            clearTimeout(this.#timer);
            this.#showChanges();
        } else {
            this.#timer ??= setTimeout(() => this.#showChanges(), GATHER_MS);
        }
    }

    /** A file that nobody looks at: its scenarios cost the window nothing. */
    #mention({ uri, scenarios }: DocumentResults): void {
        if (scenarios.length === 0) {
            this.controller.items.delete(uri);
        } else {
            fileItem(this.controller, vscode.Uri.parse(uri));
        }
    }

    /** A file that was mentioned only is opened. */
    #updateKnown(uri: vscode.Uri): void {
        const known = this.#results.get(uri);
        if (known !== undefined) {
            this.#update({ ...known, uri: uri.toString() });
        }
    }

    /** Without a server nothing is known: what was green would stay so. */
    #forget(): void {
        clearTimeout(this.#timer);
        this.#timer = undefined;
        this.#mentioned.clear();
        this.#changed.clear();
        this.controller.items.replace([]);
    }

    #showChanges(): void {
        this.#timer = undefined;
        const portion = [...this.#changed].slice(0, PORTION);
        portion.forEach((item) => this.#changed.delete(item));
        const changed = portion.filter((item) => this.#shown.get(item) !== fingerprint(this.#tested.get(item) ?? NEVER));
        for (const request of this.#continuous) {
            this.#showIn(request, changed.filter((item) => includes(request, item)));
        }
        const others = changed.filter((item) => ![...this.#continuous].some((request) => includes(request, item)));
        if (followsEdits()) {
            this.#showIn(quietRequest(others), others);
        } else {
            this.controller.invalidateTestResults(others);
        }
        if (this.#changed.size > 0) {
            this.#timer = setTimeout(() => this.#showChanges(), PAUSE_MS);
        }
    }

    #showIn(request: vscode.TestRunRequest, items: readonly vscode.TestItem[]): void {
        if (items.length === 0) {
            return;
        }
        const run = this.controller.createTestRun(request, undefined, false);
        items.forEach((item) => this.#show(run, item, request.continuous === true));
        run.end();
    }

    async #discover(): Promise<void> {
        const files = await vscode.workspace.findFiles('**/*.hwp', undefined, MAX_FILES);
        const withTests = files.filter((uri) => this.#results.get(uri)?.scenarios.length !== 0);
        const found = new Set(withTests.map(String));
        withTests.forEach((uri) => fileItem(this.controller, uri));
        itemsOf(this.controller.items).filter(({ id, children }) => !found.has(id) && children.size === 0).forEach(({ id }) => this.controller.items.delete(id));
    }

    /** Brings the children of a file up to date. */
    async resolve(item: vscode.TestItem): Promise<void> {
        if (item.parent !== undefined) {
            return;
        }
        this.#unfolded.add(item.id);
        const results = await this.#server.request('hwp/scenarios', { uri: item.id });
        if (results !== null) {
            this.#results.set(results);
        }
    }
}

/** Lets the window draw between portions of states. */
class Portions {
    #left = PORTION;

    async next(): Promise<void> {
        if (this.#left-- === 0) {
            this.#left = PORTION - 1;
            await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        }
    }
}

const NEVER: Tested = { status: 'invalid', failures: [] };

function isOpen(uri: string): boolean {
    return vscode.workspace.textDocuments.some((document) => document.languageId === 'hwp' && document.uri.toString() === uri);
}

function includes({ include, exclude }: vscode.TestRunRequest, item: vscode.TestItem): boolean {
    const line = [item, ...ancestorsOf(item)];
    return (include === undefined || line.some((each) => include.includes(each))) && !line.some((each) => exclude?.includes(each) === true);
}

function followsEdits(): boolean {
    return vscode.workspace.getConfiguration('hwp').get('testing.followEdits', true);
}

/** A run that nobody asked for leaves the focus, and the panels, where they are. */
function quietRequest(items: readonly vscode.TestItem[]): vscode.TestRunRequest {
    return new vscode.TestRunRequest(items, undefined, undefined, false, true);
}

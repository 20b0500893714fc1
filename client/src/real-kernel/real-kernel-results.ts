/** What a real kernel did, in the text: a mark behind each step, differences as diagnostics. Gone with the next edit, which may have changed what was run. */
import * as vscode from 'vscode';
import type { PlacedResult } from '../../../server/src/lab/host/messages.js';

type Place = PlacedResult['steps'][number]['place'];

export function rangeOfPlace({ startLine, startColumn, endLine, endColumn }: Place): vscode.Range {
    return new vscode.Range(startLine, startColumn, endLine, endColumn);
}

interface Marks {
    readonly release: string;
    /** By line: whether the kernel agreed in every step that ended there. */
    readonly agreed: Map<number, boolean>;
    readonly diagnostics: vscode.Diagnostic[];
}

const SOURCE = 'real kernel';

export class RealKernelResults implements vscode.InlayHintsProvider {
    readonly #marks = new Map<string, Marks>();
    readonly #diagnostics = vscode.languages.createDiagnosticCollection(SOURCE);
    readonly #changed = new vscode.EventEmitter<void>();

    readonly onDidChangeInlayHints = this.#changed.event;

    constructor({ subscriptions }: vscode.ExtensionContext) {
        subscriptions.push(
            this.#diagnostics, this.#changed,
            vscode.languages.registerInlayHintsProvider({ language: 'hwp' }, this),
            vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
                if (contentChanges.length > 0) {
                    this.#forget(document.uri);
                }
            }),
            vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#forget(uri)),
        );
    }

    /** A run of a document begins. Other scenarios of it keep what is known of them, on the same kernel. */
    begin(uri: vscode.Uri, release: string): void {
        if (this.#marks.get(uri.toString())?.release !== release) {
            this.#forget(uri);
            this.#marks.set(uri.toString(), { release, agreed: new Map(), diagnostics: [] });
        }
    }

    /** What became of a scenario, or of a variant of it; nothing is kept when the text was edited meanwhile. */
    add(uri: vscode.Uri, { steps, differences, notMade }: PlacedResult): void {
        const marks = this.#marks.get(uri.toString());
        if (marks === undefined) {
            return;
        }
        const here = ({ uri: other }: Place): boolean => vscode.Uri.parse(other).toString() === uri.toString();
        for (const { place, agrees } of steps.filter((step) => here(step.place))) {
            marks.agreed.set(place.endLine, agrees && marks.agreed.get(place.endLine) !== false);
        }
        const on = `Linux ${marks.release}`;
        marks.diagnostics.push(
            ...differences.filter(({ place }) => here(place)).map(({ place, field, predicted, observed }) =>
                diagnostic(place, `On ${on} ${FIELDS[field]} came out differently.\npredicted: ${predicted}\nreal: ${observed}`, vscode.DiagnosticSeverity.Warning, 'real-kernel/differs')),
            ...notMade.filter(({ place }) => here(place)).map(({ construct, reason, place }) =>
                diagnostic(place, `Not run on ${on}: ${construct}: ${reason}.`, vscode.DiagnosticSeverity.Information, 'real-kernel/not-made')),
        );
        this.#diagnostics.set(uri, marks.diagnostics);
        this.#changed.fire();
    }

    /** Forgets the lines of a scenario that is run again. */
    clear(uri: vscode.Uri, range: vscode.Range): void {
        const marks = this.#marks.get(uri.toString());
        if (marks !== undefined) {
            [...marks.agreed.keys()].filter((line) => line >= range.start.line && line <= range.end.line).forEach((line) => marks.agreed.delete(line));
            marks.diagnostics.splice(0, Infinity, ...marks.diagnostics.filter((each) => range.intersection(each.range) === undefined));
            this.#diagnostics.set(uri, marks.diagnostics);
            this.#changed.fire();
        }
    }

    provideInlayHints(document: vscode.TextDocument, range: vscode.Range): vscode.InlayHint[] {
        const marks = this.#marks.get(document.uri.toString());
        return marks === undefined ? [] : [...marks.agreed].filter(([line]) => line >= range.start.line && line <= range.end.line && line < document.lineCount).map(([line, agrees]) => {
            const hint = new vscode.InlayHint(document.lineAt(line).range.end, `${agrees ? '✓' : '✗'} ${marks.release}`);
            hint.paddingLeft = true;
            hint.tooltip = agrees ? `Linux ${marks.release} did what was predicted.` : `Linux ${marks.release} did something else than was predicted: see the Problems view.`;
            return hint;
        });
    }

    #forget(uri: vscode.Uri): void {
        if (this.#marks.delete(uri.toString())) {
            this.#diagnostics.delete(uri);
            this.#changed.fire();
        }
    }
}

/** Fields of a difference, as a sentence needs them. */
const FIELDS: Readonly<Record<PlacedResult['differences'][number]['field'], string>> = {
    errno: 'the errno', returned: 'what was returned', value: 'what was read', text: 'what was printed', signals: 'the signals', log: 'the kernel log', exits: 'who ended', counters: 'the counters', panic: 'the panic', end: 'the end', outcome: 'the race',
};

function diagnostic(place: Place, message: string, severity: vscode.DiagnosticSeverity, code: string): vscode.Diagnostic {
    const made = new vscode.Diagnostic(rangeOfPlace(place), message, severity);
    made.source = SOURCE;
    made.code = code;
    return made;
}

import { DocumentState, URI, type LangiumDocument } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import type { CancellationToken, Connection, InitializeParams, InlayHint, MarkupContent, Position } from 'vscode-languageserver';
import { commandLink, EXPLAIN_STEP } from '../command-links.js';
import type { InitializationOptions } from '../protocol.js';
import type { ReportStore } from '../report-store.js';
import { stepMarkdown } from '../step-markdown.js';
import { stepsAt } from '../steps-in-text.js';
import type { HintPart } from './line-hint.js';

/** What a hint remembers until its tooltip is asked for. */
interface HintData {
    readonly uri: string;
    /** By part of the hint; null for what holds by default. */
    readonly steps: readonly (Position | null)[];
}

const DEFAULTS = 'Nothing is written about this here: these are the defaults.';

/** The decision path of a hint, made when somebody points at it. */
export class HintTooltips {
    readonly #reports: ReportStore;
    #areFetched = false;
    #links = false;

    constructor(reports: ReportStore) {
        this.#reports = reports;
    }

    /** The client asks for tooltips by itself; others get plain hints. */
    get areFetched(): boolean {
        return this.#areFetched;
    }

    dataOf(uri: URI, parts: readonly HintPart[]): HintData {
        return { uri: uri.toString(), steps: parts.map(({ step }) => step ?? null) };
    }

    /** To be called before the connection listens. */
    serve(connection: Connection, { lsp, workspace }: LangiumSharedServices): void {
        lsp.LanguageServer.onInitialize(({ capabilities, initializationOptions }: InitializeParams) => {
            this.#areFetched = capabilities.textDocument?.inlayHint?.resolveSupport?.properties.includes('label.tooltip') === true;
            this.#links = (initializationOptions as InitializationOptions | null | undefined)?.commandLinks === true;
        });
        connection.languages.inlayHint.resolve(async (hint: InlayHint, token: CancellationToken) => {
            const data = hint.data as HintData | undefined;
            if (data === undefined || typeof hint.label === 'string') {
                return hint;
            }
            const uri = URI.parse(data.uri);
            await workspace.DocumentBuilder.waitUntil(DocumentState.Validated, uri, token).catch(() => undefined);
            const document = workspace.LangiumDocuments.getDocument(uri);
            // Between two parts stands a separator.
            return document === undefined ? hint : { ...hint, label: hint.label.map((part, index) => index % 2 === 1 ? part : { ...part, tooltip: this.#tooltipAt(document, data.steps[index / 2] ?? null) }) };
        });
    }

    #tooltipAt(document: LangiumDocument, step: Position | null): MarkupContent {
        const report = this.#reports.get(document);
        const steps = report === undefined || step === null ? [] : stepsAt(report, step);
        if (step === null || steps.length === 0) {
            return { kind: 'markdown', value: DEFAULTS };
        }
        const link = this.#links ? [commandLink('Explain this step in a tab', EXPLAIN_STEP, [document.uri.toString(), step.line, step.character])] : [];
        return { kind: 'markdown', value: [...link, ...stepMarkdown(steps)].join('\n\n') };
    }
}

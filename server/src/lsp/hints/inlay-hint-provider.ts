import type { ConfigurationProvider, LangiumDocument } from 'langium';
import type { InlayHintProvider } from 'langium/lsp';
import type { InlayHint, InlayHintParams } from 'vscode-languageserver';
import type { HwpLanguageId } from '../protocol.js';
import type { ReportStore } from '../report-store.js';
import { defaultHints } from './default-hints.js';
import { hintChoice } from './hint-settings.js';
import type { LineHint } from './line-hint.js';
import { resultHints } from './result-hints.js';

const LANGUAGE: HwpLanguageId = 'hwp';

/** The result of each step at the end of its line, and what holds by default where a scenario or process begins. */
export class HwpInlayHintProvider implements InlayHintProvider {
    readonly #reports: ReportStore;
    readonly #configuration: () => ConfigurationProvider;

    constructor(reports: ReportStore, configuration: () => ConfigurationProvider) {
        this.#reports = reports;
        this.#configuration = configuration;
    }

    async getInlayHints(document: LangiumDocument, { range }: InlayHintParams): Promise<InlayHint[]> {
        const { parts, defaults } = hintChoice(await this.#configuration().getConfiguration(LANGUAGE, 'hints'));
        const report = this.#reports.get(document);
        if (report === undefined) {
            return [];
        }
        const [first, last] = [range.start.line, range.end.line];
        const asked = defaults ? defaultHints(document, report).filter(({ line }) => line >= first && line <= last) : [];
        return [...asked, ...resultHints(report, first, last, parts)].filter(({ label }) => label !== '').map((hint) => atEndOfLine(document, hint));
    }
}

function atEndOfLine({ textDocument }: LangiumDocument, { line, label }: LineHint): InlayHint {
    const text = textDocument.getText({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } }).replace(/[\r\n]+$/, '');
    return { position: { line, character: text.length }, label, paddingLeft: true };
}

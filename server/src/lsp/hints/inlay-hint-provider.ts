import type { ConfigurationProvider, LangiumDocument } from 'langium';
import type { InlayHintProvider } from 'langium/lsp';
import { CancellationToken, type InlayHint, type InlayHintLabelPart, type InlayHintParams } from 'vscode-languageserver';
import { EXPLAIN_STEP } from '../command-links.js';
import type { HwpLanguageId } from '../protocol.js';
import type { ResultsInSight } from '../results-in-sight.js';
import { coverageHints } from './coverage-hints.js';
import { defaultHints } from './default-hints.js';
import type { HintTooltips } from './hint-tooltips.js';
import { hintChoice } from './hint-settings.js';
import { BETWEEN_PARTS, type HintPart, type LineHint } from './line-hint.js';
import { resultHints } from './result-hints.js';

const LANGUAGE: HwpLanguageId = 'hwp';

/** The result of each step at the end of its line, and what holds by default where a scenario or process begins. */
export class HwpInlayHintProvider implements InlayHintProvider {
    readonly #results: ResultsInSight;
    readonly #tooltips: HintTooltips;
    readonly #configuration: () => ConfigurationProvider;

    constructor(results: ResultsInSight, tooltips: HintTooltips, configuration: () => ConfigurationProvider) {
        this.#results = results;
        this.#tooltips = tooltips;
        this.#configuration = configuration;
    }

    async getInlayHints(asked: LangiumDocument, { range }: InlayHintParams, token: CancellationToken = CancellationToken.None): Promise<InlayHint[]> {
        const { parts, defaults, coverage } = hintChoice(await this.#configuration().getConfiguration(LANGUAGE, 'hints'));
        const [first, last] = [range.start.line, range.end.line];
        const results = await this.#results.of(asked, first, token);
        if (results === undefined) {
            return [];
        }
        const { document, report } = results;
        const byDefault = defaults ? defaultHints(document, report, first, last).filter(({ line }) => line >= first && line <= last) : [];
        const covered = coverage ? coverageHints(report, first, last) : [];
        return [...byDefault, ...covered, ...resultHints(report, first, last, parts)].filter((hint) => hint.parts.length > 0).map((hint) => this.#atEndOfLine(document, hint));
    }

    #atEndOfLine({ textDocument, uri }: LangiumDocument, { line, parts }: LineHint): InlayHint {
        const text = textDocument.getText({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } }).replace(/[\r\n]+$/, '');
        const hint = { position: { line, character: text.length }, paddingLeft: true };
        return this.#tooltips.areFetched
            ? { ...hint, label: parts.flatMap((part, index) => [...index === 0 ? [] : [{ value: BETWEEN_PARTS }], labelPart(part, uri.toString())]), data: this.#tooltips.dataOf(uri, parts) }
            : { ...hint, label: parts.map((part) => part.text).join(BETWEEN_PARTS) };
    }
}

/** Followed, it leads to the decisions behind it. */
function labelPart({ text, step }: HintPart, uri: string): InlayHintLabelPart {
    return step === undefined ? { value: text } : { value: text, command: { title: 'Explain', command: EXPLAIN_STEP, arguments: [uri, step.line, step.character] } };
}

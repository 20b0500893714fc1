import { CstUtils, type LangiumDocument } from 'langium';
import type { HoverProvider, LangiumServices } from 'langium/lsp';
import type { Hover, HoverParams } from 'vscode-languageserver';
import { escaped } from '../../report/output/markdown-text.js';
import { summarize } from '../../report/step/summary.js';
import { summarizeOutcomes } from '../../report/step/variants.js';
import type { FileReport } from '../../report/judgement/scenario-report.js';
import type { DocumentationLinks } from '../documentation-links.js';
import type { ReportStore } from '../report-store.js';
import { askedDifferences } from '../../simulator/recording/asked-differences.js';
import { protocolRange } from '../run-diagnostics.js';
import { bySource, outcomesAt, stepsAt, type PlacedStep } from '../steps-in-text.js';
import type { HoverPictures } from './hover-pictures.js';
import { declarationParts } from './declaration-hover.js';
import { kernelNotes, kernelNotesOnStep } from './kernel-notes.js';
import { stepMarkdown } from '../step-markdown.js';
import { isWordOfLanguage } from './word-context.js';
import { describedWordAt, type DescribedWord } from './word-at.js';

/** Most results of one step (it is repeated) that a hover names. */
const MAX_NAMED_RUNS = 3;

/**
 * On a step: its explanation. On a word of the vocabulary: what it means. The first word of a step is both, and says
 * what happened first. On a name: what it declares or
 * refers to.
 */
export class HwpHoverProvider implements HoverProvider {
    readonly #services: LangiumServices;
    readonly #reports: ReportStore;
    readonly #documentation: DocumentationLinks;
    readonly #pictures: HoverPictures;

    constructor(services: LangiumServices, reports: ReportStore, documentation: DocumentationLinks, pictures: HoverPictures) {
        this.#pictures = pictures;
        this.#services = services;
        this.#reports = reports;
        this.#documentation = documentation;
    }

    async getHoverContent(document: LangiumDocument, params: HoverParams): Promise<Hover | undefined> {
        const report = this.#reports.get(document);
        const name = await this.#nameHover(document, params, report);
        if (name !== undefined) {
            return name;
        }
        const steps = report === undefined ? [] : stepsAt(report, params.position);
        const word = describedWordAt(document, params.position, this.#documentation);
        const [step] = steps;
        if (step !== undefined && (word === null || word.word === step.step.op)) {
            const pictures = await this.#pictures.of(steps, this.#services.shared.workspace.LangiumDocuments);
            return { range: protocolRange(step.range), contents: { kind: 'markdown', value: joined([...stepMarkdown(steps), ...pictures, ...notesOn(step), ...wordParts(word)]) } };
        }
        if (word !== null) {
            return { range: word.range, contents: { kind: 'markdown', value: joined([...wordParts(word), ...summaries(steps)]) } };
        }
        return undefined;
    }

    /** On a declared name, or a use of one: its declaration, its comment, what the run did to it. */
    async #nameHover(document: LangiumDocument, { position }: HoverParams, report: FileReport | undefined): Promise<Hover | undefined> {
        const { parser, references, documentation } = this.#services;
        const leaf = CstUtils.findDeclarationNodeAtOffset(document.parseResult.value.$cstNode, document.textDocument.offsetAt(position), parser.GrammarConfig.nameRegexp);
        const [declaration] = leaf === undefined ? [] : references.References.findDeclarations(leaf);
        if (leaf === undefined || declaration === undefined || isWordOfLanguage(leaf)) {
            return undefined;
        }
        const scenario = report?.scenarios.find(({ range }) => range.startLine <= position.line && range.endLine >= position.line);
        const run = scenario === undefined || scenario.program === null || scenario.trace === null ? undefined : { program: scenario.program, trace: scenario.trace };
        const steps = report === undefined ? [] : stepsAt(report, position);
        const parts = declarationParts(declaration, await documentation.DocumentationProvider.getDocumentation(declaration), run);
        return { range: leaf.range, contents: { kind: 'markdown', value: joined([parts.join('\n\n'), ...summaries(steps)]) } };
    }
}

/** What would differ on other kernels: of the first variant, whose step it is. */
function notesOn({ scenario: { program }, step, index, trace }: PlacedStep): readonly string[] {
    return program === null || step.skipped ? [] : kernelNotesOnStep(askedDifferences(program, index), (step.kernel ?? trace.kernel).written);
}

function summaries(steps: readonly PlacedStep[]): string[] {
    const words = bySource(steps).flatMap((runs) => runs[0]!.scenario.variants.length > 1 ? [summarizeOutcomes(outcomesAt(runs))] : runs.map(({ step }) => summarize(step)));
    return [...new Set(words)].filter((summary) => summary !== '').slice(0, MAX_NAMED_RUNS).map((summary) => `Here: **${escaped(summary)}**`);
}

function wordParts(word: DescribedWord | null): string[] {
    return word === null ? [] : [[`**${escaped(word.description.title)}**`, word.description.doc, ...kernelNotes(word.word)].join('\n\n')];
}

function joined(parts: readonly string[]): string {
    return parts.join('\n\n---\n\n');
}

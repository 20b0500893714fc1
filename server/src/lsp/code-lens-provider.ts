import type { LangiumDocument } from 'langium';
import type { CodeLensProvider } from 'langium/lsp';
import { CancellationToken, type CodeLens, type CodeLensParams, type Command } from 'vscode-languageserver';
import { countWords } from '../report/step/wording.js';
import type { ScenarioItem, ScenarioStatus } from './protocol.js';
import { namedScenarios, scenarioItem } from './requests/scenario-items.js';
import type { ResultsInSight } from './results-in-sight.js';

/** Run, explain, and the state of the last run, over each scenario. The commands are the client's. */
export class ScenarioCodeLensProvider implements CodeLensProvider {
    readonly #results: ResultsInSight;

    constructor(results: ResultsInSight) {
        this.#results = results;
    }

    async provideCodeLens(document: LangiumDocument, _params: CodeLensParams, token: CancellationToken = CancellationToken.None): Promise<CodeLens[]> {
        const results = await this.#results.of(document, 0, token);
        if (results === undefined) {
            return [];
        }
        const { report } = results;
        return namedScenarios(report).map(scenarioItem).flatMap((item) => {
            const { start } = item.range;
            const range = { start, end: { line: start.line, character: start.character + 'scenario'.length } };
            return commandsOf(item, report.uri).map((command) => ({ range, command }));
        });
    }
}

function commandsOf(item: ScenarioItem, uri: string): Command[] {
    return [
        { title: 'Run', command: 'hwp.runScenario', arguments: [uri, item.id] },
        ...item.status === 'invalid' ? [] : [{ title: 'Debug', command: 'hwp.debugScenario', arguments: [uri, item.id] }],
        { title: 'Explain', command: 'hwp.showTrace', arguments: [uri, item.id] },
        // Without a command it is a text.
        { title: STATES[item.status](item) + variantsWords(item), command: '' },
    ];
}

/** `, in 5 variants`, `, in 2 of 5 variants`: how many have the state that the scenario has. */
function variantsWords({ variants, status }: ScenarioItem): string {
    const alike = variants.filter((variant) => variant.status === status).length;
    return variants.length < 2 ? '' : `, in ${alike === variants.length ? '' : `${alike} of `}${variants.length} variants`;
}

const STATES: Readonly<Record<ScenarioStatus, (item: ScenarioItem) => string>> = {
    passed: ({ met }) => met === 0 ? '✓ passed, nothing checked' : `✓ ${countWords(met, 'expectation')} met`,
    failed: ({ failures, met }) => `✗ ${failures.length} failed, ${met} met`,
    unverified: () => '? unverified: not all of it is modelled',
    invalid: ({ failures }) => failures.length === 0 ? '! not run' : `! not run: ${countWords(failures.length, 'error')} in the text`,
};

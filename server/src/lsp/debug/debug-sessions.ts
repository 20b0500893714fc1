/** Sessions of debuggers, from their opening to their end. A session keeps the run and the text as they were. */
import { URI, UriUtils, type LangiumDocument, type LangiumDocuments } from 'langium';
import type { CancellationToken } from 'vscode-languageserver';
import { parseOverrides, type Overrides } from '../../analysis/overrides.js';
import { DebugSession } from '../../debug/session.js';
import { DebugTimeline } from '../../debug/timeline.js';
import type { FileReport, ScenarioReport, VariantReport } from '../../report/judgement/scenario-report.js';
import { fnv1a } from '../../report/fnv.js';
import { SourceLines } from '../../report/output/source-lines.js';
import { stepWords, type SourceTexts } from '../../report/output/source-texts.js';
import { kernelWords } from '../../simulator/kernel-words.js';
import type { Program } from '../../simulator/program.js';
import { recordStates, tooLong, traceOfWay } from '../../simulator/recording/record-states.js';
import type { DebugProblem, DebugStart, DebugTarget, DebugWays } from '../protocol.js';
import { analyzeOverridden } from '../overridden.js';
import { inSlices } from '../slices.js';
import { findScenario, namedScenarios, variantName } from '../requests/scenario-items.js';
import { findRace, racesOf } from './race-choices.js';

/** Most choices that an error lists. */
const MAX_CHOICES = 30;

export class DebugSessions {
    readonly #sessions = new Map<string, DebugSession>();
    readonly #texts: LangiumDocuments;

    constructor(texts: LangiumDocuments) {
        this.#texts = texts;
    }

    get(id: string): DebugSession | undefined {
        return this.#sessions.get(id);
    }

    close(id: string): void {
        this.#sessions.delete(id);
    }

    /** Records the run and opens a session over it. */
    async open(id: string, target: DebugTarget, document: LangiumDocument, report: FileReport, token: CancellationToken): Promise<DebugStart | DebugProblem> {
        const { kernel = '', sysctls = {} } = target;
        const overrides = parseOverrides({ sysctls, ...kernel === '' ? {} : { kernel } });
        if ('error' in overrides) return { problem: overrides.error, choices: [] };
        const found = await this.#scenario(target, overrides.value, document, report, token);
        if ('problem' in found) return found;
        const { program, trace } = found.variant;
        if (trace === null) return { problem: 'The scenario was not run.', choices: [] };
        const choices = racesOf(program, trace);
        const race = target.race === undefined || target.race.trim() === '' ? null : findRace(target.race, choices);
        if (race === null && target.race !== undefined && target.race.trim() !== '') {
            const ways = choices.map((choice) => `${choice.race}: ${choice.result}`);
            return { problem: ways.length === 0 ? `The scenario has no race: there is no way \`${target.race}\`.` : `No way of a race is called \`${target.race}\`.`, choices: ways.slice(0, MAX_CHOICES) };
        }
        const chosen = race === null || race.chosen.way.length === 0 ? null : race.chosen;
        const gone = chosen === null ? trace : traceOfWay(program, trace, chosen);
        if (gone === null) return { problem: `Nobody can go the way \`${target.race}\` any more.`, choices: [] };
        const long = tooLong(gone);
        if (long !== null) return { problem: long, choices: [] };
        const { states } = await inSlices(recordStates(program, gone, chosen), token);
        const timeline = new DebugTimeline(program, gone, states, chosen);
        const words = this.#wordsOf(program, document);
        this.#sessions.set(id, new DebugSession(timeline, (step) => words(gone.steps[step]?.source, gone.steps[step]?.op ?? '')));
        return {
            title: found.scenario.title, steps: gone.steps.length, positions: timeline.positions.count, fingerprint: fingerprintOf(program),
            threads: timeline.sides.map((side, index) => ({ id: index + 1, name: side === '' ? `host, Linux ${kernelWords(program.kernel)}` : `guest ${side}, Linux ${kernelWords(gone.guests?.[side]?.kernel ?? program.kernel)}` })),
            names: namesOf(program),
            notes: [
                ...states.limits,
                ...chosen === null ? choices.length > 0 ? ['Nobody interferes. The other ways of the race are stepped with "race" in launch.json, or by Step Into Target at the step.'] : []
                    : [`Race: ${race?.label}, which ends in ${race?.result}. What comes after the race belongs to nobody interfering: the session ends with it.`],
                ...trace.steps.some(({ sweep }) => sweep !== undefined) ? ['A sweep is stepped over: what it injects happens on machines of their own.'] : [],
                ...trace.notModelled.map(({ what }) => `Not modelled: ${what}`),
            ],
        };
    }

    /** The ways of the races of a scenario. */
    ways(report: FileReport, target: DebugTarget): DebugWays | null {
        const scenario = findScenario(report, target.scenario);
        const variant = scenario === undefined ? undefined : variantOf(scenario, target.variant);
        return variant?.trace == null ? null : { ways: racesOf(variant.program, variant.trace).map(({ race, step, label, result, moves }) => ({ race, step, label, result, moves })) };
    }

    async #scenario({ scenario: id, variant: name }: DebugTarget, overrides: Overrides, document: LangiumDocument, report: FileReport, token: CancellationToken): Promise<DebugProblem | { readonly scenario: ScenarioReport; readonly variant: VariantReport }> {
        const known = findScenario(report, id);
        if (known === undefined) return { problem: `There is no scenario \`${id}\` in the file.`, choices: namedScenarios(report).map((each) => each.id).slice(0, MAX_CHOICES) };
        const scenario = overrides.kernel === undefined && overrides.sysctls === undefined ? known : (await analyzeOverridden(document, report, [known], overrides, token))[0]!;
        if (scenario.status === 'invalid') return { problem: `\`${id}\` has errors, so that there is no run to step through.`, choices: scenario.issues.filter(({ severity }) => severity === 'error').map(({ message, range }) => `line ${range.startLine + 1}: ${message}`).slice(0, MAX_CHOICES) };
        const variant = variantOf(scenario, name);
        return variant === undefined ? { problem: `\`${id}\` has no variant \`${name}\`.`, choices: scenario.variants.map(variantName).slice(0, MAX_CHOICES) } : { scenario, variant };
    }

    /** Steps as they are written now: an edit does not change what a session says. */
    #wordsOf(program: Program, document: LangiumDocument): (source: number | undefined, otherwise: string) => string {
        const documents = new Map([...new Set(program.sources.map(({ uri }) => uri))].map((uri) => [uri, uri === document.uri.toString() ? document : this.#texts.getDocument(URI.parse(uri))]));
        const lines = new SourceLines();
        documents.forEach((each, uri) => lines.add(uri, each?.textDocument.getText() ?? ''));
        const sources: SourceTexts = { pathOf: (uri) => UriUtils.basename(URI.parse(uri)), textOf: (range) => lines.textOf(range) };
        return (source, otherwise) => {
            const range = source === undefined ? undefined : program.sources[source];
            return (range === undefined ? '' : stepWords(range, sources)) || otherwise;
        };
    }
}

function variantOf({ variants }: ScenarioReport, name: string | undefined): VariantReport | undefined {
    return name === undefined || name === '' ? variants[0] : variants.find((variant) => variantName(variant) === name);
}

/** Names that expressions know: places, tasks, virtual machines. */
function namesOf({ machine, guests }: Program): string[] {
    const { frames, regions, files, processes } = machine;
    return [...new Set([...frames, ...regions, ...files, ...processes, ...processes.flatMap(({ mappings }) => mappings), ...guests ?? []].map(({ name }) => name))];
}

/** The same for programs that run alike and stand at the same place. */
function fingerprintOf(program: Program): string {
    const text = JSON.stringify(program);
    return `${text.length}-${fnv1a(text).toString(16)}`;
}

/** Reports in the form in which the client gets them. */
import { isVaried, nameOfScenario, type FileReport, type Issue, type ScenarioReport, type VariantReport } from '../../report/judgement/scenario-report.js';
import { selectionWords } from '../../vocabulary/variant-selections.js';
import { variantWords } from '../../vocabulary/vary.js';
import type { Verdict } from '../../report/judgement/verdicts.js';
import type { Program } from '../../simulator/program.js';
import type { DocumentResults, Failure, ScenarioItem, VariantItem } from '../protocol.js';
import { protocolRange } from '../run-diagnostics.js';

/** A scenario with the id by which the client knows it. */
export interface NamedScenario {
    readonly id: string;
    readonly scenario: ScenarioReport;
}

/** Scenarios of one title are told apart by a number. */
export function namedScenarios(report: FileReport): NamedScenario[] {
    const counts = new Map<string, number>();
    return report.scenarios.map((scenario) => {
        const count = (counts.get(scenario.title) ?? 0) + 1;
        counts.set(scenario.title, count);
        return { id: count === 1 ? scenario.title : `${scenario.title}#${count}`, scenario };
    });
}

export function findScenario(report: FileReport, id: string): ScenarioReport | undefined {
    return namedScenarios(report).find((named) => named.id === id)?.scenario;
}

export function documentResults(report: FileReport): DocumentResults {
    return { uri: report.uri, scenarios: namedScenarios(report).map(knownItem) };
}

/** Of the scenarios of a text an edit changes one: what the client was told of the others holds. */
const items = new WeakMap<ScenarioReport, ScenarioItem>();

function knownItem(named: NamedScenario): ScenarioItem {
    const known = items.get(named.scenario);
    const item = known?.id === named.id ? known : scenarioItem(named);
    items.set(named.scenario, item);
    return item;
}

export function scenarioItem({ id, scenario }: NamedScenario): ScenarioItem {
    return {
        id, title: nameOfScenario(scenario), range: protocolRange(scenario.range), status: scenario.status,
        failures: failuresOf(scenario), met: metIn(scenario.variants),
        variants: isVaried(scenario) ? scenario.variants.map((variant) => variantItem(variant, scenario)) : [],
    };
}

/** By this name the client knows a variant. */
export function variantName({ values }: Pick<VariantReport, 'values'>): string {
    return variantWords(values);
}

/** One variant as a scenario of its own; null when there is none of that name. Without a name the whole scenario. */
export function onlyVariant(scenario: ScenarioReport, name: string | undefined): ScenarioReport | null {
    if (name === undefined) {
        return scenario;
    }
    const variant = scenario.variants.find((each) => variantName(each) === name);
    return variant === undefined ? null : { ...scenario, ...variant, trace: variant.trace, variants: [variant], leftOut: [], issues: gapsOf(scenario) };
}

function variantItem(variant: VariantReport, scenario: ScenarioReport): VariantItem {
    const gaps = variant.status === 'unverified' ? gapsOf(scenario).map(issueFailure) : [];
    return { name: variantName(variant), status: variant.status, failures: [...failedIn(variant), ...gaps] };
}

/** Claims that hold wherever they apply, and apply somewhere; by their place, since variants number places by themselves. */
function metIn(variants: readonly VariantReport[]): number {
    const statuses = new Map<string, Set<string>>();
    for (const { program, verdicts } of variants) {
        for (const [index, { expectation, source, status }] of verdicts.entries()) {
            if (expectation >= 0) {
                const place = program.sources[source];
                const key = `${place?.startLine}:${place?.startColumn} ${index}`;
                statuses.set(key, (statuses.get(key) ?? new Set()).add(status));
            }
        }
    }
    return [...statuses.values()].filter((seen) => seen.has('passed') && !seen.has('failed') && !seen.has('unverified')).length;
}

/** What fails, once, with the variants that it fails in. */
function failuresOf(scenario: ScenarioReport): Failure[] {
    const { program, variants, issues, status } = scenario;
    if (status === 'invalid' || program === null) {
        return issues.filter(({ severity }) => severity === 'error').map(issueFailure);
    }
    const found = new Map<string, { readonly failure: Failure; readonly where: number[] }>();
    variants.forEach((variant, index) => {
        // Told apart within a variant: a step that is repeated may fail every time.
        const counts = new Map<string, number>();
        for (const failure of failedIn(variant)) {
            const words = JSON.stringify(failure);
            const key = `${counts.get(words) ?? 0} ${words}`;
            counts.set(words, (counts.get(words) ?? 0) + 1);
            const known = found.get(key) ?? { failure, where: [] };
            known.where.push(index);
            found.set(key, known);
        }
    });
    const values = variants.map((variant) => variant.values);
    const failed = [...found.values()].map(({ failure, where }) => where.length === variants.length ? failure
        : { ...failure, message: `${failure.message}, in ${selectionWords(where, values)}` });
    return [...failed, ...gapsOf(scenario).map(issueFailure)];
}

function failedIn({ program, verdicts }: VariantReport): Failure[] {
    return verdicts.filter((verdict) => verdict.status === 'failed').map((verdict) => verdictFailure(verdict, program));
}

function gapsOf({ issues }: ScenarioReport): Issue[] {
    return issues.filter(({ code }) => code === 'not-modelled');
}

function verdictFailure({ source, expected, actual }: Verdict, program: Program): Failure {
    const place = program.sources[source] ?? program.sources[program.source];
    return { message: `Expected ${expected}, got ${actual}`, expected, actual, uri: place?.uri ?? '', range: place === undefined ? NOWHERE : protocolRange(place) };
}

const NOWHERE: Failure['range'] = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

function issueFailure({ message, range }: Issue): Failure {
    return { message, expected: '', actual: '', uri: range.uri, range: protocolRange(range) };
}

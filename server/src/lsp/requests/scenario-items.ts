/** Reports in the form in which the client gets them. */
import type { FileReport, Issue, ScenarioReport } from '../../report/scenario-report.js';
import type { Verdict } from '../../report/verdicts.js';
import type { Program } from '../../simulator/program.js';
import type { DocumentResults, Failure, ScenarioItem } from '../protocol.js';
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
    return { uri: report.uri, scenarios: namedScenarios(report).map(scenarioItem) };
}

export function scenarioItem({ id, scenario }: NamedScenario): ScenarioItem {
    return {
        id, title: scenario.title, range: protocolRange(scenario.range), status: scenario.status,
        failures: failuresOf(scenario),
        met: scenario.verdicts.filter(({ expectation, status }) => expectation >= 0 && status === 'passed').length,
        variants: [],
    };
}

function failuresOf({ program, verdicts, issues, status }: ScenarioReport): Failure[] {
    if (status === 'invalid' || program === null) {
        return issues.filter(({ severity }) => severity === 'error').map(issueFailure);
    }
    const failed = verdicts.filter((verdict) => verdict.status === 'failed').map((verdict) => verdictFailure(verdict, program));
    const gaps = issues.filter(({ code }) => code === 'not-modelled').map(issueFailure);
    return [...failed, ...gaps];
}

function verdictFailure({ source, expected, actual }: Verdict, program: Program): Failure {
    const place = program.sources[source] ?? program.sources[program.source];
    return { message: `Expected ${expected}, got ${actual}`, expected, actual, uri: place?.uri ?? '', range: place === undefined ? NOWHERE : protocolRange(place) };
}

const NOWHERE: Failure['range'] = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

function issueFailure({ message, range }: Issue): Failure {
    return { message, expected: '', actual: '', uri: range.uri, range: protocolRange(range) };
}

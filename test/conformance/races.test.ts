// What forced races came to on a real kernel: the outcomes that are predicted hold what was seen, at its window.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';
import type { RaceOutcome, StepTrace } from '../../server/src/simulator/trace.js';

interface RaceRecord {
    readonly case: string;
    /** `W5|W7`: one of them, `W4+W3`: both, `none`: nobody interfered. */
    readonly window: string;
    readonly results: readonly (readonly [string, string])[];
    readonly errno: string | null;
    readonly panic: boolean;
    readonly signals: readonly { readonly code: string; readonly lsb: number; readonly how: string }[];
    readonly scenario: string;
}

const RECORDS = readFileSync(path.join(import.meta.dirname, 'records', 'races', '7.3.4.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as RaceRecord);

const ERRNOS: Readonly<Record<string, string>> = { 0: '0', 16: 'EBUSY', 133: 'EHWPOISON' };

/** Results, errno, panic and the signals that nobody's access caused. */
function seen({ results, errno, panic, signals }: RaceRecord): string {
    const asynchronous = signals.filter(({ how }) => how === 'asynchronous').map(({ code, lsb }) => `${code} ${lsb}`);
    return [...results.map((words) => words.join(' ')), panic ? 'panic' : ERRNOS[errno!], ...asynchronous].join(', ');
}

function predicted({ events, outcome }: StepTrace): string {
    const results = events.flatMap((event) => event.t === 'result' ? [`${event.type.replace('MF_MSG_', '')} ${event.result.replace(/MF_(.)(.*)/, (_all, first: string, rest: string) => first + rest.toLowerCase())}`] : []);
    const panic = events.some(({ t }) => t === 'panic');
    const signals = events.flatMap((event) => event.t === 'signal' && event.code === 'BUS_MCEERR_AO' ? [`${event.code} ${event.addressLsbBits}`] : []);
    return [...results, panic ? 'panic' : outcome.errno, ...signals].join(', ');
}

/** Is there a way through these windows and no others? */
function comesAt({ ways }: RaceOutcome, window: string): boolean {
    return ways.some((way) => {
        const passed = new Set<string>(way.map((move) => move.window));
        if (window === 'none') return passed.size === 0;
        if (window.includes('|')) return passed.size === 1 && window.split('|').some((each) => passed.has(each));
        const all = new Set(window.split('+'));
        return passed.size > 0 && [...passed].every((each) => all.has(each));
    });
}

async function outcomesOf(scenario: string): Promise<readonly { readonly text: string; readonly outcome: RaceOutcome }[]> {
    const { scenarios: [report] } = await new TextAnalyzer().analyze('file:///race.hwp', scenario);
    const step = report?.trace?.steps.find((each) => each.op === 'corrupt-pfn');
    if (step === undefined) throw new Error(`the scenario was not run: ${report?.issues.map(({ message }) => message).join('; ')}`);
    const outcomes = step.race?.outcomes ?? [{ ways: [[]], interleavings: 1, step }];
    expect(step.race?.limit ?? null).toBeNull();
    return outcomes.map((outcome) => ({ text: predicted(outcome.step), outcome }));
}

/** The text cannot say what brought the outcome about; the outcome itself must be there. */
const WITHOUT_WAY: Readonly<Record<string, string>> = { 'free-inflight-nocheck': 'a free that had passed the test of the mark before the mark was set' };

describe('races forced on 7.3.4', () => {
    test.each(RECORDS.map((record) => [record.case, record] as const))('%s', async (_name, record) => {
        const outcomes = await outcomesOf(record.scenario);
        const same = outcomes.filter(({ text }) => text === seen(record));
        expect(outcomes.map(({ text }) => text)).toContain(seen(record));
        if (record.case in WITHOUT_WAY) return;
        expect(same.filter(({ outcome }) => comesAt(outcome, record.window)), `${seen(record)} at ${record.window}: ${JSON.stringify(same.map(({ outcome }) => outcome.ways.map((way) => way.map(({ window }) => window).join(' '))))}`).not.toEqual([]);
    });
});

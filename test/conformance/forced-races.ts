// Races that were forced on real kernels by the lab: what was held where, what was done, what came of it.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseKernel } from '../../server/src/analysis/overrides.js';
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';
import { endKey, predictedEnd, type RacedEnd } from '../../server/src/lab/races/race-outcome.js';
import type { RaceOutcome } from '../../server/src/simulator/trace.js';

export interface ForcedRace {
    /** `7.3.4`. */
    readonly kernel: string;
    readonly title: string;
    readonly scenario: string;
    readonly forced: readonly { readonly windows: readonly string[]; readonly moves: readonly string[]; readonly end: RacedEnd }[];
}

const FOLDER = path.resolve(import.meta.dirname, 'records/races');

/** By kernel, the newest first; scenarios in the order of their recording. */
export function forcedRaces(): readonly ForcedRace[] {
    const files = readdirSync(FOLDER).filter((name) => name.startsWith('forced-'));
    const records = files.flatMap((name) => readFileSync(path.join(FOLDER, name), 'utf8').trim().split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as ForcedRace));
    return records.sort((a, b) => b.kernel.localeCompare(a.kernel, 'en', { numeric: true }));
}

export interface PredictedOutcome { readonly outcome: RaceOutcome; readonly end: RacedEnd; readonly key: string }

/** What the model says of the raced step on that kernel. */
export async function predictedOutcomes({ kernel, scenario }: Pick<ForcedRace, 'kernel' | 'scenario'>): Promise<readonly PredictedOutcome[]> {
    const parsed = parseKernel(kernel);
    if ('error' in parsed) throw new Error(parsed.error);
    const { scenarios: [report] } = await new TextAnalyzer().analyze('file:///race.hwp', scenario, { overrides: { kernel: parsed.value, sysctls: {} } });
    const step = report?.trace?.steps.find(({ race }) => race !== undefined);
    if (step?.race === undefined) throw new Error(`no race was run: ${report?.issues.map(({ message }) => message).join('; ')}`);
    return step.race.outcomes.map((outcome) => ({ outcome, end: predictedEnd(outcome), key: endKey(predictedEnd(outcome)) }));
}

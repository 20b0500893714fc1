/** The ways of the races of a run, each by words that choose it. */
import { outcomeWords, wayWords } from '../../report/step/races.js';
import type { ChosenRace } from '../../debug/timeline.js';
import type { Program } from '../../simulator/program.js';
import type { Trace } from '../../simulator/trace.js';
import type { DebugWay } from '../protocol.js';

interface Choice extends DebugWay { readonly chosen: ChosenRace; readonly outcome: number; readonly way: number; readonly line: number }

/** Every way that a trace lists, the race that is nearest to the beginning first. */
export function racesOf(program: Program, trace: Trace): readonly Choice[] {
    const raced = trace.steps.flatMap((step, index) => step.race === undefined ? [] : [{ index, race: step.race, line: (program.sources[step.source]?.startLine ?? 0) + 1 }]);
    return raced.flatMap(({ index, race, line }) => {
        const words = race.outcomes.flatMap(({ ways }) => ways.map(wayWords));
        return race.outcomes.flatMap((outcome, at) => outcome.ways.map((way, number): Choice => {
            const said = wayWords(way);
            // Ways through the same windows differ in what is done there: the number of the outcome and of the way tells them apart.
            const own = words.filter((each) => each === said).length === 1 ? said : `${at + 1}.${number + 1}`;
            return { race: raced.length === 1 ? own : `${line}: ${own}`, step: index, label: said, outcome: at, way: number, line, result: outcomeWords(outcome), moves: way.map(({ what }) => what), chosen: { step: index, way } };
        }));
    });
}

/** `W1, then W5`, `MF_MSG_DIRTY_LRU MF_RECOVERED`, `2`, `2.1`, each also behind the line of its race (`12: W1`); null where nothing is called so. */
export function findRace(written: string, choices: readonly Choice[]): Choice | null {
    const [, line, words = ''] = /^(?:(\d+)\s*:\s*)?(.*)$/.exec(written.trim()) ?? [];
    const here = line === undefined ? choices : choices.filter((choice) => choice.line === Number(line));
    const [, outcome, way] = /^(\d+)(?:\.(\d+))?$/.exec(words) ?? [];
    if (outcome !== undefined) return here.find((choice) => choice.outcome === Number(outcome) - 1 && choice.way === Number(way ?? 1) - 1) ?? null;
    const same = (text: string): boolean => text.replaceAll(/\s+/g, ' ').toLowerCase() === words.replaceAll(/\s+/g, ' ').toLowerCase();
    return here.find(({ label }) => same(label)) ?? here.find(({ result }) => same(result)) ?? null;
}

/** A step of the debugger: the motion, and what an editor asks for at each stop, as it goes over the wire. */
import { DebugSession } from '../../server/src/debug/session.js';
import type { DebugMotion } from '../../server/src/debug/messages.js';
import { DebugTimeline } from '../../server/src/debug/timeline.js';
import type { Program } from '../../server/src/simulator/program.js';
import { recordStates } from '../../server/src/simulator/recording/record-states.js';
import { simulate } from '../../server/src/simulator/simulate.js';
import { machine, mapping, process, program, step } from '../simulator/programs.js';
import { timeInTurns, type Repetition } from './measure.js';
import { manyFailures } from './typical-scenario.js';
import type { Row } from './benchmarks.js';

/** What a window of usual size asks for at the ends of lines and in its watches. */
const WATCHED = ['db.heap[2]', 'db', 'HardwareCorrupted', 'node 0 ignored', 'poisoned heap[5] and not panic'];

const LIMIT_MS = 30;

const DECISIONS = 100_000;

const MOTIONS = ['next', 'in', 'out', 'back'] as const;

const WORDS = { next: 'over', in: 'into', out: 'out', back: 'back' } as const;

function opened(spec: Program): DebugSession {
    const trace = simulate(spec);
    const recording = recordStates(spec, trace);
    for (;;) {
        const { done, value } = recording.next();
        if (done === true) return new DebugSession(new DebugTimeline(spec, trace, value.states, null), (index) => trace.steps[index]?.op ?? '');
    }
}

function decisionsOf({ timeline: { trace } }: DebugSession): number {
    return trace.steps.reduce((sum, { events }) => sum + events.filter(({ t }) => t === 'decision').length, 0);
}

/** One step that takes all the decisions: a process has its own pages poisoned one by one. */
function manyPages(count: number): Program {
    return program(machine({ processes: [process('db', [mapping('heap', { pageCount: count })])] }),
        [step('madvise', { target: { kind: 'mapping', process: 'db', mapping: 'heap', page: 0, pageCount: count, byteOffset: 0 }, advice: 'MADV_HWPOISON' }, 'db')]);
}

/** One stop: the motion, and the questions of the editor. @returns where it leads */
export function takeStep(session: DebugSession, from: number, motion: DebugMotion): number {
    const sent = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
    const stop = session.move(from, motion, 1);
    const { position, thread } = stop;
    sent(stop);
    const frames = session.stack(position, thread);
    sent(frames);
    const shown = frames.find((frame) => frame.function !== undefined)?.function;
    if (shown !== undefined) sent(session.outline(position, thread, shown));
    const scopes = session.scopes(position, from, thread);
    sent(scopes);
    for (const { path, title } of scopes) if (title === 'Changed by the last step' || title === 'Frames') sent(session.variables(position, from, path));
    for (const expression of WATCHED) sent(session.evaluate(position, thread, expression));
    return position;
}

export function* debuggerBenchmarks(repetition: Repetition): Generator<Row> {
    for (const [what, spec] of [['many steps', manyFailures('anon', DECISIONS / 5)], ['one step', manyPages(DECISIONS / 5)]] as const) {
        const session = opened(spec);
        const positions = session.timeline.positions.end;
        const [cheapest] = timeInTurns([{ run: () => takeStep(session, 0, 'back'), runs: 20 }], repetition);
        for (const motion of MOTIONS) {
            let at = Math.floor(positions / 2);
            const [time] = timeInTurns([{ run: () => { at = takeStep(session, at, motion); }, runs: 5 }], repetition);
            yield {
                what: `debugger, ${WORDS[motion]}, ${decisionsOf(session).toLocaleString('en')} decisions in ${what}`, wall: time!.wall, value: time!.cpu, unit: 'ms CPU',
                floor: cheapest!.cpu, floorIs: 'the questions at the first stop', target: `< ${LIMIT_MS} ms`, met: time!.cpu < LIMIT_MS,
            };
        }
    }
}

/** A run to step through: its trace, the states beside it, and the calls that led to each decision. */
import type { Program, SourceRange } from '../simulator/program.js';
import type { StateLog } from '../simulator/recording/state-log.js';
import type { DecisionEvent, EndState, RaceWay, StepTrace, Trace } from '../simulator/trace.js';
import { decisions } from '../vocabulary/decisions.js';
import { functionsOf, nextCall, type Call, type Turn } from '../vocabulary/kernel-functions.js';
import type { DebugPlace } from './messages.js';
import { Positions } from './positions.js';
import { StateCursor } from './state-cursor.js';

/** Steps whose calls are kept. */
const KEPT_STEPS = 64;

export interface ChosenRace { readonly step: number; readonly way: RaceWay }

export class DebugTimeline {
    readonly program: Program;
    readonly trace: Trace;
    readonly states: StateLog;
    readonly positions: Positions;
    readonly race: ChosenRace | null;
    /** Names of the machines, the host first as ''. */
    readonly sides: readonly string[];
    readonly cursor: StateCursor;
    readonly #calls = new Map<number, StepCalls>();
    /** Turns of calls, by what else they depend on. */
    readonly #turns = new Map<string, Map<string, Turn>>();

    constructor(program: Program, trace: Trace, states: StateLog, race: ChosenRace | null) {
        this.program = program;
        this.trace = trace;
        this.states = states;
        this.race = race;
        this.positions = new Positions(trace);
        this.cursor = new StateCursor(states);
        this.sides = ['', ...(program.guests ?? []).map(({ name }) => name)];
    }

    /** How the run of a machine ended: its names are in it. */
    endOf(side: string): EndState {
        return (side === '' ? undefined : this.trace.guests?.[side]?.end) ?? this.trace.end;
    }

    step(position: number): StepTrace | null {
        return this.trace.steps[this.positions.stepOf(position)] ?? null;
    }

    /** Name of the machine on which it has just happened. */
    sideOf(position: number): string {
        return this.positions.event(position)?.guest ?? this.step(position)?.guest ?? '';
    }

    decisionAt(position: number): DecisionEvent | null {
        const event = this.positions.event(position)?.event;
        return event?.t === 'decision' ? event : null;
    }

    /** The call that runs on a machine at a position; null outside of all functions. */
    call(position: number, side: string): Call | null {
        const step = this.positions.stepOf(position);
        const event = this.positions.eventOf(position);
        const sides = this.#callsOf(step, side);
        return event < 0 ? null : sides.byEvent[event] ?? null;
    }

    /** The decisions that a call has taken up to a position. */
    decisionsOf(call: Call, position: number, side: string): readonly DecisionEvent[] {
        const step = this.positions.stepOf(position);
        const upTo = position - this.positions.before(step) - 1;
        const events = this.trace.steps[step]?.events ?? [];
        const taken: DecisionEvent[] = [];
        for (const index of this.#callsOf(step, side).decisions.get(call) ?? []) {
            if (index > upTo) break;
            const event = events[index]!;
            const inner = event.t === 'guest' ? event.event : event;
            if (inner.t === 'decision') taken.push(inner);
        }
        return taken;
    }

    /** Has a call decided anything up to a position? */
    hasDecided(call: Call, position: number, side: string): boolean {
        const step = this.positions.stepOf(position);
        const first = this.#callsOf(step, side).decisions.get(call)?.[0];
        return first !== undefined && this.positions.before(step) + 1 + first <= position;
    }

    /** The calls of a machine in a step, by event: what runs then. */
    callsIn(step: number, side: string): readonly (Call | null)[] {
        return this.#callsOf(step, side).byEvent;
    }

    /** Where a step stands in the text; the end of the scenario behind the last one. */
    placeOf(step: number): DebugPlace | null {
        const { program } = this;
        const traced = this.trace.steps[step];
        if (traced !== undefined) return placeIn(program.sources[traced.source]);
        const whole = placeIn(program.sources[program.source]);
        return whole === null ? null : { ...whole, line: whole.endLine, column: Math.max(0, whole.endColumn - 1) };
    }

    /** The competitor that acts at a position, where one does. */
    competitorPlace(position: number): DebugPlace | null {
        const { race } = this;
        const step = this.positions.stepOf(position);
        if (race === null || race.step !== step) return null;
        let moves = -1;
        for (let at = this.positions.before(step) + 1; at <= position; at += 1) if (this.decisionAt(at)?.id === 'meanwhile.acts') moves += 1;
        const competitor = race.way[moves]?.competitor;
        const spec = competitor === undefined ? undefined : this.program.steps[this.trace.steps[step]!.index]?.races?.[competitor];
        return spec === undefined ? null : placeIn(this.program.sources[spec.source]);
    }

    #callsOf(index: number, side: string): StepCalls {
        const key = index * this.sides.length + this.sides.indexOf(side);
        const known = this.#calls.get(key);
        if (known !== undefined) return known;
        const step = this.trace.steps[index];
        const calls = step === undefined ? { byEvent: [], decisions: new Map<Call, number[]>() } : this.#callsIn(step, side);
        for (const oldest of this.#calls.keys()) {
            if (this.#calls.size < KEPT_STEPS) break;
            this.#calls.delete(oldest);
        }
        this.#calls.set(key, calls);
        return calls;
    }

    #callsIn(step: StepTrace, side: string): StepCalls {
        const own = step.events.map((event) => event.t === 'guest' ? (event.guest === side ? event.event : null) : side === '' ? event : null);
        const arch = side === '' ? this.trace.arch : this.trace.guests?.[side]?.arch ?? this.trace.arch;
        const hint = functionsOf({ op: step.op, advice: this.program.steps[step.index]?.args['advice'], decisions: own.flatMap((event) => event?.t === 'decision' ? [event.id] : []) });
        const turns = this.#turnsOf([step.op, arch, ...hint].join());
        const positions = new Map<Call, number[]>();
        let last: Call | null = null;
        const byEvent = own.map((event, index) => {
            if (event?.t === 'decision') {
                last = nextCall(decisions()[event.id].function, last, step.op, arch, hint, turns);
                const known = positions.get(last);
                if (known === undefined) positions.set(last, [index]);
                else known.push(index);
            }
            return last;
        });
        return { byEvent, decisions: positions };
    }

    #turnsOf(key: string): Map<string, Turn> {
        const known = this.#turns.get(key) ?? new Map<string, Turn>();
        this.#turns.set(key, known);
        return known;
    }
}

/** The calls of one machine in a step. */
interface StepCalls {
    /** By event: the call that runs then. */
    readonly byEvent: readonly (Call | null)[];
    /** Events at which a call takes its decisions. */
    readonly decisions: ReadonlyMap<Call, readonly number[]>;
}

export function placeIn(range: SourceRange | undefined): DebugPlace | null {
    return range === undefined || range.uri === '' ? null : { uri: range.uri, line: range.startLine, column: range.startColumn, endLine: range.endLine, endColumn: range.endColumn };
}

/** A raced scenario on the real kernel: every interleaving begins from the state of the booted machine. */
import type { LabKernel } from '../kernels/lab-kernel.js';
import { guestOf } from '../kernels/platforms.js';
import type { LabCase } from '../run/lab-result.js';
import type { NotMade } from '../plan/plan.js';
import type { Emulator } from '../emulator/emulator.js';
import type { Attendance, KeptRace, LabSession } from '../session.js';
import type { Attempt } from './attempt.js';
import { attemptKey, attemptsFor, firstAttempts } from './attempts.js';
import { windowsOf } from './attempt.js';
import { Race, type Forced, type Passed } from './force.js';
import { findSymbols, readKernelCode, type KernelCode } from './kernel-code.js';
import type { FoundPoint } from './points.js';
import { endKey, observedEnd, predictedEnd } from './race-outcome.js';
import { makeRacePlan, type RacePlan } from './race-plan.js';
import type { Forcing, RaceResult } from './race-result.js';

/** A frame that somebody else took before the handler came to it: the state is made again. */
const STATE_TRIES = 3;

export interface RaceMachines {
    readonly kernel: LabKernel;
    readonly cache: string;
    /** The machine with these boot parameters beside the usual ones. */
    readonly session: (parameters: string) => Promise<LabSession>;
    readonly progress: (text: string) => void;
}

export type RaceRun = { readonly race: RaceResult } | { readonly notMade: readonly NotMade[] };

export async function runRace({ scenario, variant }: LabCase, machines: RaceMachines, stopped: () => boolean): Promise<RaceRun> {
    const { program, trace } = variant;
    const made = makeRacePlan(program, trace!, new Set(), guestOf(machines.kernel));
    if ('notMade' in made) {
        return made;
    }
    const session = await machines.session(made.parameters);
    const lacking = makeRacePlan(program, trace!, session.lacks, session.guest);
    if ('notMade' in lacking) {
        return lacking;
    }
    const course = new RaceCourse(lacking, session, machines, scenario.title);
    try {
        return await course.run(trace!.steps[lacking.index]?.race?.outcomes ?? [], stopped);
    } finally {
        await session.forget();
    }
}

class RaceCourse {
    private readonly plan: RacePlan;
    private readonly session: LabSession;
    private readonly machines: RaceMachines;
    private readonly title: string;
    private readonly forcings: Forcing[] = [];
    private readonly byEnd = new Map<string, Forcing[]>();
    private readonly notForced = new Set<string>();
    private readonly made = new Set<string>();
    private code: KernelCode | null = null;
    private cannot: NotMade | null = null;

    constructor(plan: RacePlan, session: LabSession, machines: RaceMachines, title: string) {
        this.plan = plan;
        this.session = session;
        this.machines = machines;
        this.title = title;
    }

    async run(outcomes: readonly RaceResult['outcomes'][number]['outcome'][], stopped: () => boolean): Promise<RaceRun> {
        const symbols = await findSymbols(this.session, this.machines.kernel, this.machines.cache);
        const quiet = await this.force(null, symbols);
        if (quiet === null || this.code === null) {
            return { notMade: [this.cannot ?? { construct: 'the state of the race', reason: 'the frame was not free when the handler came to it', source: this.plan.step.source }] };
        }
        this.code = { ...this.code, points: this.code.points.map((found) => atLast(found, quiet.passed)) };
        const passed = [...new Set(quiet.passed.map(({ id }) => id))];
        const predicted = outcomes.map((outcome) => {
            const end = predictedEnd(outcome);
            return { outcome, end, key: endKey(end) };
        });
        const first = firstAttempts(this.plan.competitors, passed);
        await this.all(first, symbols, stopped);
        const points = new Set(this.code.points.map(({ point }) => point.id));
        for (const { outcome, key } of predicted) {
            if (!this.byEnd.has(key)) {
                await this.all(attemptsFor(outcome, this.plan.competitors, points), symbols, () => stopped() || this.byEnd.has(key));
            }
        }
        const others = [...this.byEnd].filter(([key]) => !predicted.some((each) => each.key === key));
        return {
            race: {
                step: this.plan.index,
                outcomes: predicted.map(({ outcome, end, key }) => ({ outcome, end, seen: this.byEnd.get(key) ?? [] })),
                unpredicted: others.map(([, forcings]) => ({ end: forcings[0]!.end, forcings })),
                passed, forcings: this.forcings, notForced: [...this.notForced],
            },
        };
    }

    private async all(attempts: readonly Attempt[], symbols: Symbols, stopped: () => boolean): Promise<void> {
        for (const attempt of attempts) {
            const key = attemptKey(attempt);
            if (stopped()) {
                return;
            }
            if (!this.made.has(key)) {
                this.made.add(key);
                this.machines.progress(`${this.title}: ${attempt.moves.map((move) => move.t === 'hold' ? move.points.join('|') : move.t === 'alone' ? 'alone' : move.what).join(', ')}`);
                await this.force(attempt, symbols);
            }
        }
    }

    /** @param attempt null: nobody interferes. @returns null where the state was not made */
    private async force(attempt: Attempt | null, symbols: Symbols): Promise<Forced | null> {
        for (let tries = 0; tries < STATE_TRIES; tries += 1) {
            const started = Date.now();
            let forced: Forced | null = null;
            const attendance: Attendance = {
                onRace: async (emulator, fields, lines) => {
                    if (this.kept === null) {
                        await this.session.keep();
                        this.kept = { plan: this.plan.plan, lines: [...lines], fields, step: this.plan.index };
                    }
                    forced = await this.race(emulator, fields, attempt, symbols);
                },
                onPanic: () => this.panicked?.(),
                until: `c\t${this.plan.index}\t`,
            };
            const observation = this.kept === null ? await this.session.run(this.plan.plan, true, attendance) : await this.session.runAgain(this.kept, attendance);
            if (observation.cut?.why === 'not made' || forced === null || this.kept === null) {
                this.cannot = { construct: 'the state of the race', reason: observation.cut?.text ?? 'the machine ended before it', source: this.plan.step.source };
                continue;
            }
            const { went } = forced as Forced;
            if (attempt !== null && !went.some(({ window, done }) => done && window !== null)) {
                this.notForced.add(went.filter(({ done }) => !done).map(({ what, point }) => point === null ? what : `${point}: ${what}`).join('; '));
                return forced;
            }
            const forcing: Forcing = {
                went, windows: windowsOf(went), end: observedEnd(observation, this.plan.index, BigInt(this.kept.fields[2] ?? '0')),
                log: observation.steps.find(({ index }) => index === this.plan.index)?.log.map(({ text }) => text) ?? [], milliseconds: Date.now() - started,
            };
            this.forcings.push(forcing);
            const key = endKey(forcing.end);
            this.byEnd.set(key, [...this.byEnd.get(key) ?? [], forcing]);
            return forced;
        }
        return null;
    }

    private kept: KeptRace | null = null;
    private panicked: (() => void) | null = null;

    private async race(emulator: Emulator, [, control = '0', frame = '0', mark = '0']: readonly string[], attempt: Attempt | null, symbols: Symbols): Promise<Forced> {
        const port = await emulator.debug();
        this.panicked = () => port.giveUp();
        this.code ??= await readKernelCode(symbols, port);
        const race = new Race(port, this.code, { control: BigInt(control), frame: BigInt(frame), mark: BigInt(mark) });
        return attempt === null ? await race.look() : await race.run(attempt);
    }
}

/** The handler may take the lock for a moment before: the last time is the one that it keeps. */
function atLast(found: FoundPoint, passed: readonly Passed[]): FoundPoint {
    const last = passed.filter(({ id }) => id === found.point.id).at(-1);
    return last === undefined || !('lock' in found.point.anchor) ? found : { ...found, addresses: [last.address] };
}

type Symbols = Awaited<ReturnType<typeof findSymbols>>;

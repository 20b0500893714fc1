/** A session of a debugger over one run. It moves over what was recorded; nothing is simulated again. */
import { stepDmesgLines } from '../report/output/dmesg.js';
import { guestStep } from '../report/step/guests.js';
import { BreakpointFinder } from './breakpoints.js';
import { Evaluation } from './evaluate.js';
import type { CheckedBreakpoint, DebugBreakpoint, DebugError, DebugFrame, DebugMotion, DebugOutput, DebugPlace, DebugStop, DebugValue, DebugVariable, StopReason } from './messages.js';
import { outline, outlineLine, type Outline } from './outline.js';
import { stepFrom } from './stepping.js';
import type { DebugTimeline } from './timeline.js';
import { pathOf, VariableTree } from './variables.js';
import type { Call } from '../vocabulary/kernel-functions.js';

/** Most lines that one motion says; those before them are counted. */
const MAX_OUTPUT = 500;

/** How a step is written, by its index. */
export type StepWords = (step: number) => string;

export class DebugSession {
    readonly timeline: DebugTimeline;
    readonly #tree: VariableTree;
    readonly #evaluation: Evaluation;
    readonly #finder: BreakpointFinder;
    readonly #words: StepWords;

    constructor(timeline: DebugTimeline, words: StepWords) {
        this.timeline = timeline;
        this.#words = words;
        this.#tree = new VariableTree(timeline);
        this.#evaluation = new Evaluation(timeline, this.#tree);
        this.#finder = new BreakpointFinder(timeline, this.#tree, this.#evaluation);
    }

    setBreakpoints(breakpoints: readonly DebugBreakpoint[]): CheckedBreakpoint[] {
        return this.#finder.set(breakpoints);
    }

    /** Where the run begins, or the first thing that stops it there. */
    begin(): DebugStop {
        return this.#stop(0, 'entry', [], '', []);
    }

    move(from: number, motion: DebugMotion, thread: number): DebugStop {
        return motion === 'continue' ? this.#run(from, 1) : motion === 'reverse' ? this.#run(from, -1) : this.#step(from, stepFrom(this.timeline, from, motion, this.#side(thread)));
    }

    /** To a step that stands on a line. */
    goTo(position: number): DebugStop {
        return this.#stop(Math.max(0, Math.min(position, this.timeline.positions.end)), 'goto', [], '', []);
    }

    /** The steps that stand on a line, each by its position. */
    stepsAt(uri: string, line: number): { readonly position: number; readonly label: string }[] {
        const { trace, positions } = this.timeline;
        const found = trace.steps.flatMap((_step, index) => {
            const place = this.timeline.placeOf(index);
            return place?.uri === uri && place.line <= line && place.endLine >= line ? [{ position: positions.before(index), label: `${index + 1}: ${this.#words(index)}` }] : [];
        });
        const end = this.timeline.placeOf(trace.steps.length);
        return end?.uri === uri && end.endLine === line ? [...found, { position: positions.end, label: 'the end of the scenario' }] : found;
    }

    /** The calls that run on a machine, the innermost first; below them the step. */
    stack(position: number, thread: number): DebugFrame[] {
        const { timeline } = this;
        const side = this.#side(thread);
        const frames: DebugFrame[] = [];
        for (let call = timeline.call(position, side); call !== null; call = call.caller) {
            if (call.function === '') {
                frames.push({ name: 'another task, meanwhile', place: timeline.competitorPlace(position), line: 0, subtle: false });
                continue;
            }
            frames.push({ name: `${call.function}()`, function: call.function, place: null, line: outlineLine(timeline, call, position, side), subtle: !timeline.hasDecided(call, position, side) });
        }
        const step = timeline.positions.stepOf(position);
        const atEnd = position === timeline.positions.end;
        frames.push({ name: atEnd ? 'the end of the scenario' : this.#words(step), place: timeline.placeOf(step), line: 0, subtle: side !== timeline.sideOf(position) });
        return frames;
    }

    /** The outline of a function: of its call that runs, where one does. */
    outline(position: number, thread: number, kernelFunction: string): Outline {
        const side = this.#side(thread);
        let call: Call | null = this.timeline.call(position, side);
        while (call !== null && call.function !== kernelFunction) call = call.caller;
        return outline(this.timeline, kernelFunction, call, position, side);
    }

    scopes(position: number, since: number, thread: number): { readonly title: string; readonly path: string; readonly count: number }[] {
        const side = this.#side(thread);
        const changed = this.#tree.changed(position, since).length;
        return [{ title: 'Changed by the last step', path: CHANGED, count: changed }, ...this.#tree.groups(position, side).map((group) => ({ ...group, count: 0 }))];
    }

    variables(position: number, since: number, path: string): DebugVariable[] {
        return path === CHANGED ? this.#tree.changed(position, since) : this.#tree.children(position, since, pathOf(path));
    }

    evaluate(position: number, thread: number, expression: string): DebugValue | DebugError {
        return this.#evaluation.value(expression, position, this.#side(thread));
    }

    #side(thread: number): string {
        return this.timeline.sides[thread - 1] ?? '';
    }

    #step(from: number, to: number): DebugStop {
        const { positions } = this.timeline;
        const output: DebugOutput[] = from < to ? this.#logBetween(from, to) : [];
        if (from < to) {
            // A log point on the way speaks; what would stop a run does not stop a step.
            this.#finder.next(from, 1, to, (position, breakpoint) => output.push(this.#said(position, breakpoint)), true);
        }
        return this.#stop(to, to === positions.end ? 'end' : 'step', [], '', output);
    }

    #run(from: number, direction: 1 | -1): DebugStop {
        const { positions } = this.timeline;
        const said: { readonly position: number; readonly output: DebugOutput }[] = [];
        const found = this.#finder.next(from, direction, direction > 0 ? positions.end : 0, (position, breakpoint) => said.push({ position, output: this.#said(position, breakpoint) }));
        const to = found?.position ?? (direction > 0 ? positions.end : 0);
        const output = direction > 0 ? [...this.#logBetween(from, to), ...said.map((each) => each.output)] : said.map((each) => each.output);
        if (found === null) return this.#stop(to, direction > 0 ? 'end' : 'entry', [], '', output);
        const [first] = found.met;
        return this.#stop(to, REASONS[first!.breakpoint.kind], found.met.map(({ breakpoint }) => breakpoint.id), found.met.map(({ text }) => text).filter((text) => text !== '').join('; '), output);
    }

    #said(position: number, breakpoint: DebugBreakpoint): DebugOutput {
        return { kind: 'point', text: this.#evaluation.message(breakpoint.logMessage ?? '', position, this.timeline.sideOf(position)), place: this.timeline.placeOf(this.timeline.positions.stepOf(position)) };
    }

    #stop(position: number, reason: StopReason, breakpoints: readonly number[], text: string, output: readonly DebugOutput[]): DebugStop {
        const left = output.length - MAX_OUTPUT;
        const kept = left <= 0 ? output : [{ kind: 'log' as const, text: `(${left} lines before these)`, place: null }, ...output.slice(left)];
        return { position, step: this.timeline.positions.stepOf(position), thread: this.timeline.sides.indexOf(this.timeline.sideOf(position)) + 1, reason, breakpoints, text, output: kept };
    }

    /** What the kernels printed between two positions. */
    #logBetween(from: number, to: number): DebugOutput[] {
        const { positions, trace, sides } = this.timeline;
        const found: DebugOutput[] = [];
        const last = positions.stepOf(to);
        for (let index = positions.stepOf(from); index <= last; index += 1) {
            const step = trace.steps[index];
            if (step === undefined) break;
            const before = positions.before(index);
            const events = step.events.filter((_event, at) => before + 1 + at > from && before + 1 + at <= to);
            if (events.length === 0) continue;
            const place: DebugPlace | null = this.timeline.placeOf(index);
            for (const side of sides) {
                const part = { ...step, events };
                for (const text of stepDmesgLines(side === '' ? part : guestStep(part, side))) found.push({ kind: 'log', text: side === '' ? text : `${side}: ${text}`, place });
            }
        }
        return found;
    }
}

/** Stands for what the last step changed, among the paths of variables. */
const CHANGED = 'changed';

const REASONS: Readonly<Record<DebugBreakpoint['kind'], StopReason>> = { line: 'breakpoint', outline: 'breakpoint', function: 'function breakpoint', filter: 'exception', data: 'data breakpoint' };


/** The way that a step takes through the kernel: what is compared with the ways that running kernels took. */
import { fnv1a } from '../fnv.js';
import type { StepTrace } from '../../simulator/trace.js';
import { stepEvents } from '../step/step-events.js';

/** Ways of writing the same event. */
const SAME: Readonly<Record<string, string>> = { 'machine-check-registers': 'machine-check' };

/** Decisions in order, between the operation and what came of it; null for a step in which the kernel decided nothing. */
export function stepPath(step: StepTrace): readonly string[] | null {
    const decisions = stepEvents(step, 'decision').map(({ id }) => id);
    if (decisions.length === 0) return null;
    const results = stepEvents(step, 'result').map(({ type, result }) => `${type} ${result}`);
    const signals = stepEvents(step, 'signal').map(({ signal, code }) => `${signal} ${code}`);
    return [SAME[step.op] ?? step.op, ...decisions, ...results, ...signals, `errno ${step.outcome.errno}`];
}

/** Consecutive parts of a path. */
export function pairsOf(path: readonly string[]): string[] {
    return path.slice(1).map((part, index) => `${path[index]!} > ${part}`);
}

/** The upper 26 bits: what a path is remembered by. There are some hundred, so that a false match is rarer than one in 100,000. */
export function hashOf(text: string): number {
    return fnv1a(text) >>> 6;
}

export function pathText(path: readonly string[]): string {
    return path.join(' > ');
}

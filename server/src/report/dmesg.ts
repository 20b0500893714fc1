/** The kernel log of a run, in the shape in which `dmesg` prints it. */
import type { StepTrace, Trace } from '../simulator/trace.js';

/** All lines of the run, each with its time stamp. */
export function dmesgLines(trace: Trace): string[] {
    return trace.steps.flatMap(stepDmesgLines);
}

/** The lines of one step, on the clock of the kernel that it ran on. */
export function stepDmesgLines(step: StepTrace): string[] {
    return step.events.filter((event) => event.t === 'log').map(({ text }) => `${timeStamp(step.timeNs - (step.bootedNs ?? 0))} ${text}`);
}

/** `[   12.345678]`: seconds and microseconds of simulated time, as printk pads them. */
export function timeStamp(timeNs: number): string {
    const microseconds = Math.floor(timeNs / 1000);
    const seconds = Math.floor(microseconds / 1_000_000);
    const rest = microseconds - seconds * 1_000_000;
    return `[${String(seconds).padStart(5)}.${String(rest).padStart(6, '0')}]`;
}

/** The kernel log of a run, in the shape in which `dmesg` prints it. */
import type { GuestEvent, StepTrace, Trace, TraceEvent } from '../../simulator/trace.js';

/** All lines of the run, each with its time stamp. Those that a virtual machine's kernel prints begin with its name: `vm: [    0.000000] ...`. */
export function dmesgLines(trace: Trace): string[] {
    return trace.steps.flatMap((step) => step.events.flatMap((event) => {
        const own = logLine(event, step);
        return own !== null ? [own] : event.t === 'guest' ? guestLine(event, step) : [];
    }));
}

/** The lines of one step that the machine itself prints, on the clock of the kernel that it ran on. */
export function stepDmesgLines(step: StepTrace): string[] {
    return step.events.flatMap((event) => logLine(event, step) ?? []);
}

function logLine(event: TraceEvent, { timeNs, bootedNs = 0 }: Pick<StepTrace, 'timeNs' | 'bootedNs'>): string | null {
    return event.t === 'log' ? `${timeStamp(timeNs - bootedNs)} ${event.text}` : null;
}

/** A virtual machine's clock starts with the scenario, whatever its host has booted since. */
function guestLine({ guest, event }: GuestEvent, { timeNs }: StepTrace): string[] {
    const line = logLine(event, { timeNs });
    return line === null ? [] : [`${guest}: ${line}`];
}

/** `[   12.345678]`: seconds and microseconds of simulated time, as printk pads them. */
export function timeStamp(timeNs: number): string {
    const microseconds = Math.floor(timeNs / 1000);
    const seconds = Math.floor(microseconds / 1_000_000);
    const rest = microseconds - seconds * 1_000_000;
    return `[${String(seconds).padStart(5)}.${String(rest).padStart(6, '0')}]`;
}

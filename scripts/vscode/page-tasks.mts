// What the page of the workbench does, task by task, from the trace that the browser writes of it.
import type { CDPSession } from 'playwright-core';

/** A task of the page's main thread: until it is over the window answers no key. */
export interface PageTask {
    /** When it began, in microseconds of the machine's monotonic clock. */
    readonly from: number;
    /** By the clock: on a busy machine with the time in which it had no processor. */
    readonly clockMs: number;
    /** What it has computed. */
    readonly processorMs: number;
    /** Processor time of it in collecting garbage. */
    readonly garbageMs: number;
}

/** An event of a trace; times in microseconds: `ts` of the monotonic clock, `tdur` of the thread's processor time. */
interface TraceEvent {
    readonly name: string;
    readonly ph: string;
    readonly pid: number;
    readonly tid: number;
    readonly ts: number;
    readonly dur?: number;
    readonly tdur?: number;
    readonly args: { readonly name?: string };
}

const CATEGORIES = ['devtools.timeline', 'disabled-by-default-devtools.timeline'];

/** The categories of the browser's events of which each is one collection. */
const COLLECTIONS = new Set(['MajorGC', 'MinorGC']);

/** The clock of the trace, in microseconds. */
export function traceNow(): number {
    return Number(process.hrtime.bigint() / 1000n);
}

/** Begins a trace; the function that it gives ends it. */
export async function traceTasks(session: CDPSession): Promise<() => Promise<PageTask[]>> {
    const events: TraceEvent[] = [];
    session.on('Tracing.dataCollected', ({ value }) => events.push(...value as unknown as TraceEvent[]));
    await session.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories: CATEGORIES } });
    return async () => {
        const whole = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
        await session.send('Tracing.end');
        await whole;
        return tasksIn(events);
    };
}

function tasksIn(events: readonly TraceEvent[]): PageTask[] {
    const pages = new Set(events.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain').map(({ pid, tid }) => `${pid} ${tid}`));
    const ofPages = events.filter(({ ph, pid, tid }) => ph === 'X' && pages.has(`${pid} ${tid}`));
    const collections = ofPages.filter(({ name }) => COLLECTIONS.has(name));
    return ofPages.filter(({ name }) => name === 'RunTask').map(({ pid, ts, dur = 0, tdur = 0 }) => ({
        from: ts, clockMs: dur / 1000, processorMs: tdur / 1000,
        garbageMs: collections.filter((each) => each.pid === pid && each.ts >= ts && each.ts < ts + dur).reduce((sum, each) => sum + (each.tdur ?? 0), 0) / 1000,
    }));
}

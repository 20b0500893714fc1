// /proc/kpageflags of the page that an error hits, before, after the injection and at the end: recorded against predicted.
import { stablePageFlagNames } from '../../server/src/kernel/memory-failure/hwpoison-filter.js';
import { ringExitWork } from '../../server/src/kernel/mm/exit.js';
import { findThread } from '../../server/src/simulator/build-processes.js';
import type { Place, Program, Step } from '../../server/src/simulator/program.js';
import { Simulation } from '../../server/src/simulator/simulate.js';
import type { Trace } from '../../server/src/simulator/trace.js';
import type { ConformanceRecord } from './converter/record.mts';

/** When the flags were read, and the phase at whose end that is. */
const MOMENTS = { after_inject: 'inject', after_poison: 'poison', after_unpoison: 'inject', after_exit: 'exit' } as const;
export type Moment = 'before' | keyof typeof MOMENTS;

/** Flags of the target by moment. */
export type Snapshots = Partial<Record<Moment, readonly string[]>>;

export interface FlagDifference { readonly moment: Moment; readonly expected: string; readonly actual: string }
export interface FlagComparison { readonly compared: number; readonly differences: readonly FlagDifference[] }

/** Pages of a base page, of a THP and of a huge page that the set-up program aims at. */
const TARGET = { base: 1, thp: 5, hugetlb: 3 };

/** Runs the program and reads the flags of the frame that the first injection names. */
export function simulateWatching(program: Program): { readonly trace: Trace; readonly snapshots: Snapshots } {
    const simulation = new Simulation(program);
    const snapshots: Snapshots = {};
    let phase = '';
    let frame: number | null = null;
    const read = (moment: Moment): void => {
        if (frame !== null) snapshots[moment] = flagsOf(simulation, frame);
    };
    const ended = (): void => {
        for (const [moment, of] of Object.entries(MOMENTS) as [keyof typeof MOMENTS, string][]) if (of === phase && moment !== 'after_exit') read(moment);
    };
    for (const step of program.steps) {
        if (step.op === 'phase') {
            ended();
            phase = String(step.args['label']);
        }
        if (frame === null && (phase === 'inject' || phase === 'poison')) {
            frame = targetOf(simulation, step);
            // An error that names no memory: what was looked at is a page that it does not hit.
            if (frame !== null && !simulation.kernel.machine.memory.layout.hasStructPage(frame)) frame = null;
            read('before');
        }
        simulation.run(1);
    }
    ended();
    const trace = simulation.trace();
    // A ring's worker has run by the time somebody looks.
    if (trace.end.panic === null) ringExitWork(simulation.kernel, simulation.kernel.machine.ringExitWork.splice(0));
    read('after_exit');
    return { trace, snapshots };
}

/** The frame behind a step's target: of a range, the page that the set-up program looks at. */
function targetOf({ kernel, places }: Simulation, { args, actor }: Step): number | null {
    const { target } = args;
    if (typeof target !== 'object' || Array.isArray(target) || !('kind' in target)) return null;
    const acting = findThread(kernel, actor)?.process ?? null;
    const place = target as Place;
    const first = places.pfn(place, acting);
    if (first === null || !('pageCount' in place) || place.pageCount === 1) return first;
    const folio = kernel.machine.memory.folio(first);
    return places.pfn({ ...place, page: place.page + (folio.hugetlb !== null ? TARGET.hugetlb : folio.large ? TARGET.thp : TARGET.base), pageCount: 1 }, acting);
}

function flagsOf({ kernel }: Simulation, pfn: number): readonly string[] {
    const { layout } = kernel.machine.memory;
    if (layout.isOnline(pfn)) return stablePageFlagNames(kernel, pfn);
    return kernel.profile.has('offlineIsNoPage') || !layout.hasStructPage(pfn) ? ['NOPAGE'] : [];
}

/** Not compared: whether a page has left its per-CPU batch for the LRU depends on what else ran, and idle page tracking on when. */
const BY_CHANCE: ReadonlySet<string> = new Set(['LRU', 'IDLE']);
/** Set when the page joins the LRU. */
const WITH_LRU: ReadonlySet<string> = new Set(['ACTIVE', 'UNEVICTABLE']);

/** What is compared of two sets of flags: those that join with the LRU only where the real page was on it. */
function comparable(flags: readonly string[], real: readonly string[]): string {
    return flags.filter((flag) => !BY_CHANCE.has(flag) && (real.includes('LRU') || !WITH_LRU.has(flag))).sort().join(',');
}

export function compareFlags(snapshots: Snapshots, record: ConformanceRecord): FlagComparison {
    const differences: FlagDifference[] = [];
    let compared = 0;
    for (const [moment, recorded] of Object.entries(record.pages ?? {}) as [Moment, { readonly flags: string }][]) {
        const found = snapshots[moment];
        // A frame that has become free meanwhile is somebody else's by the time it is looked at.
        if (found === undefined || found.includes('BUDDY') && snapshots.before?.includes('BUDDY') === false) continue;
        const real = recorded.flags.split(',').filter((flag) => flag !== '(none)' && flag !== '');
        const [expected, actual] = [comparable(real, real), comparable(found, real)];
        compared += 1;
        if (expected !== actual) differences.push({ moment, expected, actual });
    }
    return { compared, differences };
}

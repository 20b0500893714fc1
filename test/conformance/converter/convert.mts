// One recorded case to the text of a scenario. Works on what the set-up program said and did, never on names of cases.
import { CallState, stepOfCall, stepWithoutCall } from './calls.mts';
import { stepsOfOperation, type LaterContext } from './later-operations.mts';
import type { ConformanceRecord, RecordedOperation } from './record.mts';
import { X86, type Platform } from './platforms.mts';
import { Scene } from './scene.mts';
import { scenarioText } from './scenario-text.mts';
import { applySentences } from './setup-sentences.mts';

export interface Conversion {
    readonly text: string;
    /** Sentences and operations that no table knows. */
    readonly unknown: readonly string[];
}

/** Phases in the order in which they happen. */
const PHASES = ['setup', 'poison', 'inject', 'inject2', 'later', 'exit'];

/**
 * The scenario of a case.
 * @param records the case on every kernel that was observed, the newest first: the state must be the same on all of them,
 *     and what one kernel could not set up, or died of, another one shows
 */
export function convert(records: readonly ConformanceRecord[], platform: Platform = X86): Conversion {
    const record = records.find(({ notSetUp }) => notSetUp === undefined) ?? records[0]!;
    const scene = new Scene(platform.pageBytes);
    const unknown = applySentences(scene, record.setup, new Set([...record.later.map(({ by }) => by), ...record.calls.map(({ role }) => role)]));
    applyBootSettings(scene, records);
    const steps = new Map<string, string[]>(PHASES.map((phase) => [phase, []]));
    const afterwards = addCalls(scene, richest(records, record), steps);
    addLater(scene, mostOperations(records, record), steps, unknown);
    steps.get('later')!.push(...afterwards);
    addExits(scene, steps);
    for (const { phase, steps: lines } of scene.hardware) {
        steps.get(phase)!.unshift(...lines);
    }
    for (const phase of PHASES) {
        const lines = steps.get(phase)!;
        if (lines.length > 0) {
            scene.steps.push(`phase ${phase}`, ...lines);
        }
        if (phase === 'inject' && scene.restoration.length > 0) {
            scene.steps.push('phase restoration', ...scene.restoration);
        }
    }
    const sentences = record.setup.map((sentence) => sentence.replace(/\b(pid|tid)=\d+/g, '').replace(/; vmallocinfo: .* -> /, ' -> ').replace(/\s+/g, ' ').replace(/ ,/g, ',').trim());
    const text = scenarioText(scene, { title: record.case, sentences, machine: platform.machine });
    return { text: platform.rewrite?.(text) ?? text, unknown };
}

/** The record that shows the most calls: where one kernel panicked in the call, another one came back. */
function richest(records: readonly ConformanceRecord[], record: ConformanceRecord): ConformanceRecord {
    return record.calls.length > 0 ? record : records.find(({ calls, notSetUp }) => notSetUp === undefined && calls.length > 0) ?? record;
}

/** The operations of each phase from the kernel that shows most: where one panicked or killed the process, another one went on. */
function mostOperations(records: readonly ConformanceRecord[], record: ConformanceRecord): RecordedOperation[] {
    const setUp = records.filter(({ notSetUp }) => notSetUp === undefined);
    return PHASES.flatMap((phase) => {
        const ofPhase = ({ later }: ConformanceRecord): readonly RecordedOperation[] => later.filter((operation) => operation.phase === phase);
        return setUp.map(ofPhase).reduce((most, each) => each.length > most.length ? each : most, ofPhase(record));
    });
}

/** How the machine was booted, where only the kernel's answer says so. */
const BOOT_SETTINGS: readonly { readonly shown: (record: ConformanceRecord) => boolean; readonly setting: string; readonly because: string }[] = [
    {
        shown: ({ notSetUp }) => notSetUp?.includes('/proc/sys/vm/panic_on_unrecoverable_memory_failure: ENOENT') === true,
        setting: 'sysctl vm.panic_on_unrecoverable_memory_failure = 1', because: 'a kernel without the sysctl could not be set up',
    },
    {
        shown: ({ panic }) => /unrecoverable page/.test(panic ?? ''),
        setting: 'sysctl vm.panic_on_unrecoverable_memory_failure = 1', because: 'only this setting ends in this panic',
    },
    {
        shown: ({ panic }) => /Memory failure on page/.test(panic ?? ''),
        setting: 'sysctl vm.memory_failure_recovery = 0', because: 'only this setting ends in this panic',
    },
];

function applyBootSettings(scene: Scene, records: readonly ConformanceRecord[]): void {
    for (const { shown, setting } of BOOT_SETTINGS) {
        if (records.some(shown)) {
            scene.settings.add(setting);
        }
    }
}

function addCalls(scene: Scene, record: ConformanceRecord, steps: Map<string, string[]>): readonly string[] {
    const state = new CallState();
    const afterwards: string[] = [];
    if (scene.machineCheck !== undefined) {
        const { at, pfn, runs, reads } = scene.machineCheck;
        state.firstPfn = pfn;
        const read = `${scene.actor(runs)}: read ${scene.page(scene.target!.page)}`;
        steps.get('inject')!.push(at(false), ...reads === 0 ? [] : [`repeat ${reads} { ${read} }`]);
    } else if (!record.calls.some(({ phase }) => phase === 'inject')) {
        const step = stepWithoutCall(scene, record.inject, Object.values(record.log).flat());
        if (step !== undefined) {
            steps.get('inject')!.push(step);
        }
    }
    for (const call of record.calls) {
        if (scene.ownerExitsEarly && call.phase === 'inject') {
            scene.ownerExitsEarly = false;
            steps.get('poison')!.push(`${scene.actor(scene.target!.owner!)}: exit`);
        }
        if (call.phase === 'exit' && steps.get('exit')!.length === 0) {
            steps.get('exit')!.push(...ownersThatExit(scene));
        }
        // What the harness itself does later, it does when everybody else has finished.
        (call.phase === 'later' && call.role === 'main' ? afterwards : steps.get(call.phase)!).push(stepOfCall(scene, call, state));
    }
    return afterwards;
}

function addLater(scene: Scene, operations: readonly RecordedOperation[], steps: Map<string, string[]>, unknown: string[]): void {
    const known = new Set<string>();
    for (const operation of operations) {
        const context: LaterContext = { scene, role: operation.by, phase: operation.phase, known };
        const made = stepsOfOperation(context, operation.op);
        if (made === undefined) {
            unknown.push(`${operation.by}: ${operation.op}`);
        } else {
            steps.get(operation.phase)!.push(...made);
        }
    }
}

function ownersThatExit(scene: Scene): string[] {
    return [...scene.processes.keys()].filter((name) => name !== 'main').map((name) => `${name}: exit`);
}

function addExits(scene: Scene, steps: Map<string, string[]>): void {
    const exits = steps.get('exit')!;
    if (exits.length === 0) {
        const done = new Set([...steps.values()].flat());
        exits.push(...ownersThatExit(scene).filter((step) => !done.has(step)));
    }
}

/** Whether the address that a signal carries lies in a place of the program. */
import type { MappingSpec, Place, Program } from '../../simulator/program.js';
import type { SignalEvent } from '../../simulator/trace.js';
import type { Scene } from './scene.js';

/** Null when the trace cannot tell: a frame named by number has no address of its own. */
export function signalHits(place: Place, signal: SignalEvent, scene: Scene): boolean | null {
    if (signal.address === null) {
        return false;
    }
    switch (place.kind) {
        case 'mapping': return processOf(signal.task) === place.process && signal.mapping === place.mapping && offsetFits(place, 0, signal, scene);
        case 'file': return mappedOffsetFits(place, signal, scene, (mapping) =>
            mapping.from.kind === 'file' && mapping.from.file === place.file ? mapping.from.pageOffset : null);
        case 'region': return mappedOffsetFits(place, signal, scene, (mapping) =>
            mapping.from.kind === 'region' && mapping.from.region === place.region ? mapping.from.pageOffset : null);
        case 'frame': return frameFits(place, signal, scene);
        case 'raw': return BigInt(place.address) === BigInt(signal.address);
        case 'guest':
        case 'pfn':
        case 'phys': return null;
    }
}

function frameFits(place: Place & { kind: 'frame' }, signal: SignalEvent, scene: Scene): boolean | null {
    const bound = scene.program.machine.frames.find((frame) => frame.name === place.frame)?.place;
    if (bound === undefined || !('byteOffset' in bound)) {
        return null;
    }
    return signalHits({ ...bound, byteOffset: place.byteOffset }, signal, scene);
}

/** `startPage` gives the page of the file or region that the mapping starts with, null when it maps another one. */
function mappedOffsetFits(place: PageRange, signal: SignalEvent, scene: Scene, startPage: (mapping: MappingSpec) => number | null): boolean | null {
    const mapping = mappingOf(signal, scene.program);
    if (mapping === undefined) {
        return null;
    }
    const start = startPage(mapping);
    return start !== null && offsetFits(place, start, signal, scene);
}

interface PageRange { readonly page: number; readonly pageCount: number; readonly byteOffset: number }

/** A byte that is named must be met exactly; a page by any of its bytes. */
function offsetFits(place: PageRange, startPage: number, signal: SignalEvent, scene: Scene): boolean {
    const pageBytes = 2 ** scene.trace.pageShift;
    const offset = (signal.offset ?? -1) + startPage * pageBytes;
    const first = place.page * pageBytes;
    return place.byteOffset !== 0
        ? offset === first + place.byteOffset
        : offset >= first && offset < first + place.pageCount * pageBytes;
}

function mappingOf(signal: SignalEvent, program: Program): MappingSpec | undefined {
    const process = program.machine.processes.find(({ name }) => name === processOf(signal.task));
    return process?.mappings.find(({ name }) => name === signal.mapping);
}

/** `db` of `db.worker`. */
export function processOf(task: string): string {
    return task.split('.', 1)[0] ?? task;
}

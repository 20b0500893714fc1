import type { MachineSpec, MappingSpec, PinHolder, Place, ProcessSpec, Step } from '../../../server/src/simulator/program.js';
import { at, mapping, process } from '../../simulator/programs.js';

/** A page in some state, and what a program needs to have it there. */
export interface PageState {
    readonly machine: Partial<MachineSpec>;
    /** Where the page is found when the program starts. */
    readonly target: Place;
    /** Process that maps it, at `target`. */
    readonly owner?: string;
    /** Steps that bring it into the state. */
    readonly prepare?: readonly Step[];
    /** No frame is behind it before it is touched: only a virtual address leads there. */
    readonly virtualOnly?: true;
}

export type PageStates = Readonly<Record<string, PageState>>;

export const PAGE = 4096;
export const HUGE_PAGE = 2 ** 21;
export const GIGANTIC_PAGE = 2 ** 30;

/** The owner of the pages: it asked to be told early, so that every signal that can be sent at injection is. */
export function earlyProcess(name: string, mappings: readonly MappingSpec[], more: Partial<ProcessSpec> = {}): ProcessSpec {
    return process(name, mappings, { threads: [{ name: '', source: 0, policy: 'early', sigbusBlocked: false }], ...more });
}

/** Page 1 (or another) of a mapping `m` of the early-kill process `db`. */
export function mapped(more: Partial<MappingSpec>, machine: Partial<MachineSpec> = {}, page = 1): PageState {
    return { machine: { ...machine, processes: [earlyProcess('db', [mapping('m', more)])] }, target: at('db', 'm', page), owner: 'db' };
}

/** The same page with a lasting reference on it. */
export function pinned(state: PageState, by: PinHolder): PageState {
    return { ...state, machine: { ...state.machine, pins: [{ source: 0, by, place: state.target }] } };
}

/** Place of a page of a declared region. */
export function inRegion(region: string, page = 0): Place {
    return { kind: 'region', region, page, pageCount: 1, byteOffset: 0 };
}

/** Place of a page of a file. */
export function inFile(file: string, page = 1): Place {
    return { kind: 'file', file, page, pageCount: 1, byteOffset: 0 };
}

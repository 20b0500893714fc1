import type { MappingSpec, Step } from '../../server/src/simulator/program.js';
import { at, mapping, step } from '../simulator/programs.js';
import { BAD } from './injections.js';
import { inFile } from './page-states/page-state.js';

type Op = (page: number, more?: Step['args']) => Step;

function onMapping(op: string, process = 'db', name = 'm'): Op {
    return (page, more = {}) => step(op, { target: at(process, name, page), ...more }, process);
}

/** A step of `db` on a range of its mapping `m`. */
export function onRange(op: string, page: number, pageCount: number, more: Step['args'] = {}): Step {
    return step(op, { target: at('db', 'm', page, pageCount), ...more }, 'db');
}

/** A step of `db` on a range of the file `f`. */
export function onFile(op: string, page: number, pageCount = 1, more: Step['args'] = {}): Step {
    return step(op, { target: { ...inFile('f', page), pageCount } as Step['args'][string], ...more }, 'db');
}

export const corrupt = step('corrupt-pfn', { target: BAD });
export const unpoison = step('unpoison-pfn', { target: BAD });
export const softOffline = step('soft_offline_page', { target: BAD });
export const read = onMapping('read');
export const write = onMapping('write');
export const exec = onMapping('exec');
export const writeFrom = onMapping('write-from');
export const readInto = onMapping('read-into');
export const madvise = (page: number, advice: string): Step => onMapping('madvise')(page, { advice });
export const fork = step('fork', { as: 'child' }, 'db');
export const readAs = (process: string, page: number, name = 'm'): Step => onMapping('read', process, name)(page);
export const exit = (process = 'db'): Step => step('exit', {}, process);
export const fsync = (description = 'f'): Step => step('fsync', { description }, 'db');
export const openAs = (as: string): Step => step('open', { file: 'f', as }, 'db');
export const hugepages = step('hugepages', {});

/** mmap() of the file `f`, shared and not touched yet. */
export function mmapFile(name: string, more: Partial<MappingSpec> = {}): Step {
    return step('mmap', { mapping: mapping(name, { from: { kind: 'file', file: 'f', pageOffset: 0 }, shared: true, touched: 'untouched', ...more }) }, 'db');
}

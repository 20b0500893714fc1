import type { FilesystemSpec, MachineSpec, MappingSpec } from '../../../server/src/simulator/program.js';
import { file } from './page-cache.js';
import { HUGE_PAGE, inRegion, mapped, type PageState, type PageStates } from './page-state.js';
import { region } from './kernel-memory.js';

const PMEM_PFN = 0x100000;
const FIRST_BLOCK = 32768;

function pmem(mode: 'fsdax' | 'devdax' | 'raw', alignBytes = 4096): Partial<MachineSpec> {
    return { pmems: [{ name: 'pmem0', source: 0, pfn: PMEM_PFN, pageCount: 32768, mode, alignBytes }] };
}

function dax(type: string): Partial<MachineSpec> {
    const filesystem: FilesystemSpec = { name: 'fs', source: 0, type, major: 259, minor: 0, dax: 'pmem0', huge: false };
    return { ...pmem('fsdax'), filesystems: [filesystem], files: [file(type, { filesystem: 'fs', cached: 'absent' })] };
}

const SHARED_FILE: Partial<MappingSpec> = { from: { kind: 'file', file: 'f', pageOffset: 0 }, shared: true };

function onDevice(kind: string): PageState {
    return { machine: { ...pmem('raw'), regions: [{ name: 'r', source: 0, kind, pfn: PMEM_PFN, pageCount: 4, content: '' }] }, target: inRegion('r', 1) };
}

function special(what: string): PageState {
    return mapped({ from: { kind: 'special', what }, pageCount: 4, shared: true });
}

/** Persistent memory, offline blocks, addresses without struct page, mappings that drivers made. */
export const DEVICE_MEMORY = {
    'fsdax on ext4': mapped(SHARED_FILE, dax('ext4')),
    'fsdax on ext4, only read': mapped({ ...SHARED_FILE, touched: 'read' }, dax('ext4')),
    'fsdax on ext4, never touched': { ...mapped({ ...SHARED_FILE, touched: 'untouched' }, dax('ext4')), virtualOnly: true as const },
    'fsdax on xfs': mapped(SHARED_FILE, dax('xfs')),
    'devdax': mapped({ ...SHARED_FILE, pageCount: 512, folioBytes: HUGE_PAGE }, { ...pmem('devdax', HUGE_PAGE), files: [file('devdax', { bytes: HUGE_PAGE, cached: 'absent' })] }),
    'pmem raw': { machine: pmem('raw'), target: { kind: 'pfn' as const, pfn: PMEM_PFN + 1 } },
    'device private': onDevice('device-private'),
    'dev_pagemap metadata': onDevice('pgmap-metadata'),
    'offline block': { machine: { offline: [{ pfn: FIRST_BLOCK, pageCount: 32768 }] }, target: { kind: 'pfn' as const, pfn: FIRST_BLOCK + 1 } },
    'hole in RAM': { machine: { holes: [{ pfn: 0x9000, pageCount: 512 }] }, target: { kind: 'pfn' as const, pfn: 0x9001 } },
    'registered PFN map': region('pfnmap', 1),
    'registered PFN map, mapped': mapped({ from: { kind: 'region', region: 'gpu', pageOffset: 0 }, shared: true }, { regions: [{ name: 'gpu', source: 0, kind: 'pfnmap', pageCount: 4, content: '' }] }),
    'vdso': special('vdso'),
    'vvar': special('vvar'),
    'io_uring ring': special('io_uring'),
    'packet ring': special('packet'),
    'perf buffer': special('perf'),
    '/dev/mem': { ...special('devmem'), virtualOnly: true as const },
} satisfies PageStates;

import type { HugetlbPoolSpec, MachineSpec, MappingSpec } from '../../../server/src/simulator/program.js';
import { file } from './page-cache.js';
import { GIGANTIC_PAGE, HUGE_PAGE, inFile, inRegion, mapped, pinned, type PageState, type PageStates } from './page-state.js';

function pool(more: Partial<HugetlbPoolSpec> = {}): Partial<MachineSpec> {
    return { hugetlbPools: [{ source: 0, shift: 21, pageCount: 4, reserved: 0, overcommit: 0, ...more }] };
}

const ANON: Partial<MappingSpec> = { pageCount: 512, hugetlbShift: 21 };
const RAW = 3;
const FREE = { name: 'free', source: 0, kind: 'hugetlb-free', pageCount: 512, content: '' };

function inMemfd(more: Partial<MappingSpec> = {}): PageState {
    return mapped({ from: { kind: 'file', file: 'f', pageOffset: 0 }, shared: true, ...ANON, ...more },
        { ...pool(), files: [file('memfd-hugetlb', { bytes: HUGE_PAGE, folioBytes: HUGE_PAGE, content: 'h' })] }, RAW);
}

/** Huge pages of a pool; the page meant is raw page 3 of one. */
export const HUGETLB = {
    'hugetlb anon': mapped(ANON, pool(), RAW),
    'hugetlb anon, head page': mapped(ANON, pool(), 0),
    'hugetlb anon, the only one of the pool': mapped(ANON, pool({ pageCount: 1 }), RAW),
    'hugetlb anon pinned': pinned(mapped(ANON, pool(), RAW), 'longterm'),
    'hugetlb file': inMemfd(),
    'hugetlb file pinned': pinned(inMemfd(), 'longterm'),
    'hugetlb file, unmapped': { machine: { ...pool(), files: [file('memfd-hugetlb', { bytes: HUGE_PAGE, folioBytes: HUGE_PAGE })] }, target: inFile('f', RAW) },
    'hugetlb free': { machine: { ...pool(), regions: [FREE] }, target: inRegion('free', RAW) },
    'hugetlb free, all reserved': { machine: { ...pool({ pageCount: 1, reserved: 1 }), regions: [FREE] }, target: inRegion('free', RAW) },
    'hugetlb gigantic': mapped({ pageCount: 2 ** 18, hugetlbShift: 30 }, { ramBytes: 8 * GIGANTIC_PAGE, ...pool({ shift: 30, pageCount: 2 }) }, RAW),
} satisfies PageStates;

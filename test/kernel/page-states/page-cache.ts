import type { FileSpec, MappingSpec } from '../../../server/src/simulator/program.js';
import { step } from '../../simulator/programs.js';
import { HUGE_PAGE, PAGE, inFile, mapped, pinned, type PageState, type PageStates } from './page-state.js';

export function file(type: string, more: Partial<FileSpec> = {}): FileSpec {
    return { name: 'f', source: 0, type, bytes: 4 * PAGE, cached: 'clean', folioBytes: PAGE, content: 'abcd', locked: false, held: false, ...more };
}

const SHARED: Partial<MappingSpec> = { from: { kind: 'file', file: 'f', pageOffset: 0 }, shared: true };

/** Page 1 of a file, mapped shared by `db`. */
export function fileMapped(spec: FileSpec, more: Partial<MappingSpec> = {}, page = 1): PageState {
    return mapped({ ...SHARED, touched: 'read', ...more }, { files: [spec] }, page);
}

/** Page 1 of a file that nobody maps. */
export function fileUnmapped(spec: FileSpec): PageState {
    return { machine: { files: [spec] }, target: inFile('f') };
}

const LARGE = { bytes: HUGE_PAGE, folioBytes: HUGE_PAGE };
const LARGE_MAPPING: Partial<MappingSpec> = { pageCount: 512, folioBytes: HUGE_PAGE };
const truncated = (type: string): PageState => ({
    ...pinned(fileMapped(file(type)), 'vmsplice'),
    prepare: [step('ftruncate', { file: 'f', length: 0 })],
});

/** Pages of files, and of memory that is kept like a file. */
export const PAGE_CACHE = {
    'ext4 clean': fileMapped(file('ext4')),
    'ext4 clean, private': fileMapped(file('ext4'), { shared: false }),
    'ext4 clean, private, written': fileMapped(file('ext4'), { shared: false, touched: 'written' }),
    'ext4 clean, mlocked': fileMapped(file('ext4'), { mlocked: true }),
    'ext4 clean, unmapped': fileUnmapped(file('ext4')),
    'ext4 clean, pinned': pinned(fileMapped(file('ext4')), 'vmsplice'),
    'ext4 dirty': fileMapped(file('ext4', { cached: 'dirty' })),
    'ext4 dirty by page table': fileMapped(file('ext4'), { touched: 'written' }),
    'ext4 dirty, unmapped': fileUnmapped(file('ext4', { cached: 'dirty' })),
    'ext4 dirty, pinned': pinned(fileMapped(file('ext4', { cached: 'dirty' })), 'vmsplice'),
    'ext4 dirty, mlocked': fileMapped(file('ext4', { cached: 'dirty' }), { mlocked: true }),
    'ext4 under writeback': fileMapped(file('ext4', { cached: 'writeback' })),
    'ext4 large, clean': fileMapped(file('ext4', { bytes: 65536, folioBytes: 65536 }), { pageCount: 16 }),
    'ext4 large, dirty': fileMapped(file('ext4', { bytes: 65536, folioBytes: 65536, cached: 'dirty' }), { pageCount: 16 }),
    'ext4 large, under writeback': fileMapped(file('ext4', { bytes: 65536, folioBytes: 65536, cached: 'writeback' }), { pageCount: 16 }),
    'ext4 truncated, pinned': truncated('ext4'),
    'xfs clean': fileMapped(file('xfs')),
    'xfs dirty': fileMapped(file('xfs', { cached: 'dirty' })),
    'vfat clean': fileMapped(file('vfat')),
    'vfat clean, unmapped': fileUnmapped(file('vfat')),
    'vfat clean, pinned': pinned(fileMapped(file('vfat')), 'vmsplice'),
    'vfat dirty': fileMapped(file('vfat', { cached: 'dirty' })),
    'ramfs': fileMapped(file('ramfs'), { touched: 'written' }),
    'ramfs unmapped': fileUnmapped(file('ramfs')),
    'block device clean': fileMapped(file('block-device')),
    'block device clean, unmapped': fileUnmapped(file('block-device')),
    'block device held by a file system': fileUnmapped(file('block-device', { held: true })),
    'block device dirty': fileMapped(file('block-device', { cached: 'dirty' })),
    'memfd': fileMapped(file('memfd'), { touched: 'written' }),
    'memfd pinned': pinned(fileMapped(file('memfd'), { touched: 'written' }), 'longterm'),
    'memfd mlocked': fileMapped(file('memfd'), { touched: 'written', mlocked: true }),
    'shared anonymous': mapped({ from: { kind: 'shared-anon' }, shared: true }),
    'tmpfs only read': fileMapped(file('tmpfs', { content: '' })),
    'tmpfs written, unmapped': fileUnmapped(file('tmpfs')),
    'tmpfs truncated, pinned': truncated('tmpfs'),
    'tmpfs thp': fileMapped(file('tmpfs', LARGE), { ...LARGE_MAPPING, touched: 'written' }, 5),
    'tmpfs thp pinned': pinned(fileMapped(file('tmpfs', LARGE), { ...LARGE_MAPPING, touched: 'written' }, 5), 'longterm'),
    'SHM_LOCKed segment': fileMapped(file('sysv-shm', { locked: true }), { touched: 'written' }),
    'SHM_LOCKed segment only read': fileMapped(file('sysv-shm', { locked: true, content: '' })),
    'secretmem': fileMapped(file('secretmem'), { touched: 'written' }),
    'guest_memfd': fileUnmapped(file('guest_memfd')),
    'guest_memfd mapped': fileMapped(file('guest_memfd'), { touched: 'written' }),
} satisfies PageStates;

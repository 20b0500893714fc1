import { describe, expect, test } from 'vitest';
import { ERRNOS } from '../../server/src/vocabulary/errnos.js';
import { FILESYSTEMS } from '../../server/src/vocabulary/filesystems.js';
import { INJECT_FILTERS } from '../../server/src/vocabulary/inject-files.js';
import { KERNELS } from '../../server/src/vocabulary/kernels.js';
import { MADVICE } from '../../server/src/vocabulary/madvice.js';
import { MF_FLAGS } from '../../server/src/vocabulary/mf-flags.js';
import { MF_RESULTS, MF_TYPES, mfTypeNumber } from '../../server/src/vocabulary/mf-types.js';
import { OPERATIONS } from '../../server/src/vocabulary/operations.js';
import { KPAGEFLAGS, OLDER_PRINTED_PAGE_FLAGS, PRINTED_PAGE_FLAGS } from '../../server/src/vocabulary/page-flags.js';
import { PAGE_KINDS } from '../../server/src/vocabulary/page-kinds.js';
import { reachableByGup, SPECIAL_MAPPINGS } from '../../server/src/vocabulary/special-mappings.js';
import { PRCTL } from '../../server/src/vocabulary/prctl.js';
import { PROPOSALS } from '../../server/src/vocabulary/proposals.js';
import { SIGNAL_CODES, SIGNALS } from '../../server/src/vocabulary/signals.js';
import { SYSCTLS } from '../../server/src/vocabulary/sysctls.js';
import { UNITS } from '../../server/src/vocabulary/units.js';

test('numbers of the kernel headers', () => {
    expect(ERRNOS.EHWPOISON.value).toBe(133);
    expect(ERRNOS.ENOTRECOVERABLE.value).toBe(131);
    expect(ERRNOS.EOPNOTSUPP.value).toBe(95);
    expect(SIGNALS.SIGBUS.value).toBe(7);
    expect(SIGNAL_CODES.BUS_MCEERR_AR).toMatchObject({ value: 4, short: 'AR' });
    expect(SIGNAL_CODES.BUS_MCEERR_AO).toMatchObject({ value: 5, short: 'AO' });
    expect(SIGNAL_CODES.SI_KERNEL.value).toBe(128);
    expect(PRCTL.PR_MCE_KILL.value).toBe(33);
    expect(PRCTL.PR_MCE_KILL_GET.value).toBe(34);
    expect(MADVICE.MADV_HWPOISON.value).toBe(100);
    expect(MADVICE.MADV_SOFT_OFFLINE.value).toBe(101);
    expect(Object.values(MF_FLAGS).map(({ value }) => value)).toEqual([1, 2, 4, 8, 16, 32, 64, 128]);
    expect(Object.values(MF_RESULTS).map(({ value }) => value)).toEqual([0, 1, 2, 3]);
    expect(KPAGEFLAGS.HWPOISON.bit).toBe(19);
    expect(INJECT_FILTERS['corrupt-filter-dev-major'].default).toBe(String(2 ** 32 - 1));
});

describe('MF types', () => {
    test.each(KERNELS.map(({ version }) => version))('the numbers of %s are dense and used once', (version) => {
        const numbers = Object.values(MF_TYPES).flatMap((type) => mfTypeNumber(type, version) ?? []).sort((a, b) => a - b);
        expect(numbers).toEqual(numbers.map((_, index) => index));
    });

    test('the trace event differs from the log for one type only', () => {
        const different = Object.entries(MF_TYPES).filter(([, { string, traceString }]) => string !== traceString).map(([name]) => name);
        expect(different).toEqual(['MF_MSG_ALREADY_POISONED']);
    });

    test('types that are not counted', () => {
        const uncounted = Object.entries(MF_TYPES).filter(([, { counted }]) => !counted).map(([name]) => name);
        expect(uncounted).toEqual(['MF_MSG_ALREADY_POISONED', 'MF_MSG_PFN_MAP']);
    });

    test('the slab page of 7.3 is called reserved', () => {
        expect(MF_TYPES.MF_MSG_KERNEL.string).toBe('reserved kernel page');
    });

    test('a type has a number in the kernel that it starts with', () => {
        for (const [name, type] of Object.entries(MF_TYPES)) expect(mfTypeNumber(type, type.since), name).toBeDefined();
    });
});

describe('page kinds', () => {
    test('the pages that 7.3 calls kernel-owned', () => {
        const owned = Object.entries(PAGE_KINDS)
            .filter(([, { flags, pageType }]) => flags.includes('reserved') || ['slab', 'table', 'large-kmalloc'].includes(pageType))
            .map(([name]) => name);
        expect(owned).toEqual([
            'slab', 'slab-tail', 'large-kmalloc', 'large-kmalloc-tail', 'page-table', 'percpu-boot', 'kernel-text', 'kernel-rodata', 'kernel-data',
            'kernel-bss', 'reserved', 'memmap', 'zero-page',
        ]);
    });

    test.each(Object.entries(PAGE_KINDS))('%s is consistent', (_, kind) => {
        if (kind.onlinePage || kind.zoneDevice) expect(kind.structPage).toBe(true);
        expect(kind.onlinePage && kind.zoneDevice).toBe(false);
        if (!kind.structPage) expect(kind.kpageflags).toEqual([]);
        expect(kind.flags.includes('head')).toBe(kind.kpageflags.includes('COMPOUND_HEAD'));
        expect(kind.flags.includes('reserved')).toBe(kind.kpageflags.includes('RESERVED'));
        expect(kind.tail).toBe(kind.kpageflags.includes('COMPOUND_TAIL'));
        if (kind.tail || kind.flags.includes('head')) expect(kind.compound).toBe(true);
    });

    test('special mappings lead to page kinds, and reachability follows the kernel', () => {
        for (const { pageKind } of Object.values(SPECIAL_MAPPINGS)) expect(PAGE_KINDS[pageKind]).toBeDefined();
        expect([reachableByGup('perf', '6.12'), reachableByGup('perf', '7.2')]).toEqual([true, false]);
        expect([reachableByGup('vvar', '7.2'), reachableByGup('vvar', '7.3')]).toEqual([false, true]);
        expect(reachableByGup('devmem', '7.3')).toBe(false);
    });
});

describe('file systems', () => {
    const names = (holds: (type: (typeof FILESYSTEMS)[keyof typeof FILESYSTEMS]) => boolean) =>
        Object.entries(FILESYSTEMS).filter(([, type]) => holds(type)).map(([name]) => name).sort();

    test('with an error-remove hook', () => {
        expect(names(({ errorRemoveFolio }) => errorRemoveFolio !== 'none')).toEqual([
            'btrfs', 'exfat', 'ext2', 'ext4', 'gfs2', 'guest_memfd', 'hugetlbfs', 'memfd', 'memfd-hugetlb', 'nfs', 'ntfs', 'ocfs2', 'overlayfs', 'shared-anon',
            'sysv-shm', 'tmpfs', 'xfs', 'zonefs',
        ]);
    });

    test('without writeback', () => {
        expect(names(({ writeback }) => !writeback)).toEqual([
            'devdax', 'guest_memfd', 'hugetlbfs', 'memfd', 'memfd-hugetlb', 'ramfs', 'secretmem', 'shared-anon', 'sysv-shm', 'tmpfs',
        ]);
    });
});

test('sysctls name proposals that exist and start inside their range', () => {
    for (const { proposals = [], min, max, default: initial } of Object.values(SYSCTLS)) {
        for (const proposal of proposals) expect(PROPOSALS[proposal]).toBeDefined();
        expect(initial >= min && initial <= max).toBe(true);
    }
});

test('words that operations ask for are in their tables', () => {
    const asked = (pattern: RegExp) => OPERATIONS.flatMap(({ parameters }) => parameters.flatMap(({ words = [] }) => words)).filter((word) => pattern.test(word));
    for (const word of asked(/^MADV_/)) expect(MADVICE).toHaveProperty(word);
    for (const word of asked(/^PR_/)) expect(PRCTL).toHaveProperty(word);
});

test('page flags are printed in the order of the kernel', () => {
    expect(PRINTED_PAGE_FLAGS.names).toContain('owner_2');
    expect(OLDER_PRINTED_PAGE_FLAGS.names).toContain('mappedtodisk');
    for (const { names: order, bits } of [PRINTED_PAGE_FLAGS, OLDER_PRINTED_PAGE_FLAGS]) {
        expect(new Set(order).size).toBe(order.length);
        expect([...bits].sort()).toEqual([...order].sort());
    }
});

test('units', () => {
    expect(UNITS.GiB.factor).toBe(1024 ** 3);
    expect(UNITS.h.factor).toBe(3600e9);
});

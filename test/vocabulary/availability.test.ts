import { describe, expect, test } from 'vitest';
import { DIFFERENCES, kernelsWith, type DifferenceName } from '../../server/src/kernel/versions/differences.js';
import { isAvailable, kernelsThatHave, type Availability } from '../../server/src/vocabulary/availability.js';
import { kernelInstead, whereAvailable } from '../../server/src/vocabulary/availability-words.js';
import { CONFIG_OPTIONS } from '../../server/src/vocabulary/config-options.js';
import { INJECT_FILES, INJECT_FILTERS } from '../../server/src/vocabulary/inject-files.js';
import { noteOnBasis } from '../../server/src/vocabulary/kernel-notes.js';
import { KERNELS, type KernelVersion } from '../../server/src/vocabulary/kernels.js';
import { MADVICE } from '../../server/src/vocabulary/madvice.js';
import { MF_TYPES } from '../../server/src/vocabulary/mf-types.js';
import { CLAIMS } from '../../server/src/vocabulary/settings.js';
import { SYSCTLS } from '../../server/src/vocabulary/sysctls.js';

const SYSCTL = SYSCTLS['vm.panic_on_unrecoverable_memory_failure'];

test.each<[string, Availability, KernelVersion, readonly string[], boolean, string, string]>([
    ['everywhere', {}, '6.1', [], true, '', ''],
    ['later', { since: '6.12' }, '6.6', [], false, 'the first that has it is 6.12', 'kernel 6.12'],
    ['from then on', { since: '6.12' }, '6.12', [], true, '', ''],
    ['no longer', { until: '6.10' }, '7.3', [], false, 'the last that has it is 6.10', 'kernel 6.6'],
    ['not any more after it', { until: '6.6' }, '6.6', [], true, '', ''],
    ['by a proposal', SYSCTL, '7.1', ['panic-unrecoverable-v2'], true, '', ''],
    ['without the proposal', SYSCTL, '7.1', ['kho-hwpoison'], false, 'the first that has it is 7.3, or 7.0 with panic-unrecoverable-v4', 'kernel 7.3'],
    ['by a proposal only', CONFIG_OPTIONS.MEMORY_FAILURE_KHO, '7.3', [], false, 'the first that has it is 7.0 with kho-hwpoison', 'kernel 7.3 with kho-hwpoison'],
    ['by that proposal', CONFIG_OPTIONS.MEMORY_FAILURE_KHO, '7.3', ['kho-hwpoison'], true, '', ''],
])('%s', (_name, availability, version, proposals, has, where, instead) => {
    const kernel = { written: version, proposals };
    expect(isAvailable(availability, kernel)).toBe(has);
    if (!has) expect([whereAvailable(availability, kernel), kernelInstead(availability, kernel)]).toEqual([where, instead]);
});

// What a word needs and what the model does stand in two tables: the one tells a text its mistakes, the other is asked while it runs.
test.each<[string, Availability, DifferenceName]>([
    ['vm.enable_soft_offline', SYSCTLS['vm.enable_soft_offline'], 'enableSoftOffline'],
    ['vm.panic_on_unrecoverable_memory_failure', SYSCTL, 'panicOnUnrecoverable'],
    ['node statistics', CLAIMS.find(({ word }) => word === 'node')!, 'nodeStatistics'],
    ['process_madvise(MADV_HWPOISON)', { since: MADVICE.MADV_HWPOISON.processMadviseSince! }, 'processMadviseOwnMm'],
    ['process_madvise(MADV_SOFT_OFFLINE)', { since: MADVICE.MADV_SOFT_OFFLINE.processMadviseSince! }, 'processMadviseOwnMm'],
    ['MF_MSG_PFN_MAP', MF_TYPES.MF_MSG_PFN_MAP, 'pfnMapType'],
    ['MF_MSG_ALREADY_POISONED', MF_TYPES.MF_MSG_ALREADY_POISONED, 'alreadyPoisonedType'],
    ['MF_MSG_SLAB', MF_TYPES.MF_MSG_SLAB, 'flagTableSlabRow'],
])('%s: the word and the model agree', (_name, availability, difference) => {
    expect(kernelsThatHave(availability)).toEqual(kernelsWith(DIFFERENCES[difference]));
});

test('every described kernel has every file of hwpoison-inject', () => {
    for (const [name, file] of [...Object.entries<Availability>(INJECT_FILES), ...Object.entries<Availability>(INJECT_FILTERS)]) {
        expect(kernelsThatHave(file), name).toEqual(KERNELS.map(({ version }) => version));
    }
});

describe('the basis of a kernel', () => {
    test.each([
        ['7.3', undefined], ['6.12.107', undefined], ['6.1', undefined], ['5.15', undefined], ['new', undefined],
        ['6.6', { described: true, text: 'What Linux 6.6 does is derived from its source; no running kernel of it was recorded. Recorded are 6.1, 6.12, 6.18, 7.0, 7.1, 7.2, 7.3.' }],
        ['6.6.93', { described: true, text: 'What Linux 6.6.93 does is derived from its source; no running kernel of it was recorded. Recorded are 6.1, 6.12, 6.18, 7.0, 7.1, 7.2, 7.3.' }],
        ['6.16', { described: false, text: 'Linux 6.16 is not described: it behaves as 6.12, with the changes that are known to have come since.' }],
        ['6.19', { described: false, text: 'Linux 6.19 is not described: it behaves as 6.18, with the changes that are known to have come since.' }],
        ['6.10', { described: false, text: 'Linux 6.10 is not described: it behaves as 6.6, which is derived from its source and was not recorded, with the changes that are known to have come since.' }],
        ['6.1.200', { described: true, text: 'Linux 6.1.200 is newer than the releases of 6.1 that were read, up to 6.1.192: what was taken over since is not known.' }],
        ['6.12.20', undefined], ['6.1.20', undefined],
        ['8.0', { described: false, text: 'Linux 8.0 is newer than what was looked at: it behaves as 7.3.4.' }],
    ])('%s', (written, note) => {
        expect(noteOnBasis(written)).toEqual(note);
    });
});

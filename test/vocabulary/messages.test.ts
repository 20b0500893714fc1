import { describe, expect, test } from 'vitest';
import { KERNELS, type KernelVersion } from '../../server/src/vocabulary/kernels.js';
import { MESSAGES, renderMessage, type MessageId, type MessageValues } from '../../server/src/vocabulary/messages.js';
import { MF_RESULTS, MF_TYPES } from '../../server/src/vocabulary/mf-types.js';

describe('renderMessage', () => {
    test.each<[MessageId, KernelVersion, MessageValues, string]>([
        ['action', '7.3', { pfn: 0x265d8, string: MF_TYPES.MF_MSG_DIRTY_LRU.string, result: MF_RESULTS.MF_RECOVERED.string }, 'Memory failure: 0x265d8: recovery action for dirty LRU page: Recovered'],
        ['unhandlable', '7.3', { pfn: 0 }, 'Memory failure: 0x0: unhandlable page.'],
        ['unhandlable', '7.3', { pfn: '0x1' }, 'Memory failure: 0x1: unhandlable page.'],
        ['sigbus', '6.1', { pfn: 0x265d8, task: 't:127' }, 'Memory failure: 0x265d8: Sending SIGBUS to t:127 due to hardware memory corruption'],
        ['panicNoRecovery', '7.3', { pfnBare: 0x2ab }, 'Memory failure on page 2ab'],
        ['panic', '7.3', { text: 'Memory failure: 0x1: unrecoverable page' }, 'Kernel panic - not syncing: Memory failure: 0x1: unrecoverable page'],
        ['stillRef', '7.3', { pfn: 0x30, string: 'huge page', users: 1 }, 'Memory failure: 0x30: huge page still referenced by 1 users'],
        ['cannotCatch', '7.3', { pfn: 0x30 }, 'Memory failure: 0x30 cannot catch tail'],
        ['injectMadvise', '7.3', { pfn: 0x30, address: 0x7f00_0000_1000 }, 'Injecting memory failure for pfn 0x30 at process virtual address 0x7f0000001000'],
        ['faultX86', '7.3', { task: 'db:42', address: 0x7f00_0000_1000 }, 'MCE: Killing db:42 due to hardware memory corruption fault at 7f0000001000'],
        ['unmapFail', '6.6', { pfn: 1, count: 2 }, 'Memory failure: 0x1: failed to unmap page (mapcount=2)'],
        ['unmapFail', '6.12', { pfn: 1, count: 2 }, 'Memory failure: 0x1: failed to unmap page (folio mapcount=2)'],
        ['unOk', '6.6', { pfn: 1 }, 'Unpoison: Software-unpoisoned page 0x1'],
        ['unOk', '6.12', { pfn: 1 }, 'Unpoison: 0x1: software-unpoisoned page'],
        ['soAlready', '6.1', { pfn: 1 }, 'soft_offline_page: 0x1 page already poisoned'],
        ['soAlreadyLate', '6.1', { pfn: 1 }, 'soft offline: 0x1 page already poisoned'],
        ['soAlready', '7.3', { pfn: 1 }, 'Soft offline: 0x1: page already poisoned'],
        ['mceHeader', '7.3', { cpu: 0, mcg: 7, bank: 9, status: 0xbd80_0000_0000_0134n }, 'mce: [Hardware Error]: CPU 0: Machine Check Exception: 7 Bank 9: bd80000000000134'],
        ['mceHeader', '7.3', { cpu: 1, mcg: 0xf, bank: 9, status: 0x134 }, 'mce: [Hardware Error]: CPU 1: Machine Check Exception: f Bank 9: 0000000000000134'],
        ['mceUserAccess', '7.3', { address: 0x265d_8000 }, 'mce: Uncorrected hardware memory error in user-access at 265d8000'],
        ['mceReason', '7.3', { reason: 'Neither restart nor error IP' }, 'mce: [Hardware Error]: Machine check: Neither restart nor error IP'],
    ])('%s on %s', (id, version, values, line) => {
        expect(renderMessage(id, version, values)).toBe(line);
    });

    test('text that looks like a placeholder is not filled in again', () => {
        expect(renderMessage('sigbus', '7.3', { pfn: 1, task: '{pfn}:1' })).toContain('to {pfn}:1 due');
    });

    test('a placeholder without a value stays visible', () => {
        expect(renderMessage('unhandlable', '7.3')).toBe('Memory failure: {pfn}: unhandlable page.');
    });
});

const PLACEHOLDERS = new Set([
    'errorType', 'first', 'last', 'pfn', 'phys', 'pfnBare', 'address', 'mcg', 'status', 'esr', 'task', 'comm', 'pid', 'string', 'result', 'users', 'count', 'rc', 'cpu',
    'bank', 'cpus', 'kind', 'flags', 'reason', 'text', 'stage', 'expected', 'event', 'cperAddress', 'parameters',
]);

describe.each(Object.entries(MESSAGES))('%s', (id, { text, old }) => {
    test('has known placeholders, the same in both wordings', () => {
        const names = (template: string) => [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort();
        for (const name of names(text)) expect(PLACEHOLDERS).toContain(name);
        if (old) expect(names(old.text)).toEqual(names(text));
    });

    test('renders on every kernel without a placeholder left', () => {
        const values = Object.fromEntries([...PLACEHOLDERS].map((name) => [name, 1]));
        for (const { version } of KERNELS) expect(renderMessage(id as MessageId, version, values)).not.toMatch(/[{}]/);
    });
});

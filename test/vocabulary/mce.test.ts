import { describe, expect, test } from 'vitest';
import {
    AMD_SEVERITIES, INTEL_SEVERITIES, MCACOD, MCE_SEVERITIES, MCG_STATUS, MCI_STATUS, type MceContext, type SeverityRow,
} from '../../server/src/vocabulary/mce.js';

interface MachineCheck {
    readonly status: bigint;
    readonly mcg: number;
    readonly context: MceContext;
    readonly exception: boolean;
}

/** The table walk, in its plainest form. */
function firstMatch(rows: readonly SeverityRow[], { status, mcg, context, exception }: MachineCheck): SeverityRow | undefined {
    const has = (bit: keyof typeof MCI_STATUS) => (status >> BigInt(MCI_STATUS[bit].bit)) & 1n;
    const hasMcg = (bit: keyof typeof MCG_STATUS) => (mcg >> MCG_STATUS[bit].bit) & 1;
    return rows.find((row) => {
        const code = row.mcacod && MCACOD[row.mcacod];
        return (row.status.set ?? []).every(has)
            && !(row.status.clear ?? []).some(has)
            && (!code || (Number(status & 0xffffn) & code.mask) === code.value)
            && (row.mcg?.set ?? []).every(hasMcg)
            && !(row.mcg?.clear ?? []).some(hasMcg)
            && (!row.context || row.context.includes(context))
            && (!row.exceptionOnly || exception);
    });
}

describe('Intel', () => {
    test.each<[string, bigint, number, MceContext, boolean, string, string]>([
        // MCi_STATUS and MCG_STATUS of recorded machine checks
        ['scrub', 0xbd00_0000_0000_00c0n, 0xd, 'user', true, 'AO', 'Action optional: memory scrubbing error'],
        ['scrub found by polling', 0xbc00_0000_0000_00c0n, 0xd, 'user', false, 'AO', 'Action optional: memory scrubbing error'],
        ['UCNA found by polling', 0xbc00_0000_0000_009fn, 0xd, 'user', false, 'UCNA', 'Uncorrected no action required'],
        ['data load', 0xbd80_0000_0000_0134n, 0xf, 'user', true, 'AR', 'Action required: data load error in a user process'],
        ['fetch', 0xbd80_0000_0000_0150n, 0xf, 'user', true, 'AR', 'Action required: instruction fetch error in a user process'],
        ['no restart IP, user', 0xbd80_0000_0000_0134n, 0xe, 'user', true, 'AR', 'Action required: data load error in a user process'],
        ['no restart IP, kernel', 0xbd80_0000_0000_0134n, 0xe, 'kernel', true, 'PANIC', 'In kernel and no restart IP'],
        ['no error IP', 0xbd80_0000_0000_0134n, 0xd, 'user', true, 'KEEP', 'Action required but unaffected thread is continuable'],
        ['neither IP', 0xbd80_0000_0000_0134n, 0xc, 'user', true, 'PANIC', 'Neither restart nor error IP'],
        ['overflow', 0xfd80_0000_0000_0134n, 0xf, 'user', true, 'PANIC', 'Action required with lost events'],
        ['no address', 0xb180_0000_0000_0134n, 0xf, 'user', true, 'PANIC', 'Action required: unknown MCACOD'],
        ['kernel load', 0xbd80_0000_0000_0134n, 7, 'kernel', true, 'PANIC', 'Data load in unrecoverable area of kernel'],
        ['kernel fetch', 0xbd80_0000_0000_0150n, 7, 'kernel', true, 'PANIC', 'Instruction fetch error in kernel'],
        ['kernel copy', 0xbd80_0000_0000_0134n, 7, 'kernel-recoverable', true, 'AR', 'Action required: data load in error recoverable area of kernel'],
        ['context corrupt', 0xbf80_0000_0000_0134n, 0xf, 'user', true, 'PANIC', 'Processor context corrupt'],
        ['nothing', 0n, 0xf, 'user', true, 'NO', 'Invalid'],
    ])('%s', (_, status, mcg, context, exception, severity, message) => {
        expect(firstMatch(INTEL_SEVERITIES, { status, mcg, context, exception })).toMatchObject({ severity, message });
    });
});

describe('AMD', () => {
    const capable = AMD_SEVERITIES.filter(({ without }) => !without);

    test.each<[string, bigint, MceContext, string]>([
        ['deferred', 0x8c00_1000_0000_0000n, 'user', 'DEFERRED'],
        ['corrected', 0x8c00_0000_0000_0000n, 'user', 'KEEP'],
        ['consumed in user mode', 0xbc00_0800_0000_0000n, 'user', 'AR'],
        ['consumed by the kernel', 0xbc00_0800_0000_0000n, 'kernel', 'PANIC'],
    ])('%s', (_, status, context, severity) => {
        expect(firstMatch(capable, { status, mcg: 7, context, exception: true })?.severity).toBe(severity);
    });
});

test('every table ends with a row that always matches', () => {
    for (const rows of [INTEL_SEVERITIES, AMD_SEVERITIES]) expect(rows.at(-1)).toMatchObject({ status: {} });
});

test('severities are ordered', () => {
    const { NO, DEFERRED, UCNA, KEEP, SOME, AO, UC, AR, PANIC } = MCE_SEVERITIES;
    expect(DEFERRED.rank).toBe(UCNA.rank);
    const ranks = [NO, UCNA, KEEP, SOME, AO, UC, AR, PANIC].map(({ rank }) => rank);
    expect(ranks).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

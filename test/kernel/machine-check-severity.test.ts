import { expect, test } from 'vitest';
import type { CpuRunSpec } from '../../server/src/simulator/program.js';
import { Kernel } from '../../server/src/kernel/kernel.js';
import { Profile } from '../../server/src/kernel/profile.js';
import { contextOf, type MachineCheck } from '../../server/src/kernel/ras/machine-check.js';
import { mceSeverity } from '../../server/src/kernel/ras/mce-severity.js';
import { buildMachine } from '../../server/src/simulator/build-machine.js';
import { TraceRecorder } from '../../server/src/simulator/trace-recorder.js';
import { machine, program } from '../simulator/programs.js';

const PROFILE = new Profile('7.3', []);

/** Bits of MCi_STATUS and MCG_STATUS, as the processor manuals number them. */
const STATUS = { VAL: 63n, OVER: 62n, UC: 61n, EN: 60n, MISCV: 59n, ADDRV: 58n, PCC: 57n, S: 56n, AR: 55n, DEFERRED: 44n } as const;
const RIPV = 1;
const EIPV = 2;
const MCIP = 4;
const LMCES = 8;
const ALL = RIPV | EIPV | MCIP | LMCES;
const DATA = 0x134n;
const FETCH = 0x150n;
const SCRUB = 0xc0n;
const WRITEBACK = 0x17an;
const OTHER = 0x9fn;

type Bit = keyof typeof STATUS;
type Mode = CpuRunSpec['mode'];

function status(code: bigint, ...bits: readonly Bit[]): bigint {
    return bits.reduce((word, bit) => word | (1n << STATUS[bit]), code);
}

const RECORD: readonly Bit[] = ['VAL', 'EN', 'UC', 'ADDRV', 'MISCV'];
const CONSUMED: readonly Bit[] = [...RECORD, 'S', 'AR'];

function without(bits: readonly Bit[], ...left: readonly Bit[]): readonly Bit[] {
    return bits.filter((bit) => !left.includes(bit));
}

/** Severity of the record in an exception, and the reason that a panic prints. */
function grade(word: bigint, mcgStatus: number, mode: Mode, cpuVendor: 'intel' | 'amd', cpuGeneration?: string): string {
    const mce: MachineCheck = { cpu: 0, bank: 9, status: word, mcgStatus: BigInt(mcgStatus), address: 0n, misc: 0x8cn, ipid: 0n, delivery: 'one', frame: null };
    const built = buildMachine(program(machine({ cpuVendor, ...cpuGeneration === undefined ? {} : { cpuGeneration } }), []), PROFILE);
    const kernel = new Kernel(built, PROFILE, new TraceRecorder(built));
    const { severity, message } = mceSeverity(kernel, mce, contextOf(kernel, { thread: null, mode, in: null }, mce), true);
    return message === '' ? severity : `${severity}: ${message}`;
}

type Row = readonly [gives: string, word: bigint, mcgStatus?: number, mode?: Mode];

const INTEL: readonly Row[] = [
    ['NO: Invalid', status(DATA, ...without(CONSUMED, 'VAL'))],
    ['NO: Not enabled', status(DATA, ...without(CONSUMED, 'EN'))],
    ['PANIC: Processor context corrupt', status(DATA, ...CONSUMED, 'PCC')],
    ['PANIC: MCIP not set in MCA handler', status(DATA, ...CONSUMED), RIPV | EIPV | LMCES],
    ['PANIC: Neither restart nor error IP', status(DATA, ...CONSUMED), MCIP | LMCES],
    ['PANIC: In kernel and no restart IP', status(DATA, ...CONSUMED), EIPV | MCIP | LMCES, 'kernel'],
    ['AO: Action optional: memory scrubbing error', status(SCRUB, ...RECORD, 'S')],
    ['AO: Action optional: memory scrubbing error', status(0xcfn, ...RECORD, 'S')],
    ['AO: Action optional: memory scrubbing error', status(SCRUB, ...RECORD)],
    ['AO: Action optional: last level cache writeback error', status(WRITEBACK, ...RECORD, 'S')],
    ['UCNA: Uncorrected no action required', status(OTHER, ...RECORD)],
    ['UCNA: Uncorrected no action required', status(0xd0n, ...RECORD)],
    ['PANIC: Action required with lost events', status(DATA, ...CONSUMED, 'OVER')],
    ['AR: Action required: data load error in a user process', status(DATA, ...CONSUMED)],
    ['AR: Action required: data load error in a user process', status(DATA, ...CONSUMED), EIPV | MCIP | LMCES],
    ['AR: Action required: instruction fetch error in a user process', status(FETCH, ...CONSUMED)],
    ['AR: Action required: data load in error recoverable area of kernel', status(DATA, ...CONSUMED), ALL, 'kernel-recoverable'],
    ['AR: Action required: data load in error recoverable area of kernel', status(DATA, ...CONSUMED), ALL, 'copy-from-user'],
    ['PANIC: Data load in unrecoverable area of kernel', status(DATA, ...CONSUMED), ALL, 'kernel'],
    ['PANIC: Instruction fetch error in kernel', status(FETCH, ...CONSUMED), ALL, 'kernel'],
    ['PANIC: Action required: unknown MCACOD', status(OTHER, ...CONSUMED)],
    ['PANIC: Action required: unknown MCACOD', status(DATA, ...without(CONSUMED, 'ADDRV', 'MISCV'))],
    // Recorded: another CPU of the broadcast consumed it.
    ['KEEP: Action required but unaffected thread is continuable', status(DATA, ...CONSUMED), RIPV | MCIP | LMCES],
    // First match wins: what is not valid is not looked at, a corrupt context outranks everything after it.
    ['NO: Invalid', status(DATA, ...without(CONSUMED, 'VAL'), 'PCC'), ALL, 'kernel'],
    ['PANIC: Processor context corrupt', status(SCRUB, ...RECORD, 'S', 'PCC')],
];

const AMD: readonly Row[] = [
    ['PANIC: Processor Context Corrupt', status(OTHER, ...RECORD, 'PCC')],
    ['DEFERRED', status(OTHER, ...without(RECORD, 'UC'), 'DEFERRED')],
    ['DEFERRED', status(OTHER, ...RECORD, 'DEFERRED'), ALL, 'kernel'],
    ['KEEP', status(OTHER, ...without(RECORD, 'UC'))],
    ['PANIC: Uncorrected unrecoverable error in kernel context', status(OTHER, ...RECORD), ALL, 'kernel'],
    ['AR', status(OTHER, ...RECORD)],
    ['AR', status(OTHER, ...RECORD), ALL, 'kernel-recoverable'],
];

for (const [vendor, rows] of [['intel', INTEL], ['amd', AMD]] as const) {
    for (const [index, [gives, word, mcgStatus = ALL, mode = 'user']] of rows.entries()) {
        test(`section 1.6, ${vendor}, row ${index + 1}: ${gives}`, () => {
            expect(grade(word, mcgStatus, mode, vendor)).toBe(gives);
        });
    }
}

/** severity.c on CPUs without MCG_CAP.SER_P: the rows with SER do not count, and one with NOSER does. */
const WITHOUT_RECOVERY: readonly Row[] = [
    ['KEEP: Corrected error', status(OTHER, ...without(RECORD, 'UC'))],
    ['UC: Uncorrected', status(SCRUB, ...RECORD, 'S')],
    ['UC: Uncorrected', status(DATA, ...CONSUMED)],
    ['PANIC: Uncorrected in kernel', status(DATA, ...CONSUMED), ALL, 'kernel'],
    ['PANIC: Overflowed uncorrected', status(DATA, ...CONSUMED, 'OVER')],
    ['PANIC: Processor context corrupt', status(OTHER, ...RECORD, 'PCC')],
];

for (const [gives, word, mcgStatus = ALL, mode = 'user'] of WITHOUT_RECOVERY) {
    test(`without software error recovery, ${mode}: ${gives} (0x${word.toString(16)})`, () => {
        expect(grade(word, mcgStatus, mode, 'intel', 'core2')).toBe(gives);
    });
}

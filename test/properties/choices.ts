import fc from 'fast-check';
import type { CpuRunSpec, KillPolicy, SigbusDisposition } from '../../server/src/simulator/program.js';
import { ENTRIES, type Entry, type EntryManner } from './entries.js';
import { ACTIONS, type ActionName } from './actions.js';

/** Everything that is drawn for one program, beside the page and the entry that meet in it. */
export interface Choices {
    readonly policy: KillPolicy;
    /** A second thread of the owner. */
    readonly worker: KillPolicy | null;
    readonly sigbus: SigbusDisposition;
    readonly blocked: boolean;
    /** alone; a child that fork() made; another process with a mapping of the same file, where there is one. */
    readonly company: 'alone' | 'child' | 'sharer';
    readonly earlyKill: 0 | 1;
    readonly recovery: 0 | 1;
    readonly softOffline: 0 | 1;
    readonly panicSysctl: 0 | 1;
    readonly filter: Readonly<Record<string, string>>;
    readonly vendor: 'intel' | 'amd';
    readonly mode: CpuRunSpec['mode'];
    /** Does CPU 0 run the owner, or somebody else? */
    readonly runs: 'owner' | 'runner';
    readonly twoNodes: boolean;
    readonly manner: EntryManner;
    /** What makes the poison that is to be unpoisoned. */
    readonly poisoner: Entry;
    readonly before: readonly Action[];
    readonly after: readonly Action[];
    /** Another entry, later, and what follows it. */
    readonly second: Entry | null;
    readonly afterSecond: readonly Action[];
}

/** Something that a task or the kernel does, and to which page counted from the bad one. */
export interface Action { readonly name: ActionName; readonly offset: -1 | 0 | 1; readonly by: 'owner' | 'company'; }

const policy = fc.constantFrom<KillPolicy>('default', 'early', 'late');
const rarely = (value: 0 | 1): fc.Arbitrary<0 | 1> => fc.oneof({ weight: 9, arbitrary: fc.constant<0 | 1>(value === 0 ? 1 : 0) }, { weight: 1, arbitrary: fc.constant(value) });
const action: fc.Arbitrary<Action> = fc.record({ name: fc.constantFrom(...(Object.keys(ACTIONS) as ActionName[])), offset: fc.constantFrom<-1 | 0 | 1>(0, 0, 0, 1, -1), by: fc.constantFrom('owner', 'owner', 'company') });

const FILTERS: readonly Readonly<Record<string, string>>[] = [
    { enable: '1' }, { enable: '1', 'flags-mask': '4096', 'flags-value': '4096' }, { enable: '1', 'flags-mask': '4096', 'flags-value': '0' }, { enable: '1', 'dev-major': '8' }, { enable: '1', 'dev-major': '0', 'dev-minor': '1' },
    { enable: '1', memcg: '28' }, { enable: '0', memcg: '5' },
];

/** MCi_STATUS: VAL OVER UC EN MISCV ADDRV PCC S AR DEFERRED, most of them as a real record has them, and an error code. */
const status = fc.tuple(fc.integer({ min: 0, max: 0x3ff }), fc.boolean(), fc.constantFrom(0x134n, 0x150n, 0xc0n, 0xcfn, 0x17an, 0x9fn)).map(([bits, usual, code]) => {
    const positions = [63n, 62n, 61n, 60n, 59n, 58n, 57n, 56n, 55n, 44n];
    const chosen = usual ? (bits | 0b1011110001) & 0b1111110111 & ~0b10 : bits;
    return `0x${(positions.reduce((word, position, index) => ((chosen >> (9 - index)) & 1 ? word | (1n << position) : word), 0n) | code).toString(16)}`;
});

export const choices: fc.Arbitrary<Choices> = fc.record({
    policy, worker: fc.option(policy, { freq: 2 }), sigbus: fc.constantFrom<SigbusDisposition>('longjmp', 'longjmp', 'longjmp', 'returning', 'default', 'ignored'), blocked: fc.constantFrom(false, false, false, true),
    company: fc.constantFrom('alone', 'child', 'sharer'), earlyKill: fc.constantFrom(0, 1), recovery: rarely(0), softOffline: rarely(0), panicSysctl: fc.constantFrom(0, 0, 1),
    filter: fc.oneof({ weight: 6, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: fc.constantFrom(...FILTERS) }),
    vendor: fc.constantFrom('intel', 'intel', 'amd'), mode: fc.constantFrom<CpuRunSpec['mode']>('user', 'user', 'user', 'copy-from-user', 'kernel-recoverable', 'kernel'), runs: fc.constantFrom('owner', 'owner', 'runner'), twoNodes: fc.boolean(),
    manner: fc.record({ writer: fc.constantFrom('root', 'root', 'owner'), status, mcgStatus: fc.constantFrom(15, 15, 13, 14, 7, 5, 0), broadcast: fc.constantFrom('single', 'single', 'broadcast', 'poll') }),
    poisoner: fc.constantFrom<Entry>('corrupt-pfn', 'corrupt-pfn', 'hard_offline_page', 'soft_offline_page'),
    before: fc.array(action, { maxLength: 2 }), after: fc.array(action, { maxLength: 5 }), second: fc.option(fc.constantFrom(...ENTRIES), { freq: 2 }), afterSecond: fc.array(action, { maxLength: 3 }),
});

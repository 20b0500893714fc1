import { describe, expect, test } from 'vitest';
import type { MachineSpec } from '../../server/src/simulator/program.js';
import { KERNELS } from '../../server/src/vocabulary/kernels.js';
import type { Injection } from './injections.js';
import { inject } from './observed.js';
import { PAGE_KIND_RESULTS } from './page-kinds.js';
import type { PageState } from './page-states/index.js';

/** One injection and all that it gives. */
export interface InjectionRow {
    /** Section of the kernel's behaviour that says so. */
    readonly section: string;
    readonly page: PageState;
    readonly by?: Injection;
    readonly machine?: Partial<MachineSpec>;
    /** Type, result and errno, such as `DIRTY_LRU Recovered 0`; or the errno alone. */
    readonly gives: string;
    /** As `AO db m+0x1000 lsb 12 handled`, in the order of delivery. */
    readonly signals?: readonly string[];
    /** Log lines before the recovery line without their prefix; `-> db` is the line that announces a SIGBUS. */
    readonly says?: readonly string[];
    /** Set where the model is known not to do that yet: why. The test then fails when it does. */
    readonly differs?: string;
}

export type InjectionRows = Readonly<Record<string, InjectionRow>>;

/** What the log calls each type. */
export const TYPE_IN_LOG: Readonly<Record<string, string>> = {
    KERNEL: 'reserved kernel page', KERNEL_HIGH_ORDER: 'high-order kernel page', HUGE: 'huge page', FREE_HUGE: 'free huge page', GET_HWPOISON: 'get hwpoison page',
    UNMAP_FAILED: 'unmapping failed page', DIRTY_SWAPCACHE: 'dirty swapcache page', CLEAN_SWAPCACHE: 'clean swapcache page', DIRTY_MLOCKED_LRU: 'dirty mlocked LRU page',
    CLEAN_MLOCKED_LRU: 'clean mlocked LRU page', DIRTY_UNEVICTABLE_LRU: 'dirty unevictable LRU page', CLEAN_UNEVICTABLE_LRU: 'clean unevictable LRU page', DIRTY_LRU: 'dirty LRU page',
    CLEAN_LRU: 'clean LRU page', TRUNCATED_LRU: 'already truncated LRU page', BUDDY: 'free buddy page', DAX: 'dax page', UNSPLIT_THP: 'unsplit thp', ALREADY_POISONED: 'already poisoned page',
    PFN_MAP: 'non struct page pfn', UNKNOWN: 'unknown page',
};

const FIRST_LINE: Readonly<Partial<Record<Injection, string>>> = {
    'corrupt-pfn': 'Injecting memory failure at pfn PFN', MADV_HWPOISON: 'Injecting memory failure for pfn PFN at process virtual address VA',
};
/** Errnos that an entry point returns before it prints anything. */
const SILENT_ERRNOS: ReadonlySet<string> = new Set(['ENXIO', 'EFAULT', 'EPERM', 'EINVAL']);

/** A log line of memory_failure() as the tables write it. */
export function memoryFailureLine(short: string): string {
    const text = short.startsWith('-> ') ? `Sending SIGBUS to ${short.slice(3)} due to hardware memory corruption` : short;
    return `Memory failure: PFN: ${text}`;
}

/** `recovery action for dirty LRU page: Recovered`, of `DIRTY_LRU Recovered`. */
export function recoveryLine(result: string): string {
    const [type = '', outcome = ''] = result.split(' ');
    return memoryFailureLine(`recovery action for ${TYPE_IN_LOG[type]}: ${outcome}`);
}

interface Expected { readonly results: readonly string[]; readonly errno: string; readonly signals: readonly string[]; readonly log: readonly string[]; readonly panic: string; }

function expectedOf({ by = 'corrupt-pfn', gives, signals = [], says = [] }: InjectionRow): Expected {
    const words = gives.split(' ');
    const errno = words.at(-1)!;
    const results = words.length === 3 ? [`${words[0]} ${words[1]}`] : [];
    const first = results.length === 0 && says.length === 0 && SILENT_ERRNOS.has(errno) ? undefined : FIRST_LINE[by];
    return { results, errno, signals, log: [...(first === undefined ? [] : [first]), ...says.map(memoryFailureLine), ...results.map(recoveryLine)], panic: '' };
}

const UNCOUNTED = /^(ALREADY_POISONED|PFN_MAP) /;

function checkRow(row: InjectionRow): void {
    const { trace, ...seen } = inject(row.page, row.by ?? 'corrupt-pfn', row.machine);
    const expected = expectedOf(row);
    expect(seen).toEqual(expected);
    const counted = expected.results.filter((result) => !UNCOUNTED.test(result));
    const outcome = (name: string): number => counted.filter((result) => result.endsWith(` ${name}`)).length;
    expect(trace.end.counters).toEqual({
        poisonedPages: counted.length,
        nodes: [{ total: counted.length, ignored: outcome('Ignored'), failed: outcome('Failed'), delayed: outcome('Delayed'), recovered: outcome('Recovered') }],
    });
    expect(trace.notModelled).toEqual([]);
}

/** Section 2.9: only KERNEL with Ignored panics, after everything else has been reported. */
function checkPanic(row: InjectionRow): void {
    const expected = expectedOf(row);
    const panics = expected.results.includes('KERNEL Ignored');
    const { trace, ...seen } = inject(row.page, row.by ?? 'corrupt-pfn', { ...row.machine, sysctls: { 'vm.panic_on_unrecoverable_memory_failure': 1 } });
    const text = 'Memory failure: PFN: unrecoverable page';
    expect(seen).toEqual(panics ? { ...expected, errno: '', panic: text, log: [...expected.log, `Kernel panic - not syncing: ${text}`] } : expected);
    expect(trace.end.panic === null).toBe(!panics);
}

/** The same on every kernel that the table of page kinds describes. */
function checkKernels(row: InjectionRow, kind: (typeof PAGE_KIND_RESULTS)[string]): void {
    const versions = KERNELS.map(({ version }) => version);
    const givenOn = (index: number): string | undefined => kind.filter(([from]) => versions.indexOf(from) <= index).at(-1)?.[1];
    const expected = versions.map((version, index) => [version, givenOn(index)] as const).filter(([, gives]) => gives !== undefined);
    expect(expected.map(([version, gives]) => {
        const { results, errno, trace } = inject(row.page, row.by ?? 'corrupt-pfn', row.machine, version);
        // Who does not survive the call does not learn its errno.
        const ended = trace.steps.at(-1)!.events.some(({ t }) => t === 'exit');
        return [version, [...results, ended ? gives!.split(' ').at(-1) : errno].join(' ')];
    })).toEqual(expected);
}

/** One test a row, the same again on a machine that panics on what cannot be recovered, and on every kernel. */
export function checkInjections(title: string, rows: InjectionRows): void {
    describe(title, () => {
        for (const [name, row] of Object.entries(rows)) {
            const known = row.differs === undefined ? test : test.fails;
            const says = `${row.section}: ${name}${row.differs === undefined ? '' : ` [${row.differs}]`}`;
            known(says, () => { checkRow(row); });
            known(`${says}, with the panic sysctl`, () => { checkPanic(row); });
            const kind = PAGE_KIND_RESULTS[row.section.replace(/^\d\.\d /, '')];
            // What the row varies may matter elsewhere too.
            if (kind?.at(-1)?.[1] === row.gives) known(`${says}, on every kernel`, () => { checkKernels(row, kind); });
        }
    });
}

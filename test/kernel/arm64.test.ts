import { describe, expect, test } from 'vitest';
import type { CpuRunSpec, MachineSpec, Program, Step } from '../../server/src/simulator/program.js';
import { simulate } from '../../server/src/simulator/simulate.js';
import type { StepTrace, Trace } from '../../server/src/simulator/trace.js';
import type { PageShift } from '../../server/src/vocabulary/architectures.js';
import type { KernelVersion } from '../../server/src/vocabulary/kernels.js';
import { at, machine, mapping, process, program, step } from '../simulator/programs.js';
import { earlyProcess } from './page-states/page-state.js';
import { observed } from './observed.js';
import { outcomeText } from './timeline-rows.js';

interface Choice { readonly version?: KernelVersion | '6.12.117'; readonly pageShift?: PageShift }

function arm64(spec: Partial<MachineSpec>, steps: readonly Step[], { version = '7.3', pageShift = 12 }: Choice = {}): Program {
    const plain = program(machine(spec), steps);
    return { ...plain, arch: 'arm64', pageShift, kernel: { written: version, version: version === '6.12.117' ? '6.12' : version, proposals: [] }, machine: { ...plain.machine, ramBytes: 2 ** 36 } };
}

function run(spec: Partial<MachineSpec>, steps: readonly Step[], choice: Choice = {}): Trace {
    return simulate(arm64(spec, steps, choice));
}

function texts(trace: Trace): string[] {
    return trace.steps.map(outcomeText);
}

/** The kernel log without the lines of the record. */
function log(each: StepTrace): string[] {
    return observed(each).log.filter((line) => !line.startsWith('{'));
}

const HIT = at('db', 'm', 1);
const HEAP: Partial<MachineSpec> = { processes: [process('db', [mapping('m')]), process('web', [])] };
const EARLY: Partial<MachineSpec> = { processes: [earlyProcess('db', [mapping('m')]), process('web', [])] };
const SLAB: Partial<MachineSpec> = { regions: [{ name: 'dentry', source: 0, kind: 'slab', pageCount: 1, content: '' }], processes: [process('db', [mapping('m')])] };
const RING: Partial<MachineSpec> = {
    regions: [{ name: 'ring', source: 0, kind: 'driver', pageCount: 1, content: '' }],
    processes: [process('db', [mapping('m', { from: { kind: 'region', region: 'ring', pageOffset: 0 }, pageCount: 1, shared: true, touched: 'read' })])],
};
const dentry = { kind: 'region', region: 'dentry', page: 0, pageCount: 1, byteOffset: 0x80 } as const;

function error(severity: string, more: Step['args'] = {}): Step {
    return step('machine-check', { severity, target: HIT, cpu: 0, ...more });
}

function runs(task: string, mode: CpuRunSpec['mode'] = 'user'): Partial<MachineSpec> {
    return { running: [{ source: 0, cpu: 0, task, mode }] };
}

const read = step('read', { target: HIT }, 'db');
const SIGBUS = 'Memory failure: PFN: Sending SIGBUS to db due to hardware memory corruption';
const DIRTY = 'Memory failure: PFN: recovery action for dirty LRU page: Recovered';

describe('a record of firmware that nobody waits for', () => {
    test.each(['UE', 'AO', 'UCNA'])('1.8: %s, recoverable: queued without flags, nobody is current', (severity) => {
        const trace = run({ ...HEAP, ...runs('db') }, [error(severity), read]);
        expect(texts(trace)).toEqual(['', 'AR db m+0x1000 lsb 12 handled']);
        expect(log(trace.steps[0]!)).toEqual([DIRTY]);
        // 5.1: arm64 prints no line for a fault on poison.
        expect(log(trace.steps[1]!)).toEqual([]);
    });
    test('1.8: early kill', () => {
        expect(texts(run(EARLY, [error('UE')]))).toEqual(['AO db m+0x1000 lsb 12 handled']);
    });
    test('12: the record as it is printed', () => {
        expect(observed(run(SLAB, [step('machine-check', { severity: 'UE', target: dentry })], { version: '6.12' }).steps[0]!).log).toEqual([
            '{1}[Hardware Error]: Hardware error from APEI Generic Hardware Error Source: 1', '{1}[Hardware Error]: event severity: recoverable', '{1}[Hardware Error]:  Error 0, type: recoverable',
            '{1}[Hardware Error]:   section_type: memory error', expect.stringMatching(/^\{1\}\[Hardware Error\]: {3}physical_address: 0x[0-9a-f]{13}080$/), '{1}[Hardware Error]:   physical_address_mask: 0xfffffffffffff000',
            '{1}[Hardware Error]:   error_type: 3, multi-bit ECC', 'Memory failure: PFN: unhandlable page.', 'Memory failure: PFN: recovery action for get hwpoison page: Ignored',
        ]);
    });
    test('12: no more than two records of a class in five seconds, and a repeated one not again', () => {
        const at = (page: number, timeNs: number): Step => ({ ...error('UE', { target: { ...HIT, page } }), timeNs });
        const trace = run(HEAP, [at(0, 0), at(1, 0), at(2, 0), at(3, 6e9)]);
        expect(trace.steps.map((each) => observed(each).log.filter((line) => line.includes('Source')).length)).toEqual([1, 1, 0, 1]);
        expect(trace.steps[3]!.events).toContainEqual(expect.objectContaining({ text: expect.stringMatching(/^\{3\}/) as unknown }));
    });
    test('1.8: fatal: panic before memory_failure()', () => {
        const trace = run(HEAP, [error('fatal')]);
        expect(texts(trace)).toEqual(['panic']);
        expect(trace.end.panic).toBe('GHES: Fatal hardware error');
        expect(trace.end.counters.poisonedPages).toBe(0);
    });
    // Seen on 7.3.4 in the lab, whose machines wait after a panic; the recorded ones had -1.
    test.each([[0, true], [-1, false], [30, false]])('1.8: fatal, with kernel.panic %i', (setting, said) => {
        const trace = run({ ...HEAP, sysctls: { 'kernel.panic': setting } }, [error('fatal')]);
        expect(trace.steps[0]!.events.some((event) => event.t === 'log' && event.text === 'GHES: Fatal hardware error but panic disabled')).toBe(said);
    });
    test('1.8: corrected: nothing, unless firmware\'s threshold is exceeded', () => {
        const trace = run(HEAP, [error('CE'), read, error('CE', { threshold: 'threshold' }), read]);
        expect(texts(trace)).toEqual(['', "'B'", '', "'B'"]);
        expect(trace.steps.map(({ counters }) => counters.poisonedPages)).toEqual([0, 0, 1, 1]);
    });
    test.each([['6.18', 'GHES: Invalid address in generic error data: 0x', ''], ['7.0', 'Memory failure: PFN: recovery action for non struct page pfn: Ignored', 'PFN_MAP Ignored']] as const)('1.8, 10: an address without struct page on %s', (version, line, result) => {
        const [each] = run({ regions: [{ name: 'io', source: 0, kind: 'beyond-ram', pageCount: 1, content: '' }] }, [step('machine-check', { severity: 'UE', target: { kind: 'region', region: 'io', page: 0, pageCount: 1, byteOffset: 0 } })], { version }).steps;
        expect(log(each!)).toHaveLength(1);
        expect(log(each!)[0]).toContain(line);
        expect(observed(each!).results.join()).toBe(result);
    });
});

describe('a synchronous external abort', () => {
    // Recorded on 6.12.117: a worker handles the queue first, and the task meets the entry when it executes the access again.
    test.each([['6.1', [DIRTY]], ['6.6', [DIRTY]], ['6.12', [DIRTY]], ['6.18', [SIGBUS, DIRTY]], ['7.0', [SIGBUS, DIRTY]], ['7.3', [SIGBUS, DIRTY]]] as const)('1.8: in user mode on %s: the task is told', (version, lines) => {
        const trace = run({ ...HEAP, ...runs('db') }, [error('AR')], { version });
        expect(texts(trace)).toEqual(['AR db m+0x1000 lsb 12 handled']);
        expect(log(trace.steps[0]!)).toEqual(lines);
    });
    test('1.8: another task\'s page: no signal', () => {
        expect(texts(run({ ...HEAP, ...runs('web') }, [error('AR')]))).toEqual(['']);
    });
    test.each([['6.12.117', 'BUS_OBJERR db m+0x0 handled'], ['6.18', 'SI_KERNEL db handled'], ['7.3', 'SI_KERNEL db handled']] as const)('1.8, 10: a page that cannot be recovered, on %s', (version, expected) => {
        const trace = run({ ...RING, ...runs('db') }, [error('AR', { target: at('db', 'm', 0) })], { version });
        expect(texts(trace)).toEqual([expected]);
        expect(log(trace.steps[0]!).filter((line) => /^0x[0-9a-f]+: Sending SIGBUS to db/.test(line))).toHaveLength(version === '6.12.117' ? 0 : 1);
    });
    test.each(['6.12', '6.18'] as const)('1.8: nothing could be queued on %s', (version) => {
        const trace = run({ ...HEAP, ...runs('db') }, [error('AR', { target: { kind: 'phys', address: 2 ** 40 } })], { version });
        expect(texts(trace)).toEqual(['SI_KERNEL db handled']);
        expect(log(trace.steps[0]!)[0]).toMatch(/^\[Firmware Warn\]: GHES: Invalid address/);
        expect(log(trace.steps[0]!)[1]).toMatch(/^GHES GHES\.0: \[Hardware Error\]: GHES: db:\d+: synchronous unrecoverable error \(SIGBUS\)$/);
    });
    test('1.8, 4.4: nobody claims it: BUS_OBJERR, and memory_failure() is not called', () => {
        const trace = run({ ...HEAP, ...runs('db') }, [error('AR', { firmware: 'unclaimed' })]);
        expect(texts(trace)).toEqual(['BUS_OBJERR db m+0x1000 handled']);
        expect(trace.end.counters.poisonedPages).toBe(0);
    });
    test('1.8: a repeated record is nobody\'s for ten seconds', () => {
        const later = (timeNs: number): Step => ({ ...error('AR', { target: at('db', 'm', 0) }), timeNs });
        expect(texts(run({ ...RING, ...runs('db') }, [later(0), later(1e9), later(12e9)]))).toEqual(['SI_KERNEL db handled', 'BUS_OBJERR db m+0x0 handled', expect.stringContaining('AR db')]);
        const older = run({ ...RING, ...runs('db') }, [later(0), later(1e9)], { version: '6.6' });
        expect(older.notModelled).toEqual([]);
        // A storm, while the cache lasts: the record is dropped, the abort claimed, and the task back at its access. No signal.
        const ids = older.steps[1]!.events.flatMap((event) => event.t === 'decision' ? [event.id] : event.t === 'signal' ? [event.code] : []);
        expect([ids.slice(0, 5), ids.at(-1)]).toEqual([['do_sea.user', 'ghes_in_nmi_queue_one_entry.claimed', 'memory.poison-consumed', 'do_sea.user', 'ghes_in_nmi_queue_one_entry.claimed'], 'memory.poison-again']);
        expect(ids).not.toContain('BUS_OBJERR');
    });
    test('1.8, 12: in kernel mode: an oops, firmware is not asked', () => {
        const trace = run({ ...SLAB, ...runs('db', 'kernel') }, [step('machine-check', { severity: 'AR', target: dentry, cpu: 0 }), read]);
        expect(texts(trace)).toEqual(['db ends by SIGSEGV', '']);
        expect(trace.end).toMatchObject({ panic: null, oops: 'Internal error: synchronous external abort', counters: { poisonedPages: 0 } });
        expect(log(trace.steps[0]!)).toEqual(['Internal error: synchronous external abort: 0000000096000010 [#1]  SMP']);
    });
    test('12: with kernel.panic_on_oops: panic', () => {
        expect(run({ ...SLAB, ...runs('db', 'kernel'), sysctls: { 'kernel.panic_on_oops': 1 } }, [step('machine-check', { severity: 'AR', target: dentry, cpu: 0 })]).end.panic).toBe('synchronous external abort: Fatal exception');
    });
    test('12: in an interrupt: always a panic', () => {
        expect(run({ ...SLAB, ...runs('db', 'interrupt') }, [step('machine-check', { severity: 'AR', target: dentry, cpu: 0 })]).end.panic).toBe('synchronous external abort: Fatal exception in interrupt');
    });
    test('12: in kernel code with a fix-up: the copy falls short', () => {
        const trace = run({ ...HEAP, ...runs('db', 'kernel-recoverable') }, [error('AR')]);
        expect(texts(trace)).toEqual(['']);
        expect(trace.end).toMatchObject({ panic: null, oops: null, counters: { poisonedPages: 0 } });
        expect(trace.notModelled).toEqual([]);
    });
    // Recorded on 7.3.4 and 6.12.117 with write(), read(), futex(), open() and clock_gettime().
    test('12: a copy from user space has no fix-up', () => {
        expect(texts(run({ ...HEAP, ...runs('db', 'copy-from-user') }, [error('AR')]))).toEqual(['db ends by SIGSEGV']);
    });
});

describe('sizes', () => {
    // Page size, huge page of a hugetlb pool: si_addr_lsb of both.
    test.each<readonly [PageShift, readonly number[], number]>([[12, [16, 21, 25, 30], 21], [14, [21, 25, 30], 25], [16, [21, 29, 34], 29]])('4.4: pages of 2^%i bytes', (pageShift, hugetlb, pmd) => {
        const signals = (mappings: Parameters<typeof mapping>[1], pool: number | null, more: Partial<MachineSpec> = {}): string[] => {
            const hugetlbPools = pool === null ? [] : [{ source: 0, shift: pool, pageCount: 1, reserved: 0, overcommit: 0 }];
            const trace = simulate({ ...arm64({}, [step('corrupt-pfn', { target: HIT }), read], { pageShift }), machine: machine({ ramBytes: 2 ** 38, hugetlbPools, processes: [earlyProcess('db', [mapping('m', { folioBytes: 2 ** pageShift, ...mappings })])], ...more }) });
            expect(trace.notModelled).toEqual([]);
            return trace.steps.flatMap((each) => observed(each).signals.map((text) => text.replace(/m\+0x[0-9a-f]+/, 'm')));
        };
        expect(signals({}, null)).toEqual([`AO db m lsb ${pageShift} handled`, `AR db m lsb ${pageShift} handled`]);
        for (const shift of hugetlb) expect(signals({ pageCount: 2 ** (shift - pageShift), hugetlbShift: shift }, shift)).toEqual([`AO db m lsb ${shift} handled`, `AR db m lsb ${shift} handled`]);
        const thp = { pageCount: 2 ** (pmd - pageShift), folioBytes: 2 ** pmd };
        expect(signals(thp, null)).toEqual([`AO db m lsb ${pageShift} handled`, `AR db m lsb ${pageShift} handled`]);
        // A pinned folio cannot be split: told with its size, and read on.
        expect(signals(thp, null, { pins: [{ source: 0, by: 'longterm', place: at('db', 'm', 0) }] })).toEqual([`AO db m lsb ${pmd} handled`]);
    });
});

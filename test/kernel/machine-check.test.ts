import { expect, test } from 'vitest';
import type { CpuRunSpec, MachineSpec, Step } from '../../server/src/simulator/program.js';
import { at, mapping, process, step } from '../simulator/programs.js';
import { BAD } from './injections.js';
import { stepsAfter } from './observed.js';
import { KERNEL_MEMORY, PAGE_CACHE, USER_MEMORY, type PageState } from './page-states/index.js';
import { earlyProcess } from './page-states/page-state.js';
import { corrupt, read, unpoison } from './steps-on-m.js';
import { checkTimelines, type TimelineRow } from './timeline-rows.js';

const AO = 'AO db m+0x1000 lsb 12 handled';
const AR = 'AR db m+0x1000 lsb 12 handled';
const LOGGED = 'mce: [Hardware Error]: Machine check events logged';
const IN_USER = 'mce: Uncorrected hardware memory error in user-access at PA';
const IN_KERNEL = 'mce: Kernel accessed poison in user space at PA';
const NOT_RECOVERED = 'mce: Memory error not recovered';
const MORE = "mce: [Hardware Error]: Run the above through 'mcelog --ascii'";
const SIGBUS = 'Memory failure: PFN: Sending SIGBUS to db due to hardware memory corruption';

function record(mcg: string, status: string): string {
    return `mce: [Hardware Error]: CPU 0: Machine Check Exception: ${mcg} Bank 9: ${status}`;
}

function recovery(text: string): string {
    return `Memory failure: PFN: recovery action for ${text}`;
}

function panics(mcg: string, status: string, reason: string, text: string): readonly string[] {
    return [record(mcg, status), MORE, `mce: [Hardware Error]: Machine check: ${reason}`, `Kernel panic - not syncing: ${text}`];
}

const AR_STATUS = 'bd80000000000134';
const AO_STATUS = 'bd000000000000c0';

function happens(severity: string, more: Step['args'] = {}): Step {
    return step('machine-check', { severity, target: BAD, cpu: 0, ...more });
}

function registers(status: string, mcgStatus: number, more: Step['args'] = {}): Step {
    return step('machine-check-registers', { status: `0x${status}`, mcgStatus: String(mcgStatus), target: BAD, cpu: 0, ...more });
}

function run(task: string, mode: CpuRunSpec['mode'] = 'user'): Partial<MachineSpec> {
    return { running: [{ source: 0, cpu: 0, task, mode }] };
}

function row(page: PageState, machine: Partial<MachineSpec>, ...steps: TimelineRow['steps']): TimelineRow {
    return { section: '1.6', page, machine, steps };
}

const LATE: PageState = { machine: { processes: [process('db', [mapping('m')]), process('web', [])] }, target: at('db', 'm', 1), owner: 'db' };
const EARLY: PageState = { machine: { processes: [earlyProcess('db', [mapping('m')]), process('web', [])] }, target: at('db', 'm', 1), owner: 'db' };
const DIRTY = recovery('dirty LRU page: Recovered');

checkTimelines('a machine check found in the background', {
    'owner late: nobody is told': row(LATE, run('db'), [happens('AO'), '', [LOGGED, DIRTY]], [read(1), AR]),
    'owner early: though it runs, it is not current': row(EARLY, run('db'), [happens('AO'), AO, [LOGGED, SIGBUS, DIRTY]], [read(1), AR]),
    'another task runs': row(EARLY, run('web'), [happens('AO'), AO, [LOGGED, SIGBUS, DIRTY]]),
    'to all CPUs': row(EARLY, run('db'), [happens('AO', { broadcast: 'broadcast' }), AO, [LOGGED, SIGBUS, DIRTY]]),
    'polled': row(EARLY, run('db'), [happens('UCNA'), AO, [LOGGED, SIGBUS, DIRTY]]),
    'clean file page': row(PAGE_CACHE['ext4 clean'], run('db'), [happens('AO'), '', [LOGGED, 'Memory failure: PFN: corrupted page was clean: dropped without side effects', recovery('clean LRU page: Recovered')]], [read(1), "'b'"]),
    'free page': row(KERNEL_MEMORY.free, {}, [happens('AO'), '', [LOGGED, recovery('free buddy page: Recovered')]]),
    'not handled: the record is printed': row(KERNEL_MEMORY['beyond-ram'], {}, [happens('AO'), '', [LOGGED, recovery('non struct page pfn: Ignored'), record('5', AO_STATUS)]]),
    'without address: only logged': row(EARLY, {}, [registers('b1000000000000c0', 13), '', [LOGGED, record('d', 'b1000000000000c0')]], [read(1), "'B'"]),
    'on one CPU, which the others do not know': row(EARLY, run('db'), [happens('AO', { broadcast: 'single' }), 'panic', [
        'mce: CPUs not responding to MCE broadcast (may include false positives): 1', 'Kernel panic - not syncing: Timeout: Not all CPUs entered broadcast exception handler',
    ]]),
    'AMD, deferred: logged, and no page is known': row({ ...EARLY, machine: { ...EARLY.machine, cpuVendor: 'amd' } }, run('db'), [registers('9c2030000000011b', 0, { ipid: '0x9600000000' }), '', [LOGGED, '[Hardware Error]: Deferred error, no action required.']]),
});

const HANDLED = [LOGGED, record('f', AR_STATUS), IN_USER, SIGBUS, DIRTY];

checkTimelines('a machine check in user mode', {
    'own page, late': row(LATE, run('db'), [happens('AR'), AR, HANDLED], [read(1), AR]),
    'own page, early': row(EARLY, run('db'), [happens('AR'), AR, HANDLED]),
    'own page, instruction fetch': row(LATE, run('db'), [happens('AR', { fetch: 'fetch' }), AR, [LOGGED, record('f', 'bd80000000000150'), IN_USER, SIGBUS, DIRTY]]),
    'not restartable': row(LATE, run('db'), [happens('AR', { restart: 'no-ripv' }), AR, [LOGGED, record('e', AR_STATUS), IN_USER, SIGBUS, DIRTY]]),
    'to all CPUs': row(LATE, run('db'), [happens('AR', { broadcast: 'broadcast' }), AR, [LOGGED, record('7', AR_STATUS), IN_USER, SIGBUS, DIRTY]]),
    'page of another task, late: told at its next access': row(LATE, run('web'), [happens('AR'), '', [LOGGED, record('f', AR_STATUS), IN_USER, DIRTY]], [read(1), AR]),
    'page of another task, early': row(EARLY, run('web'), [happens('AR'), AO, HANDLED]),
    'clean file page: the instruction is restarted': row(PAGE_CACHE['ext4 clean'], run('db'), [happens('AR'), '', [
        LOGGED, record('f', AR_STATUS), IN_USER, 'Memory failure: PFN: corrupted page was clean: dropped without side effects', recovery('clean LRU page: Recovered'),
    ]], [read(1), "'b'"]),
    'clean file page, not restartable: killed, the entry is poisoned': row(PAGE_CACHE['ext4 clean'], run('db'), [happens('AR', { restart: 'no-ripv' }), AR, [
        LOGGED, record('e', AR_STATUS), IN_USER, SIGBUS, recovery('clean LRU page: Recovered'),
    ]], [read(1), AR]),
    'slab page: SIGBUS without address': row({ ...KERNEL_MEMORY.slab, machine: { ...KERNEL_MEMORY.slab.machine, processes: [process('db', [])] } }, run('db'), [happens('AR'), 'SI_KERNEL db handled', [
        LOGGED, record('f', AR_STATUS), IN_USER, 'Memory failure: PFN: unhandlable page.', recovery('reserved kernel page: Ignored'), NOT_RECOVERED,
    ]]),
    'SGX page: the architecture hook sends SIGBUS without address': row({ ...KERNEL_MEMORY.sgx, machine: { ...KERNEL_MEMORY.sgx.machine, processes: [process('db', [])] } }, run('db'), [happens('AR'), 'SI_KERNEL db handled', [LOGGED, record('f', AR_STATUS), IN_USER]], [happens('AO'), '', [LOGGED]]),
    'slab page, the panic sysctl on': row({ ...KERNEL_MEMORY.slab, machine: { ...KERNEL_MEMORY.slab.machine, processes: [process('db', [])], sysctls: { 'vm.panic_on_unrecoverable_memory_failure': 1 } } }, run('db'), [happens('AR'), 'panic']),
    'free page: nobody is told': row({ ...KERNEL_MEMORY.free, machine: { ...KERNEL_MEMORY.free.machine, processes: [process('db', [])] } }, run('db'), [happens('AR'), '', [LOGGED, record('f', AR_STATUS), IN_USER, recovery('free buddy page: Recovered')]]),
    'consumed again: told again': row(LATE, run('db'), [happens('AR'), AR], [happens('AR'), AR, [LOGGED, record('f', AR_STATUS), IN_USER, SIGBUS, recovery('already poisoned page: Failed')]]),
    'thp that cannot be split: no plain SIGBUS on top': row(USER_MEMORY['thp pinned'], run('db'), [happens('AR'), 'AR db m+0x5000 lsb 21 handled', [LOGGED, record('f', AR_STATUS), IN_USER, SIGBUS, recovery('unsplit thp: Failed')]]),
    'rejected by the filter: nothing more': row({ ...LATE, machine: { ...LATE.machine, filters: { 'corrupt-filter-enable': '1', 'corrupt-filter-dev-major': '8' } } }, run('db'), [happens('AR'), '', [LOGGED, record('f', AR_STATUS), IN_USER]]),
    'no address is known, Intel: no row of the grading takes it': row(LATE, run('db'), [step('machine-check', { severity: 'AR', cpu: 0 }), 'panic', panics('f', 'b180000000000134', 'Action required: unknown MCACOD', 'Fatal local machine check')]),
    'no address is known, AMD': row({ ...LATE, machine: { ...LATE.machine, cpuVendor: 'amd' } }, run('db'), [step('machine-check', { severity: 'AR', cpu: 0 }), 'SI_KERNEL db handled', [LOGGED, '[Hardware Error]: Uncorrected, software restartable error.']]),
    'AMD without address': row({ ...LATE, machine: { ...LATE.machine, cpuVendor: 'amd' } }, run('db'), [registers('b000000000000000', 15), 'SI_KERNEL db handled']),
});

checkTimelines('a machine check that leaves no restart address', {
    'without address': row(LATE, run('web'), [registers('b1000000000000c0', 14), 'SI_KERNEL web handled', [LOGGED, record('e', 'b1000000000000c0')]]),
    'corrected: no exception was raised': row(LATE, run('web'), [registers('9c0000000000009f', 14), '', [LOGGED]]),
    'in an idle CPU': row(LATE, {}, [registers(AO_STATUS, 14), 'panic']),
});

// Asked of 6.12.57, 6.16.3, 6.16.12 and 7.3.4: the task came first on some, the worker on others, and either in runs of the same kernel.
test.each(['web', 'db'])('an error found in the background that leaves no restart address, and interrupts %s: who comes first is not said', (task) => {
    const { trace } = stepsAfter({ ...LATE, machine: { ...LATE.machine, ...run(task) } }, [registers(AO_STATUS, 14)]);
    expect(trace.notModelled.map(({ what }) => what)).toEqual([expect.stringContaining('leaves no restart address')]);
});

checkTimelines('a machine check in the kernel', {
    'copy from user: the copy fails, the page is handled': row(LATE, run('db', 'copy-from-user'), [happens('AR'), '', [LOGGED, record('f', AR_STATUS), IN_KERNEL, DIRTY]], [read(1), AR]),
    'copy from user, owner early: action optional': row(EARLY, run('db', 'copy-from-user'), [happens('AR'), AO, [LOGGED, record('f', AR_STATUS), IN_KERNEL, SIGBUS, DIRTY]]),
    'another recoverable copy: fix-up only': row(EARLY, run('db', 'kernel-recoverable'), [happens('AR'), '', [LOGGED, record('f', AR_STATUS)]], [read(1), AR]),
    'other code: panic': row(EARLY, run('db', 'kernel'), [happens('AR'), 'panic', panics('f', AR_STATUS, 'Data load in unrecoverable area of kernel', 'Fatal local machine check')], [read(1), 'skipped']),
    'other code, to all CPUs: the other string': row(EARLY, run('db', 'kernel'), [happens('AR', { broadcast: 'broadcast' }), 'panic', [LOGGED, ...panics('7', AR_STATUS, 'Data load in unrecoverable area of kernel', 'Fatal machine check')]]),
    'other code, AMD: always local': { section: '12', page: { ...EARLY, machine: { ...EARLY.machine, cpuVendor: 'amd' } }, machine: run('db', 'kernel'), steps: [[registers('bc0000000000009f', 7, { broadcast: 'broadcast' }), 'panic', [
        record('7', 'bc0000000000009f'), 'mce: [Hardware Error]: Machine check: Uncorrected unrecoverable error in kernel context', 'Kernel panic - not syncing: Fatal local machine check',
    ]]] },
});

// severity.c grades what the handler finds, whatever raised the exception: mce-inject can leave MCG_STATUS.MCIP out.
checkTimelines('an exception with no machine check in progress', {
    'to all CPUs': row(LATE, run('db', 'kernel'), [registers(AO_STATUS, 0, { broadcast: 'broadcast' }), 'panic', [
        LOGGED, `mce: [Hardware Error]: CPU 0: Machine Check: 0 Bank 9: ${AO_STATUS}`, MORE, 'mce: [Hardware Error]: Machine check: MCIP not set in MCA handler', 'Kernel panic - not syncing: Fatal machine check',
    ]]),
    'a record that is not valid': row(LATE, run('db', 'kernel'), [registers('2100000000000000', 0, { broadcast: 'broadcast' }), 'panic', ['Kernel panic - not syncing: Fatal machine check from unknown source']]),
    'said by nobody: polled': row(LATE, run('db', 'kernel'), [registers('bc0000000000009f', 0), '', [LOGGED, DIRTY]]),
    'corrected: polled, whatever is said': row(LATE, run('db', 'kernel'), [registers('9c0000000000009f', 0, { broadcast: 'broadcast' }), '', [LOGGED]]),
});

checkTimelines('hardware failures and the rest', {
    'unpoison is off from then on': row(KERNEL_MEMORY.free, {}, [corrupt, '0'], [unpoison, '0'], [happens('AO'), ''], [unpoison, 'EOPNOTSUPP'], [corrupt, 'EHWPOISON']),
    'recovery switched off: panic before anything is marked': row({ ...EARLY, machine: { ...EARLY.machine, sysctls: { 'vm.memory_failure_recovery': 0 } } }, run('db'), [happens('AO'), 'panic', [LOGGED, 'Kernel panic - not syncing: Memory failure on page PFN']]),
    'recovery switched off: injections as well': row({ ...EARLY, machine: { ...EARLY.machine, sysctls: { 'vm.memory_failure_recovery': 0 } } }, {}, [corrupt, 'panic', ['Injecting memory failure at pfn PFN', 'Kernel panic - not syncing: Memory failure on page PFN']], [read(1), 'skipped']),
});

test.each([
    ['recovered', EARLY, true], ['dropped', PAGE_CACHE['ext4 clean'], true], ['ignored', KERNEL_MEMORY.slab, false], ['failed', PAGE_CACHE.ramfs, false],
] as const)('section 1.6: the frame leaves the direct map when memory_failure() returned 0: %s', (_name, page, leaves) => {
    const { steps } = stepsAfter(page, [happens('AO')]);
    expect(steps[0]!.events.some((event) => event.t === 'decision' && event.id === 'set_mce_nospec')).toBe(leaves);
});

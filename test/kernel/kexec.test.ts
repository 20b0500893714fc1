import { describe, expect, test } from 'vitest';
import { simulate } from '../../server/src/simulator/simulate.js';
import type { KernelChoice, MachineSpec, Place, Step } from '../../server/src/simulator/program.js';
import type { StepTrace, Trace } from '../../server/src/simulator/trace.js';
import { CARRIERS, type CarrierName } from '../../server/src/vocabulary/carriers.js';
import { machine, program, step } from '../simulator/programs.js';

const RELEASED: KernelChoice = { written: '7.3', version: '7.3', proposals: [] };
const WITH_LIST: KernelChoice = { written: '7.3', version: '7.3', proposals: ['kho-hwpoison'] };
const PFN = 0x9000;

function frame(pfn = PFN): Place {
    return { kind: 'pfn', pfn };
}

const corrupt = (pfn = PFN): Step => step('corrupt-pfn', { target: frame(pfn) });
const strike = (pfn = PFN): Step => step('machine-check', { severity: 'UCNA', target: frame(pfn) });
const kexec = (args: Step['args'] = {}): Step => step('kexec', args);
const where = (use: string, pfn = PFN): Step['args'] => ({ where: [{ place: frame(pfn), use }] });

function run(steps: readonly Step[], kernel = WITH_LIST, more: Partial<MachineSpec> = {}): Trace {
    const bound = { name: 'bad', source: 0, place: frame() };
    return simulate({ ...program(machine({ frames: [bound], ...more }), steps), kernel });
}

function results(found: StepTrace | undefined): readonly string[] {
    return found!.events.flatMap((event) => event.t === 'result' ? [`${event.pfn.toString(16)} ${event.type.slice(7)} ${event.result.slice(3)}`] : []);
}

function log(found: StepTrace | undefined): readonly string[] {
    return found!.events.flatMap((event) => event.t === 'log' ? [event.text] : []);
}

function decided(found: StepTrace | undefined): readonly string[] {
    return found!.events.flatMap((event) => event.t === 'decision' ? [event.id] : []);
}

function carried(found: StepTrace | undefined): number {
    return found!.events.flatMap((event) => event.t === 'boot' ? [event.carried] : [])[0]!;
}

describe('what the replay does, by the state of the frame (11.2)', () => {
    test.each([
        ['free', undefined, 'BUDDY RECOVERED', 1],
        ['on a per-CPU list', 'free-pcp', 'BUDDY RECOVERED', 1],
        ['in user space', 'anon', 'DIRTY_LRU RECOVERED', 1],
        ['clean page cache', 'page-cache', 'CLEAN_LRU RECOVERED', 1],
        ['slab', 'slab', 'KERNEL IGNORED', 1],
        ['page table', 'page-table', 'KERNEL IGNORED', 1],
        ['reserved', 'reserved', 'KERNEL IGNORED', 1],
        ['vmalloc', 'vmalloc', 'GET_HWPOISON IGNORED', 1],
        ['kernel stack', 'kernel-stack', 'GET_HWPOISON IGNORED', 1],
        ['per-CPU chunk', 'percpu', 'GET_HWPOISON IGNORED', 1],
        ['boot-time huge page', 'hugetlb-free', 'FREE_HUGE RECOVERED', 1],
    ])('%s', (_name, use, result, listed) => {
        const { steps } = run([corrupt(), kexec(use === undefined ? {} : where(use)), kexec()]);
        expect(results(steps[1])).toEqual([`9000 ${result}`]);
        expect(steps[1]!.counters.poisonedPages).toBe(listed);
        expect(log(steps[1]).some((line) => line === 'hwpoison-kho: re-poison PFN 0x9000 failed: -16')).toBe(result.endsWith('IGNORED'));
        expect(carried(steps[2])).toBe(listed);
    });

    test('no struct page: not counted, and lost', () => {
        const { steps } = run([corrupt(0x3f000), kexec({ memory: 2 ** 29 }), kexec({ memory: 2 ** 30 })]);
        expect(results(steps[1])).toEqual(['3f000 PFN_MAP IGNORED']);
        expect(steps[1]!.counters.poisonedPages).toBe(0);
        expect(carried(steps[2])).toBe(0);
    });

    test('an offline block: outside the kernel\'s control, and lost', () => {
        const { steps } = run([corrupt(0x3f000), kexec(where('offline', 0x3f000)), kexec()]);
        expect(results(steps[1])).toEqual([]);
        expect(log(steps[1])).toContain('hwpoison-kho: re-poison PFN 0x3f000 failed: -6');
        expect(carried(steps[2])).toBe(0);
    });

    test('a duplicate is reported, and listed once from then on', () => {
        const { steps } = run([corrupt(), kexec({ count: 1 }), corrupt(0x9001), kexec({ count: 4 })]);
        expect(results(steps[3])).toEqual(['9000 BUDDY RECOVERED', '9001 BUDDY RECOVERED', '0 KERNEL IGNORED', '0 ALREADY_POISONED FAILED']);
        expect(steps[3]!.counters.poisonedPages).toBe(3);
        expect(log(steps[3])[0]).toBe('hwpoison-kho: re-poisoning 4 pages from previous kernel');
    });
});

describe('edges of the hand-over (11.3)', () => {
    test('the list keeps the order of events; a removed entry is overwritten by the last', () => {
        const { steps } = run([corrupt(0x9001), corrupt(0x9002), corrupt(0x9003), step('unpoison-pfn', { target: frame(0x9001) }), kexec()]);
        expect(results(steps[4]).map((text) => text.slice(0, 4))).toEqual(['9003', '9002']);
    });

    test('a huge page that is unpoisoned by its head takes its raw pages off the list', () => {
        const spare: Partial<MachineSpec> = {
            hugetlbPools: [{ source: 0, shift: 21, pageCount: 1, reserved: 1, overcommit: 0 }],
            regions: [{ name: 'free', source: 0, kind: 'hugetlb-free', pageCount: 512, content: '' }],
        };
        const inFree = (op: string, page: number): Step => step(op, { target: { kind: 'region', region: 'free', page, pageCount: 1, byteOffset: 0 } });
        const { steps } = run([inFree('corrupt-pfn', 3), inFree('corrupt-pfn', 9), inFree('unpoison-pfn', 0), corrupt(), kexec()], WITH_LIST, spare);
        expect(steps.map(({ counters }) => counters.poisonedPages)).toEqual([1, 2, 0, 1, 1]);
        expect(decided(steps[2]).filter((id) => id === 'hwpoison_kho.removed')).toHaveLength(2);
        expect(results(steps[4])).toEqual(['9000 BUDDY RECOVERED']);
    });

    test('published once, with the first entry', () => {
        const { steps } = run([corrupt(0x9001), corrupt(0x9002)]);
        expect(decided(steps[0])).toContain('hwpoison_kho.published');
        expect(decided(steps[1])).toContain('hwpoison_kho.recorded');
        expect(decided(steps[1])).not.toContain('hwpoison_kho.published');
    });

    test('the replay feeds the list of the next kernel, which is published when it ends', () => {
        const { steps } = run([corrupt(0x9001), corrupt(0x9002), kexec()]);
        const ids = decided(steps[2]);
        expect(ids.filter((id) => id === 'hwpoison_kho.recorded')).toHaveLength(2);
        expect(ids.lastIndexOf('hwpoison_kho.recorded')).toBeLessThan(ids.indexOf('hwpoison_kho.published'));
    });

    test.each([
        ['too many entries, checked', { count: 513, reading: 'validate' }, 'hwpoison_kho.count-refused'],
        ['another layout', { version: 2 }, 'hwpoison_kho.other-version'],
    ])('%s: the list is not read', (_name, args, id) => {
        const { steps } = run([corrupt(), kexec(args)]);
        expect(decided(steps[1])).toContain(id);
        expect(results(steps[1])).toEqual([]);
    });

    test('too many entries, believed: what lies behind the array is not described', () => {
        const { notModelled } = run([corrupt(), kexec({ count: 513 })]);
        expect(notModelled.map(({ what }) => what)).toEqual([expect.stringContaining('claims 513 entries where 512 were preserved')]);
    });

    test('a checked list drops what is beyond memory and what repeats', () => {
        const { steps } = run([corrupt(0x3f000), kexec({ memory: 2 ** 29, reading: 'validate' })]);
        expect(decided(steps[1])).toContain('hwpoison_kho.entry-outside');
        expect(results(steps[1])).toEqual([]);
    });

    test('memory for so many entries', () => {
        const { steps } = run([corrupt(0x9001), corrupt(0x9002), kexec({ list: 1 })]);
        expect(log(steps[1])).toContain('hwpoison-kho: PFN 0x9002 not preserved: grow -12');
        expect(carried(steps[2])).toBe(1);
    });

    test('lines about entries that were not preserved are limited to ten in five seconds', () => {
        const { steps } = run([...Array(14).keys()].map((index) => corrupt(0x9000 + index)).concat(kexec({ list: 2 })));
        expect(steps.flatMap(log).filter((line) => line.includes('not preserved'))).toHaveLength(10);
    });

    test('an error before handover is up waits for the next event, or is lost', () => {
        const early = { errors: [{ place: frame(), use: '' }] };
        expect(carried(run([kexec(early), kexec()]).steps[1])).toBe(0);
        expect(carried(run([kexec(early), corrupt(0x9001), kexec()]).steps[2])).toBe(2);
    });

    test('after a replay unpoison is off, even if all poison was made up', () => {
        const { steps } = run([corrupt(), kexec(), step('unpoison-pfn', { target: frame() })]);
        expect(steps[2]!.outcome.errno).toBe('EOPNOTSUPP');
    });

    test('settings of the boot come after the replay, writes of the old kernel are gone', () => {
        const name = 'vm.panic_on_unrecoverable_memory_failure';
        const sysctls = { [name]: 1 };
        const { steps } = run([corrupt(), kexec(where('slab')), corrupt()], WITH_LIST, { sysctls });
        expect(steps[1]!.events.some(({ t }) => t === 'panic')).toBe(false);
        expect(decided(steps[1]).at(-1)).toBe('do_sysctl_args');
        const written = run([step('sysctl', { name, value: 1 }), kexec(), step('kexec', {}), corrupt(0)]);
        expect(written.end.panic).toBeNull();
    });

    test('the next kernel behaves as its version', () => {
        const region = { name: 'dentry', source: 0, kind: 'reserved', pageCount: 1, pfn: 0x9001, content: '' };
        const { steps } = run([kexec({ kernel: '7.2', proposals: [], ...where('slab') }), corrupt()], RELEASED, { regions: [region] });
        expect(results(steps[1])).toEqual(['9000 GET_HWPOISON IGNORED']);
        expect(steps[1]!.kernel?.version).toBe('7.2');
    });

    test('processes and counters go, names of frames stay', () => {
        const { steps, end } = run([strike(), kexec({ carry: 'nothing' }), step('read', { target: frame() }, 'db')], RELEASED);
        expect(steps[1]!.counters).toEqual({ poisonedPages: 0, nodes: [{ total: 0, ignored: 0, failed: 0, delayed: 0, recovered: 0 }] });
        expect(decided(steps[2])).toEqual(['task.dead']);
        expect(end.frames['bad']).toEqual({ pfn: PFN, poisoned: false, description: 'free' });
    });
});

/** Real: hit by hardware. Known again after a second boot that carries nothing. */
const ANSWERS: Readonly<Record<CarrierName, { readonly real: string; readonly simulated: string; readonly again: string }>> = {
    'nothing': { real: 'handed out', simulated: 'handed out', again: 'handed out' },
    'kho': { real: 'poisoned', simulated: 'poisoned', again: 'poisoned' },
    'setup-data': { real: 'poisoned', simulated: 'poisoned', again: 'handed out' },
    'firmware-map': { real: 'not memory', simulated: 'not memory', again: 'not memory' },
    'memmap': { real: 'not memory', simulated: 'not memory', again: 'handed out' },
    'reserve_mem': { real: 'not memory', simulated: 'not memory', again: 'handed out' },
    'firmware-retirement': { real: 'healthy', simulated: 'handed out', again: 'healthy' },
};

function fateOf(pfn: number, boots: readonly Step[], kernel: KernelChoice): string {
    const trace = run([strike(0x9008), corrupt(0x9010), ...boots, step('allocate', { target: frame(pfn), kind: 'slab' }, 'kernel')], kernel);
    const forgotten = trace.steps.at(-2)!.events.some((event) => event.t === 'decision' && event.id === 'memblock_free_all.known-bad' && event.pfn === pfn);
    const errno = trace.steps.at(-1)!.outcome.errno;
    const marked = decided(trace.steps.at(-1)).includes('rmqueue.not-free');
    return errno === '0' ? (forgotten ? 'handed out' : 'healthy') : marked ? 'poisoned' : 'not memory';
}

describe('the carriers answer the same questions (11.4)', () => {
    test.each(Object.entries(ANSWERS))('%s', (name, { real, simulated, again }) => {
        const kernel = name === 'kho' ? WITH_LIST : RELEASED;
        expect(fateOf(0x9008, [kexec({ carry: name })], kernel)).toBe(real);
        expect(fateOf(0x9010, [kexec({ carry: name })], kernel)).toBe(simulated);
        expect(fateOf(0x9008, [kexec({ carry: name }), kexec()], kernel)).toBe(again);
    });

    test.each(Object.keys(CARRIERS) as CarrierName[])('%s lasts over the boots that its row names', (name) => {
        const { survives } = CARRIERS[name];
        for (const boot of survives) expect(run([strike(), step(boot, { carry: name })], name === 'kho' ? WITH_LIST : RELEASED).steps[1]!.events[0]).toMatchObject({ t: 'boot', how: boot, carrier: name });
    });

    test('the command line has room for so many ranges', () => {
        const { steps } = run([...[...Array(120).keys()].map((index) => corrupt(0x9000 + 2 * index)), kexec({ carry: 'memmap' })], RELEASED);
        const [line] = log(steps.at(-1)).map((text) => text.replace('Kernel command line: ', ''));
        expect(line!.length).toBeLessThan(2048);
        expect(line!.split(' ')[0]).toBe('memmap=4K$0x9000000');
        expect(decided(steps.at(-1))).toContain('kexec_file_load.no-room');
        expect(decided(steps.at(-1))).toContain('memblock_free_all.known-bad');
    });

    test('neighbours are one range', () => {
        const { steps } = run([corrupt(0x9000), corrupt(0x9001), kexec({ carry: 'memmap' })], RELEASED);
        expect(log(steps[2])).toEqual(['Kernel command line: memmap=8K$0x9000000']);
    });

    test('a reboot after a panic, but no kexec', () => {
        const sysctls = { 'vm.memory_failure_recovery': 0 };
        const { steps } = run([corrupt(), kexec(), step('reboot'), corrupt()], RELEASED, { sysctls });
        expect(steps.map(({ skipped }) => skipped)).toEqual([false, true, false, false]);
        expect(steps.map(({ events }) => events.some(({ t }) => t === 'panic'))).toEqual([true, false, false, true]);
    });
});

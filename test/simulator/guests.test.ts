import { describe, expect, test } from 'vitest';
import { guestStep } from '../../server/src/report/step/guests.js';
import type { MachineSpec, MappingSpec, Place, ProcessSpec, Program, Step, SweepTarget } from '../../server/src/simulator/program.js';
import { simulate } from '../../server/src/simulator/simulate.js';
import type { StepTrace, Trace } from '../../server/src/simulator/trace.js';
import type { PageShift } from '../../server/src/vocabulary/architectures.js';
import { earlyProcess } from '../kernel/page-states/page-state.js';
import { outcomeText } from '../kernel/timeline-rows.js';
import { at, machine, mapping, process, program, step } from './programs.js';

const RAM_PAGES = 4096;
const APP = process('app', [mapping('heap')]);

interface Setup {
    readonly ram?: Partial<MappingSpec>;
    readonly vmm?: Partial<ProcessSpec>;
    readonly early?: boolean;
    readonly host?: Partial<MachineSpec>;
    readonly guest?: Partial<MachineSpec>;
    readonly arch?: Program['arch'];
    /** Of the host. */
    readonly version?: '6.1' | '7.3';
    /** log2 of the page sizes of the host and the guest. */
    readonly shifts?: readonly [host: PageShift, guest: PageShift];
}

function run({ ram = {}, vmm = {}, early = false, host = {}, guest = {}, arch = 'x86-64', version = '7.3', shifts = [12, 12] }: Setup, steps: readonly Step[]): Trace {
    const mappings = [mapping('ram', { pageCount: RAM_PAGES * 4096 / 2 ** shifts[0], folioBytes: 2 ** shifts[0], ...ram })];
    const owner = { ...(early ? earlyProcess('qemu', mappings) : process('qemu', mappings)), ...vmm };
    const inner = { ...program(machine({ ramBytes: RAM_PAGES * 4096, processes: [APP], ...guest }), []), arch, pageShift: shifts[1], kernel: { written: '6.12', version: '6.12', proposals: [] } } as const;
    return simulate({ ...program(machine({ processes: [owner], ...host }), steps), arch, pageShift: shifts[0], kernel: { written: version, version, proposals: [] }, guests: [{ name: 'vm', source: 0, process: 'qemu', mapping: 'ram', program: inner }] });
}

/** What each step gave: on the host | in the guest. */
function texts(trace: Trace): string[] {
    return trace.steps.map((each) => {
        const inner = guestStep(each, 'vm');
        const host = outcomeText({ ...each, skipped: false, outcome: each.guest === undefined ? each.outcome : { errno: '' } }).replaceAll(/ram\+0x[0-9a-f]+/g, 'ram');
        return `${host} | ${outcomeText(inner)}`;
    });
}

const HEAP = at('app', 'heap', 2);
const behind: Place = { kind: 'guest', guest: 'vm', place: HEAP };
const corrupt = step('corrupt-pfn', { target: behind });
const reads = (page: number): Step => ({ ...step('read', { target: at('app', 'heap', page) }, 'app'), guest: 'vm' });
const writes = (page: number): Step => ({ ...step('write', { target: at('app', 'heap', page) }, 'app'), guest: 'vm' });
const GUEST_AR = (page: number): string => `AR app heap+0x${(page * 4096).toString(16)} lsb 12 handled`;

describe('an error behind the memory of a guest', () => {
    test('5.3: early kill of the VMM: AO, forwarded; the guest\'s kernel marks its own page', () => {
        const trace = run({ early: true }, [corrupt, reads(2), reads(1)]);
        expect(texts(trace)).toEqual(['0, AO qemu ram lsb 12 handled | ', ` | ${GUEST_AR(2)}`, " | 'B'"]);
        expect(trace.steps[0]!.guestCounters?.['vm']).toMatchObject({ poisonedPages: 1 });
        expect(trace.steps[0]!.counters.poisonedPages).toBe(1);
    });
    test('5.3: late kill: KVM signals the vCPU on access, and the access becomes AR in the guest', () => {
        expect(texts(run({}, [corrupt, reads(2), reads(2)]))).toEqual(['0 | ', `AR qemu ram lsb 12 handled | ${GUEST_AR(2)}`, ` | ${GUEST_AR(2)}`]);
    });
    test('a store is stopped like a load', () => {
        expect(texts(run({}, [corrupt, writes(2)]))).toEqual(['0 | ', `AR qemu ram lsb 12 handled | ${GUEST_AR(2)}`]);
    });
    test.each([['x86-64', 12], ['arm64', 21]] as const)('4.4: si_addr_lsb of the vCPU\'s signal for a huge page on %s is %i', (arch, lsb) => {
        const host = { hugetlbPools: [{ source: 0, shift: 21, pageCount: 8, reserved: 0, overcommit: 0 }] };
        expect(texts(run({ arch, host, ram: { hugetlbShift: 21 } }, [corrupt, reads(2)]))).toEqual(['0 | ', `AR qemu ram lsb ${lsb} handled | ${GUEST_AR(2)}`]);
    });
    test('5.1: every page of the huge page stops the guest, with a page of its own each time', () => {
        const host = { hugetlbPools: [{ source: 0, shift: 21, pageCount: 8, reserved: 0, overcommit: 0 }] };
        expect(texts(run({ host, ram: { hugetlbShift: 21 } }, [corrupt, reads(0), reads(1)]))).toEqual(['0 | ', `AR qemu ram lsb 12 handled | ${GUEST_AR(0)}`, `AR qemu ram lsb 12 handled | ${GUEST_AR(1)}`]);
    });
    test('a huge page of THP is split: only the bad page is lost', () => {
        expect(texts(run({ ram: { folioBytes: 2 ** 21 } }, [corrupt, reads(1), reads(2)]))).toEqual(['0 | ', " | 'B'", `AR qemu ram lsb 12 handled | ${GUEST_AR(2)}`]);
    });
    test('the VMM dies, and its guest with it', () => {
        expect(texts(run({ vmm: { sigbus: 'default' } }, [corrupt, reads(2), reads(1)]))).toEqual(['0 | ', 'AR qemu ram lsb 12 killed, qemu ends by SIGBUS | ', ' | skipped']);
    });
    test('4.4: the signal is not forced: ignored, the vCPU does not get on, and nothing is told to the guest', () => {
        expect(texts(run({ vmm: { sigbus: 'ignored' } }, [corrupt, reads(2), reads(1)]))).toEqual(['0 | ', 'AR qemu ram lsb 12 ignored | ', " | 'B'"]);
    });
    test('5.3: guest_memfd: no signal, the guest stops', () => {
        const host: Partial<MachineSpec> = { files: [{ name: 'gm', source: 0, type: 'guest_memfd', bytes: RAM_PAGES * 4096, cached: 'clean', folioBytes: 4096, content: '', locked: false, held: false }] };
        expect(texts(run({ host, ram: { from: { kind: 'file', file: 'gm', pageOffset: 0 }, shared: true } }, [corrupt, reads(2), reads(1)]))).toEqual(['EBUSY | ', ' | ', ' | skipped']);
    });
});

describe('a race over the memory of a guest', () => {
    test('what happens in the guest tells outcomes apart, and a competitor that ends by itself does not', () => {
        const munmap = { source: 0, actor: 'qemu', op: 'munmap', args: { target: at('qemu', 'ram', 0, RAM_PAGES) } };
        const [raced] = run({ early: true }, [{ ...corrupt, races: [munmap] }]).steps;
        const results = raced!.race!.outcomes.map(({ step: each }) => guestStep(each, 'vm').events.flatMap((event) => event.t === 'result' ? [event.type] : []));
        expect(results).toEqual([['MF_MSG_DIRTY_LRU'], [], [], []]);
        expect(guestStep(raced!, 'vm').race!.outcomes).toHaveLength(4);
        const exits = { source: 0, actor: 'other', op: 'exit', args: {} };
        const free = { kind: 'pfn', pfn: 0x3000 } as const;
        expect(run({ host: { processes: [process('other', [mapping('heap')])] } }, [{ ...step('corrupt-pfn', { target: free }), races: [exits] }]).steps[0]!.race!.outcomes).toHaveLength(1);
    });
});

describe('the guest\'s kernel', () => {
    const slab: Partial<MachineSpec> = { regions: [{ name: 'dentry', source: 0, kind: 'slab', pageCount: 1, content: '' }] };
    const dentry = { kind: 'region', region: 'dentry', page: 0, pageCount: 1, byteOffset: 0 } as const;
    const kernelRead: Step = { ...step('read', { target: dentry, in: 'd_lookup' }, 'kernel'), guest: 'vm' };

    test('12: panics when it reads a page that it ignored; the host lives', () => {
        const trace = run({ early: true, guest: slab }, [step('machine-check', { severity: 'UCNA', target: { kind: 'guest', guest: 'vm', place: dentry } }), kernelRead, reads(0)]);
        expect(guestStep(trace.steps[0]!, 'vm').events).toContainEqual(expect.objectContaining({ t: 'result', type: 'MF_MSG_GET_HWPOISON', result: 'MF_IGNORED' }));
        expect(texts(trace)).toEqual(['AO qemu ram lsb 12 handled | ', 'AR qemu ram lsb 12 handled | panic', ' | skipped']);
        expect(trace.end.panic).toBeNull();
        expect(trace.guests?.['vm']?.end.panic).toBe('Fatal machine check');
    });
    test('12: oopses on arm64', () => {
        const trace = run({ arch: 'arm64', guest: slab }, [step('corrupt-pfn', { target: { kind: 'guest', guest: 'vm', place: dentry } }), kernelRead]);
        expect(trace.guests?.['vm']?.end).toMatchObject({ panic: null, oops: 'Internal error: synchronous external abort' });
    });
    test('an injection in the guest stays there', () => {
        const trace = run({ early: true }, [{ ...step('corrupt-pfn', { target: HEAP }), guest: 'vm' }, reads(2)]);
        expect(texts(trace)).toEqual([' | 0', ` | ${GUEST_AR(2)}`]);
        expect(trace.end.counters.poisonedPages).toBe(0);
    });
    test('both sides stand in one trace, in the order in which they happen', () => {
        const [, each] = run({}, [corrupt, reads(2)]).steps;
        const sides = each!.events.flatMap((event) => event.t === 'guest' ? [`vm ${event.event.t}`] : [event.t]).filter((t) => t.endsWith('signal') || t.endsWith('result'));
        expect(sides).toEqual(['signal', 'vm result', 'vm signal']);
    });
    test('QEMU on arm64 does not tell of what nobody has consumed', () => {
        const trace = run({ arch: 'arm64', early: true }, [corrupt, reads(2)]);
        expect(texts(trace)).toEqual(['0, AO qemu ram lsb 12 handled | ', `AR qemu ram lsb 12 handled | ${GUEST_AR(2)}`]);
        expect(trace.steps[0]!.events).toContainEqual(expect.objectContaining({ t: 'decision', id: 'kvm_arch_on_sigbus_vcpu.untold' }));
    });
    test('the memory is unmapped: KVM_RUN fails, and the trace says why', () => {
        const trace = run({}, [step('munmap', { target: at('qemu', 'ram', 0, RAM_PAGES) }, 'qemu'), reads(2), reads(3)]);
        expect(texts(trace).slice(1)).toEqual([' | ', ' | skipped']);
        expect(trace.steps[1]!.events).toContainEqual(expect.objectContaining({ t: 'decision', id: 'kvm_handle_error_pfn.fault' }));
    });
    test('what no model describes is not guessed', () => {
        expect(run({}, [{ ...step('kexec'), guest: 'vm' }]).notModelled.map(({ what }) => what)).toEqual(['vm: `kexec` in a guest']);
        expect(run({ guest: { frames: [{ name: 'bad', source: 0, place: at('app', 'late', 0) }], processes: [process('app', [mapping('late', { touched: 'untouched' })])] } }, []).notModelled.map(({ what }) => what)).toEqual(['vm: page bad: no frame is mapped there']);
    });
});

describe('a sweep over the memory of a guest', () => {
    const INNER: Partial<MachineSpec> = {
        processes: [process('app', [mapping('heap'), mapping('huge', { pageCount: 1024, folioBytes: 2 ** 21 }), mapping('pool', { pageCount: 512, hugetlbShift: 21 })])],
        hugetlbPools: [{ source: 0, shift: 21, pageCount: 1, reserved: 0, overcommit: 0 }],
        regions: [{ name: 'dentry', source: 0, kind: 'slab', pageCount: 3, content: '' }, { name: 'big', source: 0, kind: 'large-kmalloc', pageCount: 4, content: '' }],
    };
    const LARGE_PAGES: Partial<MachineSpec> = { processes: [process('app', [mapping('heap', { folioBytes: 2 ** 16 }), mapping('mid', { pageCount: 32, folioBytes: 2 ** 18 })])], regions: [{ name: 'big', source: 0, kind: 'large-kmalloc', pageCount: 4, content: '' }] };
    const sweep = (over: SweepTarget): Step => ({ ...step('sweep'), sweep: { over, name: 'vm', inject: { op: 'corrupt-pfn', args: {}, actor: 'root' } } });
    const pool = (shift: number): Partial<MachineSpec> => ({ hugetlbPools: [{ source: 0, shift, pageCount: RAM_PAGES * 4096 / 2 ** shift, reserved: 0, overcommit: 0 }] });
    const outcome = ({ events, outcome: { errno } }: StepTrace): string => JSON.stringify([errno, events.flatMap((event) => {
        const inner = event.t === 'guest' ? event.event : event;
        return inner.t === 'result' ? [[event.t, inner.type, inner.result]] : inner.t === 'signal' ? [[event.t, inner.code, inner.task, inner.addressLsbBits]] : inner.t === 'panic' ? [[event.t]] : [];
    })]);
    const counted = (parts: readonly (readonly [string, number])[]): Record<string, number> => {
        const counts: Record<string, number> = {};
        for (const [key, pages] of parts) counts[key] = (counts[key] ?? 0) + pages;
        return counts;
    };

    test.each<[string, Setup, Step[]]>([
        ['anonymous memory', {}, []],
        ['huge pages of THP', { ram: { folioBytes: 2 ** 21 } }, []],
        ['huge pages of THP of which one was split', { ram: { folioBytes: 2 ** 21 } }, [corrupt]],
        ['a mapping in parts', { ram: { folioBytes: 2 ** 21 } }, [step('mlock', { target: at('qemu', 'ram', 700) }, 'qemu')]],
        ['the pool', { ram: { hugetlbShift: 21 }, host: pool(21) }, []],
        ['the pool, one huge page gone', { ram: { hugetlbShift: 21 }, host: pool(21) }, [corrupt]],
        ['the pool of a kernel that names the huge page', { version: '6.1', ram: { hugetlbShift: 21 }, host: pool(21) }, []],
        ['the same, one huge page gone', { version: '6.1', ram: { hugetlbShift: 21 }, host: pool(21) }, [corrupt]],
        ['large folios of the host under those of the guest', { ram: { folioBytes: 2 ** 16 } }, []],
        ['smaller pages in the guest', { arch: 'arm64', shifts: [16, 12] }, [reads(2)]],
        ['larger pages in the guest', { arch: 'arm64', shifts: [12, 16], guest: LARGE_PAGES }, [step('corrupt-pfn', { target: at('qemu', 'ram', 700) })]],
        ['a guest that wrote and freed', {}, [writes(1), { ...step('munmap', { target: at('app', 'heap', 0, 2) }, 'app'), guest: 'vm' }, reads(3)]],
    ])('equals the single errors: %s', (_name, setup, before) => {
        const full: Setup = { early: true, guest: INNER, ...setup };
        const trace = run(full, [...before, sweep({ kind: 'guest', guest: 'vm' })]);
        const swept = trace.steps.at(-1)!.sweep!;
        const targets = Array.from({ length: RAM_PAGES * 4096 / 2 ** (setup.shifts?.[0] ?? 12) }, (_, page) => at('qemu', 'ram', page));
        const single = targets.map((target) => run(full, [...before, step('corrupt-pfn', { target })]).steps.at(-1)!).filter(({ events }) => events.length > 0);
        expect(counted(swept.classes.map((each) => [outcome(each.step), each.pageCount]))).toEqual(counted(single.map((each) => [outcome(each), 1])));
        expect(swept.classes.length).toBeGreaterThan(5);
        expect(swept.classes.reduce((sum, { pageCount }) => sum + pageCount, 0)).toBe(swept.pageCount);
    });
});

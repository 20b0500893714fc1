import { expect, test } from 'vitest';
import { simulate } from '../../server/src/simulator/simulate.js';
import type { Place } from '../../server/src/simulator/program.js';
import type { Trace } from '../../server/src/simulator/trace.js';
import { at, machine, mapping, process, program, step } from './programs.js';

/** Results, signals and errnos of a trace, a line a step. */
function lines(trace: Trace): string[] {
    return trace.steps.map(({ events, outcome }) => [
        ...events.flatMap((event) => {
            if (event.t === 'result') return [`${event.type} ${event.result}`];
            if (event.t === 'signal') return [`${event.code}->${event.task}+${event.offset} lsb ${event.addressLsbBits} ${event.fate}`];
            return event.t === 'panic' ? [`panic ${event.text}`] : [];
        }),
        outcome.errno, outcome.value ?? '',
    ].filter((text) => text !== '').join('; '));
}

test('early kill: told at once, and again at the next touch', () => {
    const heap = mapping('heap');
    const db = process('db', [heap], { threads: [{ name: '', source: 0, policy: 'early', sigbusBlocked: false }] });
    const frame = { kind: 'frame', frame: 'bad', byteOffset: 0 } as const;
    const trace = simulate(program(machine({ processes: [db], frames: [{ name: 'bad', source: 0, place: at('db', 'heap', 2) }] }), [
        step('corrupt-pfn', { target: frame }),
        step('read', { target: at('db', 'heap', 2) }, 'db'),
        step('corrupt-pfn', { target: frame }),
        step('madvise', { target: at('db', 'heap', 3), advice: 'MADV_HWPOISON' }, 'db'),
        step('read', { target: at('db', 'heap', 1) }, 'db'),
    ]));
    expect(lines(trace)).toEqual([
        'MF_MSG_DIRTY_LRU MF_RECOVERED; BUS_MCEERR_AO->db+8192 lsb 12 handled; 0',
        'BUS_MCEERR_AR->db+8192 lsb 12 handled',
        'MF_MSG_ALREADY_POISONED MF_FAILED; EHWPOISON',
        'MF_MSG_DIRTY_LRU MF_RECOVERED; BUS_MCEERR_AR->db+12288 lsb 12 handled; 0',
        'B',
    ]);
    expect(trace.end.counters.poisonedPages).toBe(2);
});

test('a slab page panics when the sysctl says so', () => {
    const slab = { name: 'dentry', source: 0, kind: 'slab', pageCount: 1, content: '' };
    const trace = simulate(program(machine({ regions: [slab], sysctls: { 'vm.panic_on_unrecoverable_memory_failure': 1 } }), [
        step('corrupt-pfn', { target: { kind: 'region', region: 'dentry', page: 0, pageCount: 1, byteOffset: 0 } }),
        step('wait', { duration: 1 }),
    ]));
    expect(lines(trace)[0]).toMatch(/^MF_MSG_KERNEL MF_IGNORED; panic Memory failure: 0x[0-9a-f]+: unrecoverable page$/);
    expect(trace.steps[1]!.skipped).toBe(true);
    expect(trace.steps[0]!.events.filter((event) => event.t === 'log').map((event) => event.t === 'log' && event.text.replace(/0x[0-9a-f]+/, 'PFN'))).toEqual([
        'Injecting memory failure at pfn PFN', 'Memory failure: PFN: unhandlable page.', 'Memory failure: PFN: recovery action for reserved kernel page: Ignored',
        'Kernel panic - not syncing: Memory failure: PFN: unrecoverable page',
    ]);
});

test('a step where no frame is mapped does nothing, and the trace says so', () => {
    const heap = at('db', 'heap', 0);
    const steps = [step('munmap', { target: at('db', 'heap', 0, 4) }, 'db'), ...['read', 'free', 'isolate', 'writeback', 'kpageflags', 'allocate'].map((op) => step(op, { target: heap }, 'kernel'))];
    const trace = simulate(program(machine({ processes: [process('db', [mapping('heap')])] }), steps));
    expect(trace.steps.slice(1).map(({ op, events, outcome }) => [op, events.flatMap((event) => event.t === 'decision' ? [event.id] : []), outcome])).toEqual(
        steps.slice(1).map(({ op }) => [op, ['step.no-frame'], { errno: '' }]));
});

test('an allocation takes all of the pages, or none', () => {
    const region = { kind: 'region', region: 'spare', page: 0, pageCount: 3, byteOffset: 0 } as const;
    const last = { ...region, page: 2, pageCount: 1 };
    const spare = machine({ regions: [{ name: 'spare', source: 0, kind: 'free', pageCount: 3, content: '' }] });
    const slabs = (trace: Trace): number => trace.steps.flatMap(({ events }) => events).filter((event) => event.t === 'decision' && event.id === 'rmqueue').length;
    expect(slabs(simulate(program(spare, [step('allocate', { target: region, kind: 'slab' }, 'kernel')])))).toBe(3);
    const refused = simulate(program(spare, [step('corrupt-pfn', { target: last }), step('allocate', { target: region, kind: 'slab' }, 'kernel')]));
    expect([slabs(refused), refused.steps[1]!.outcome.errno]).toEqual([0, 'EBUSY']);
});

test('a free huge page that has a name is not given to a mapping', () => {
    const spec = machine({
        hugetlbPools: [{ source: 0, shift: 21, pageCount: 3, reserved: 0, overcommit: 0 }], regions: [{ name: 'spare', source: 0, kind: 'hugetlb-free', pageCount: 1, content: '' }],
        processes: [process('db', [mapping('h', { pageCount: 512, hugetlbShift: 21 })])],
    });
    const types = (target: Place): unknown[] =>
        simulate(program(spec, [step('corrupt-pfn', { target })])).steps[0]!.events.flatMap((event) => event.t === 'result' ? [[event.type, event.result]] : []);
    expect(types({ kind: 'region', region: 'spare', page: 0, pageCount: 1, byteOffset: 0 })).toEqual([['MF_MSG_FREE_HUGE', 'MF_RECOVERED']]);
    expect(types(at('db', 'h', 3))).toEqual([['MF_MSG_HUGE', 'MF_RECOVERED']]);
});

test('a store to a part of bad memory is not taken for one to all of it', () => {
    const dentry = { kind: 'region', region: 'dentry', page: 0, pageCount: 1, byteOffset: 0 } as const;
    const spec = machine({ regions: [{ name: 'dentry', source: 0, kind: 'slab', pageCount: 1, content: '' }] });
    const run = (byteOffset: number): Trace => simulate(program(spec, [step('machine-check', { severity: 'UCNA', target: dentry }), step('write', { target: { ...dentry, byteOffset } }, 'kernel'), step('read', { target: dentry }, 'kernel')]));
    expect(run(0)).toMatchObject({ notModelled: [], end: { panic: null } });
    expect(run(0x80)).toMatchObject({ notModelled: [{ step: 1, what: 'a store to a part of a page whose memory is bad' }], end: { panic: 'Fatal local machine check' } });
});

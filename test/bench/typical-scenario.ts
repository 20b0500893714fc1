import type { Program } from '../../server/src/simulator/program.js';
import { at, machine, mapping, process, program, step } from '../simulator/programs.js';

const HUGE_PAGE = 2 ** 21;
const GIB = 2 ** 30;

/** A database, its child and a batch job; memory of most kinds; failures of most kinds, and what follows: 20 steps. */
export function typicalScenario(ramBytes = GIB): Program {
    const early = { threads: [{ name: '', source: 0, policy: 'early' as const, sigbusBlocked: false }, { name: 'io', source: 0, policy: 'late' as const, sigbusBlocked: false }] };
    const log = { kind: 'file' as const, file: 'log', pageOffset: 0 };
    const db = process('db', [
        mapping('heap', { pageCount: 64 }), mapping('cache', { pageCount: 512, folioBytes: HUGE_PAGE }), mapping('log', { from: log, shared: true, touched: 'written', pageCount: 8 }),
        mapping('pool', { pageCount: 512, hugetlbShift: 21 }),
    ], early);
    const batch = process('batch', [mapping('heap', { pageCount: 16 }), mapping('log', { from: log, shared: true, touched: 'read', pageCount: 8 })]);
    const spec = machine({
        ramBytes, swaps: [{ name: 'swap', source: 0, backing: 'device', bytes: GIB }], hugetlbPools: [{ source: 0, shift: 21, pageCount: 4, reserved: 0, overcommit: 0 }],
        files: [{ name: 'log', source: 0, type: 'ext4', bytes: 8 * 4096, cached: 'clean', folioBytes: 4096, content: 'abcdefgh', locked: false, held: false }],
        regions: [{ name: 'dentry', source: 0, kind: 'slab', pageCount: 8, content: '' }, { name: 'spare', source: 0, kind: 'free', pageCount: 64, content: '' }],
        processes: [db, batch], frames: [{ name: 'bad', source: 0, place: at('db', 'heap', 2) }], running: [{ source: 0, cpu: 0, task: 'db', mode: 'user' }],
    });
    const bad = { kind: 'frame', frame: 'bad', byteOffset: 0 } as const;
    const inRegion = (region: string) => ({ kind: 'region', region, page: 1, pageCount: 1, byteOffset: 0 }) as const;
    return program(spec, [
        step('phase', { label: 'injection' }),
        step('corrupt-pfn', { target: bad }),
        step('read', { target: at('db', 'heap', 2) }, 'db'),
        step('write', { target: at('db', 'heap', 3) }, 'db'),
        step('write-from', { target: at('db', 'heap', 2) }, 'db'),
        step('madvise', { target: at('db', 'cache', 5), advice: 'MADV_HWPOISON' }, 'db'),
        step('read', { target: at('db', 'cache', 6) }, 'db'),
        step('corrupt-pfn', { target: at('db', 'log', 1) }),
        step('fsync', { description: 'log' }, 'db'),
        step('read', { target: at('batch', 'log', 1) }, 'batch'),
        step('hard_offline_page', { target: at('db', 'pool', 3) }),
        step('read', { target: at('db', 'pool', 9) }, 'db'),
        step('soft_offline_page', { target: at('batch', 'heap', 1) }),
        step('corrupt-pfn', { target: inRegion('dentry') }),
        step('corrupt-pfn', { target: inRegion('spare') }),
        step('unpoison-pfn', { target: inRegion('spare') }),
        step('fork', { as: 'child' }, 'db'),
        step('read', { target: at('child', 'heap', 2) }, 'child'),
        step('machine-check', { severity: 'AR', target: at('db', 'heap', 4), cpu: 0 }),
        step('exit', {}, 'batch'),
    ]);
}

/** An allocation at every window of the handler, on the kernel that panics at one of them: all interleavings of the example that asks for them. */
export function racedAllocation(): Program {
    const spec = machine({
        sysctls: { 'vm.panic_on_unrecoverable_memory_failure': 1 }, regions: [{ name: 'buf', source: 0, kind: 'free', pageCount: 1, content: '' }],
        processes: [process('app', [mapping('heap', { pageCount: 1, touched: 'untouched' })])],
    });
    const buf = { kind: 'region', region: 'buf', page: 0, pageCount: 1, byteOffset: 0 } as const;
    const raced = program(spec, [{ ...step('corrupt-pfn', { target: buf }), races: [{ op: 'write', args: { target: at('app', 'heap', 0) }, actor: 'app', source: 0, from: buf }] }]);
    return { ...raced, kernel: { written: '7.3', version: '7.3', proposals: [] } };
}

/** That many failures, each on a page of its own. */
export function manyFailures(kind: 'free' | 'anon', count: number): Program {
    const steps = Array.from({ length: count }, (_, page) => step('corrupt-pfn', { target: kind === 'free' ? { kind: 'region', region: 'free', page, pageCount: 1, byteOffset: 0 } : at('db', 'heap', page) }));
    return program(kind === 'free' ? machine({ regions: [{ name: 'free', source: 0, kind: 'free', pageCount: count, content: '' }] }) : machine({ processes: [process('db', [mapping('heap', { pageCount: count })])] }), steps);
}

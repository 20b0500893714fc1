import { describe, expect, test } from 'vitest';
import { isScenario } from '../../server/src/language/generated/ast.js';
import { lowerInSlices, lowerScenario } from '../../server/src/language/lowering/scenario.js';
import { TextParser } from '../../server/src/language/parse.js';
import type { KernelChoice, MachineSpec, Program, Step } from '../../server/src/simulator/program.js';

const parser = new TextParser();

/** The program of a scenario with these lines; the test fails when it has an error. */
async function lower(lines: string): Promise<Program> {
    return programOf(`scenario "test" {\n${lines}\n}\n`);
}

async function programOf(text: string): Promise<Program> {
    const document = await parser.parse('file:///test.hwp', text);
    expect(document.diagnostics?.filter(({ severity }) => severity === 1)).toEqual([]);
    const { program } = lowerScenario(document.parseResult.value.elements.find(isScenario)!);
    expect(program).not.toBeNull();
    return program!;
}

async function machineOf(lines: string): Promise<MachineSpec> {
    return (await lower(`${lines}\ncorrupt-pfn pfn 1`)).machine;
}

/** The first step, without time and place, with the machine that most steps need. */
async function stepOf(line: string): Promise<Pick<Step, 'op' | 'actor' | 'args'>> {
    const { steps } = await lower(`swap sw = device 64 MiB\nfilesystem data = ext4\nfile log = ext4 4 pages on data\nregion spare = free 2 pages\nprocess db {\nthread worker\nmap heap = anon 4 pages\n}\n${line}`);
    const { op, actor, args } = steps[0]!;
    return { op, actor, args };
}

const heap = (page: number, pageCount = 1, byteOffset = 0) => ({ kind: 'mapping', process: 'db', mapping: 'heap', page, pageCount, byteOffset });

describe('the machine', () => {
    test('what the text does not say', async () => {
        expect(await lower('corrupt-pfn pfn 1')).toMatchObject({
            kernel: { written: '7.3', version: '7.3', proposals: [] }, arch: 'x86-64', pageShift: 12, notModelled: [],
            machine: { ramBytes: 2 ** 30, cpus: 2, cpuVendor: 'intel', thp: 'always', holes: [], offline: [], nodes: [], sysctls: {}, filters: {}, processes: [] },
            steps: [{ op: 'corrupt-pfn', actor: 'root', timeNs: 0, args: { target: { kind: 'pfn', pfn: 1 } } }],
        });
    });

    test.each<[string, Partial<MachineSpec>]>([
        ['memory 2 GiB', { ramBytes: 2 ** 31 }],
        ['memory 512 pages', { ramBytes: 2 ** 21 }],
        ['cpus 8', { cpus: 8 }],
        ['vendor amd', { cpuVendor: 'amd' }],
        ['thp never', { thp: 'never' }],
        ['node 0 at phys 0 size 512 MiB\nnode 1 at phys 512 MiB size 512 MiB', { nodes: [{ id: 0, pfn: 0, pageCount: 0x20000 }, { id: 1, pfn: 0x20000, pageCount: 0x20000 }] }],
        ['hole at phys 0x1000000 size 64 KiB', { holes: [{ pfn: 0x1000, pageCount: 16 }] }],
        ['hole at pfn 0x1000 size 4 pages', { holes: [{ pfn: 0x1000, pageCount: 4 }] }],
        ['offline at phys 128 MiB size 128 MiB', { offline: [{ pfn: 0x8000, pageCount: 0x8000 }] }],
        ['sysctl vm.memory_failure_early_kill = 1', { sysctls: { 'vm.memory_failure_early_kill': 1 } }],
        ['filter corrupt-filter-flags-mask = 0xffff_ffff_ffff_ffff', { filters: { 'corrupt-filter-flags-mask': '0xffffffffffffffff' } }],
    ])('%s', async (line, expected) => {
        expect(await machineOf(line)).toMatchObject(expected);
    });

    test('huge page pools, and the one that a mapping needs', async () => {
        expect((await machineOf('hugetlb 2 MiB 8 pages reserved 2 overcommit 1')).hugetlbPools).toMatchObject([{ shift: 21, pageCount: 8, reserved: 2, overcommit: 1 }]);
        expect((await machineOf('process db { map h = hugetlb 2 MiB 3 pages }')).hugetlbPools).toMatchObject([{ shift: 21, pageCount: 3, reserved: 0, overcommit: 0 }]);
    });

    test('configuration, with or without CONFIG_', async () => {
        expect((await machineOf('config DEBUG_VM = y')).config['DEBUG_VM']).toBe('y');
        expect((await machineOf('config CONFIG_DEBUG_VM = y')).config['DEBUG_VM']).toBe('y');
        expect((await machineOf('')).config['DEBUG_VM']).toBe('n');
    });

    test('settings of a scenario override those of its machine', async () => {
        const program = await programOf('machine m {\n    memory 2 GiB\n    kernel 6.12\n    region spare = free 1 page\n}\nscenario "a" on m {\n    kernel 7.3\n    corrupt-pfn spare\n}\n');
        expect(program).toMatchObject({ kernel: { version: '7.3' }, machine: { ramBytes: 2 ** 31, regions: [{ name: 'spare' }] } });
    });
});

describe('what exists beside processes', () => {
    test.each<[string, Partial<MachineSpec>]>([
        ['region d = slab "dentry" 2 pages at pfn 0x2000 content "xy"', { regions: [{ name: 'd', source: 0, kind: 'slab', label: 'dentry', pageCount: 2, pfn: 0x2000, content: 'xy' }] }],
        ['swap sw = zram 32 MiB', { swaps: [{ name: 'sw', source: 0, backing: 'zram', bytes: 2 ** 25 }] }],
        ['cgroup t = inode 28', { cgroups: [{ name: 't', source: 0, inode: 28 }] }],
        ['pmem p = 64 MiB at phys 0x80000000 devdax align 4 KiB', { pmems: [{ name: 'p', source: 0, pfn: 0x80000, pageCount: 0x4000, mode: 'devdax', alignBytes: 4096 }] }],
        ['filesystem f = tmpfs huge', { filesystems: [{ name: 'f', source: 0, type: 'tmpfs', major: 0, minor: 30, huge: true }] }],
        ['filesystem f = ext4 device 259:7', { filesystems: [{ name: 'f', source: 0, type: 'ext4', major: 259, minor: 7, huge: false }] }],
        ['file f = ext4 12 KiB', { files: [{ name: 'f', source: 0, type: 'ext4', bytes: 12288, folioBytes: 4096, cached: 'clean', content: 'abc', locked: false, held: false }] }],
        ['file f = 9p 1 page dirty', { files: [{ name: 'f', source: 0, type: '9p', bytes: 4096, folioBytes: 4096, cached: 'dirty', content: 'a', locked: false, held: false }] }],
        ['file f = hugetlbfs 2 MiB 2 pages', { files: [{ name: 'f', source: 0, type: 'hugetlbfs', bytes: 2 ** 22, folioBytes: 2 ** 21 } as never] }],
    ])('%s', async (line, expected) => {
        expect(await machineOf(line)).toMatchObject(expected);
    });
});

describe('processes', () => {
    test('everything a process can say', async () => {
        const { processes, pins } = await machineOf(`cgroup t = inode 28
            process db pid 100 comm "postgres" in t without CAP_SYS_ADMIN {
                prctl PR_MCE_KILL_EARLY
                sigbus handler returning
                sigbus blocked
                thread rescue tid 120 { prctl PR_MCE_KILL_LATE; sigbus blocked }
                map heap = anon 4 pages
                pin heap[0..1] by io_uring
            }
            process child forked from db`);
        expect(processes).toMatchObject([
            {
                name: 'db', comm: 'postgres', pid: 100, capSysAdmin: false, cgroup: 't', sigbus: 'returning',
                threads: [{ name: '', policy: 'early', sigbusBlocked: true }, { name: 'rescue', policy: 'late', sigbusBlocked: true, tid: 120 }],
                mappings: [{ name: 'heap', pageCount: 4, touched: 'written' }],
            },
            { name: 'child', forkedFrom: 'db', capSysAdmin: true, mappings: [] },
        ]);
        expect(pins).toMatchObject([{ by: 'io_uring', place: heap(0, 2) }]);
    });

    test.each<[string, object]>([
        ['anon 16 KiB', { from: { kind: 'anon' }, pageCount: 4, shared: false, touched: 'written', protection: 'write', folioBytes: 4096, swap: 'none' }],
        ['anon 2 pages untouched', { touched: 'untouched' }],
        ['anon 2 pages read content "xy" protection read', { touched: 'read', content: 'xy', protection: 'read' }],
        ['anon 2 MiB thp', { folioBytes: 2 ** 21 }],
        ['anon 128 KiB folio 64 KiB', { folioBytes: 65536 }],
        ['anon 1 page mlocked', { mlocked: true }],
        ['anon 1 page lazyfree', { lazyFree: true }],
        ['anon 1 page swapped', { swap: 'entry' }],
        ['anon 1 page swapcache unmapped', { swap: 'cache-unmapped' }],
        ['anon 1 page ksm twins', { ksm: 'twins' }],
        ['anon 1 page uffd-poison', { uffdPoison: true }],
        ['anon 1 page at address 0x7000_0000', { address: 0x70000000 }],
        ['shared-anon 4 pages', { from: { kind: 'shared-anon' }, shared: true }],
        ['hugetlb 2 MiB 2 pages', { from: { kind: 'anon' }, hugetlbShift: 21, pageCount: 1024, folioBytes: 2 ** 21 }],
        ['log', { from: { kind: 'file', file: 'log', pageOffset: 0 }, pageCount: 4, shared: true, touched: 'read' }],
        ['log private pages 1..2', { from: { kind: 'file', file: 'log', pageOffset: 1 }, pageCount: 2, shared: false }],
        ['ring', { from: { kind: 'region', region: 'ring' }, pageCount: 2 }],
        ['vdso', { from: { kind: 'special', what: 'vdso' }, pageCount: 1 }],
        ['pm0 4 MiB', { from: { kind: 'file', file: 'pm0', pageOffset: 0 }, pageCount: 1024, folioBytes: 2 ** 21 }],
    ])('map m = %s', async (what, expected) => {
        const machine = await machineOf(`swap sw = device 64 MiB\nfile log = ext4 4 pages\nregion ring = driver 2 pages\npmem pm0 = 64 MiB at phys 0x80000000 devdax\nprocess db { map m = ${what} }`);
        expect(machine.processes[0]!.mappings[0]).toMatchObject(expected);
    });
});

describe('places', () => {
    test.each([
        ['heap[2]', heap(2)],
        ['heap[1..3]', heap(1, 3)],
        ['heap', heap(0, 4)],
        ['heap + 0x1080', heap(1, 1, 0x80)],
        ['heap[1] + 128 B', heap(1, 1, 128)],
        ['db.heap[0]', heap(0)],
        ['spare', { kind: 'region', region: 'spare', page: 0, pageCount: 2, byteOffset: 0 }],
        ['log[3]', { kind: 'file', file: 'log', page: 3, pageCount: 1, byteOffset: 0 }],
        ['pfn 0x40', { kind: 'pfn', pfn: 0x40 }],
        ['phys 0x40080', { kind: 'phys', address: 0x40080 }],
    ])('corrupt-pfn %s', async (place, expected) => {
        expect((await stepOf(`corrupt-pfn ${place}`)).args).toEqual({ target: expected });
    });

    test('a child names what it inherits as its own', async () => {
        const { steps, expectations } = await lower('process db { map heap = anon 4 pages }\ndb: fork as child\nchild: read heap[1]\nexpect SIGBUS to child at heap[1]\ncorrupt-pfn child.heap[2]');
        expect(steps.map(({ args }) => args)).toEqual([{ as: 'child' }, { target: { ...heap(1), process: 'child' } }, { target: { ...heap(2), process: 'child' } }]);
        expect(expectations[0]!.claims).toMatchObject([{ to: 'child', at: { process: 'child' } }]);
    });

    test('bound frames', async () => {
        const { machine, steps } = await lower('process db { map heap = anon 4 pages }\npage bad = heap[2]\ncorrupt-pfn bad + 8');
        expect(machine.frames).toMatchObject([{ name: 'bad', place: heap(2) }]);
        expect(steps[0]!.args).toEqual({ target: { kind: 'frame', frame: 'bad', byteOffset: 8 } });
    });
});

describe('steps', () => {
    test.each<[string, object]>([
        ['db: madvise heap[1] MADV_HWPOISON', { op: 'madvise', actor: 'db', args: { target: heap(1), advice: 'MADV_HWPOISON' } }],
        ['db: madvise address 0x1000 length 0 MADV_HWPOISON', { op: 'madvise', args: { target: { kind: 'raw', address: '0x1000' } } }],
        ['db.worker: read heap[1]', { op: 'read', actor: 'db.worker', args: { target: heap(1) } }],
        ['db.main: write heap[1] "Q"', { op: 'write', actor: 'db', args: { target: heap(1), content: 'Q' } }],
        ['kernel: read spare in "bio_endio"', { op: 'read', actor: 'kernel', args: { in: 'bio_endio' } }],
        ['kernel: allocate spare as slab', { op: 'allocate', actor: 'kernel', args: { kind: 'slab' } }],
        ['db: write-from heap[1] length 128 B to pipe', { op: 'write-from', args: { target: heap(1), length: 128, to: 'pipe' } }],
        ['machine-check AR at heap[1] cpu 1 no-ripv broadcast', { op: 'machine-check', actor: 'hardware', args: { severity: 'AR', target: heap(1), cpu: 1, restart: 'no-ripv', broadcast: 'broadcast' } }],
        ['machine-check bank 9 status 0xbd80000000000134 mcg_status 0xf at heap[1] misc 0x8c cpu 1', { op: 'machine-check-registers', args: { bank: 9, status: '0xbd80000000000134', mcgStatus: '0xf', misc: '0x8c', cpu: 1, target: heap(1) } }],
        ['db: prctl PR_MCE_KILL PR_MCE_KILL_SET PR_MCE_KILL_EARLY', { op: 'prctl', args: { option: 'PR_MCE_KILL', arg2: 'PR_MCE_KILL_SET', arg3: 'PR_MCE_KILL_EARLY' } }],
        ['db: prctl PR_MCE_KILL PR_MCE_KILL_SET 3 1 2', { op: 'prctl', args: { arg2: 'PR_MCE_KILL_SET', arg3: 3, arg4: 1, arg5: 2 } }],
        ['corrupt-pfn "abc"', { op: 'corrupt-pfn', args: { raw: 'abc' } }],
        ['db: mremap heap[0] to heap[3]', { op: 'mremap', args: { target: heap(0), to: heap(3) } }],
        ['db: mmap again = log private', { op: 'mmap', actor: 'db', args: { mapping: { name: 'again', shared: false } } }],
        ['db: pin heap[0..1] by longterm', { op: 'pin', args: { target: heap(0, 2), by: 'longterm' } }],
        ['db: fork as child', { op: 'fork', args: { as: 'child' } }],
        ['open log as fd2', { op: 'open', actor: 'root', args: { file: 'log', as: 'fd2' } }],
        ['creat on data as new', { op: 'creat', args: { filesystem: 'data', as: 'new' } }],
        ['fsync log', { op: 'fsync', args: { description: 'log' } }],
        ['ftruncate log 8 KiB', { op: 'ftruncate', args: { file: 'log', length: 8192 } }],
        ['swapoff sw', { op: 'swapoff', args: { swap: 'sw' } }],
        ['wait 10s', { op: 'wait', args: { duration: 10_000_000_000 } }],
        ['phase later', { op: 'phase', args: { label: 'later' } }],
        ['phase "much later"', { op: 'phase', args: { label: 'much later' } }],
    ])('%s', async (line, expected) => {
        expect(await stepOf(line)).toMatchObject(expected);
    });

    test('writes before the first step are declarations, later they are steps', async () => {
        const { machine, steps } = await lower('process db\nsysctl vm.memory_failure_recovery = 0\nfilter corrupt-filter-enable = 1\ncpu 1 runs db in user mode\ncorrupt-pfn pfn 1\nsysctl vm.memory_failure_recovery = 1\nfilter corrupt-filter-enable = 0\ncpu 1 runs db in kernel mode "do_exit"');
        expect(machine).toMatchObject({ sysctls: { 'vm.memory_failure_recovery': 0 }, filters: { 'corrupt-filter-enable': '1' }, running: [{ cpu: 1, task: 'db', mode: 'user' }] });
        expect(steps.slice(1)).toMatchObject([
            { op: 'sysctl', actor: 'root', args: { name: 'vm.memory_failure_recovery', value: 1 } },
            { op: 'filter', actor: 'root', args: { name: 'corrupt-filter-enable', value: '0' } },
            { op: 'run', actor: 'hardware', args: { cpu: 1, task: 'db', mode: 'kernel', in: 'do_exit' } },
        ]);
    });

    test('time', async () => {
        const { steps } = await lower('at 88690.478s corrupt-pfn pfn 1\nat +67s corrupt-pfn pfn 2\ncorrupt-pfn pfn 3\nwait 2 min\ncorrupt-pfn pfn 4');
        expect(steps.map(({ timeNs }) => timeNs)).toEqual([88_690_478_000_000, 88_757_478_000_000, 88_757_479_000_000, 88_757_480_000_000, 88_877_480_000_000]);
    });

    test('repetitions', async () => {
        const { steps, expectations } = await lower('repeat 3 {\ncorrupt-pfn pfn 1\nexpect errno 0\nrepeat 2 { corrupt-pfn pfn 2 }\n}');
        expect(steps.map(({ args }) => args)).toHaveLength(9);
        expect(expectations.map(({ step }) => step)).toEqual([0, 3, 6]);
    });
});

describe('expectations', () => {
    test.each<[string, readonly object[]]>([
        ['MF_MSG_DIRTY_LRU MF_RECOVERED errno EBUSY', [{ kind: 'result', type: 'MF_MSG_DIRTY_LRU', result: 'MF_RECOVERED' }, { kind: 'errno', errno: 'EBUSY' }]],
        ['MF_IGNORED', [{ kind: 'result', result: 'MF_IGNORED' }]],
        ['errno 16', [{ kind: 'errno', errno: 'EBUSY' }]],
        ['SIGBUS', [{ kind: 'signal', signal: 'SIGBUS' }]],
        ['SIGBUS BUS_MCEERR_AO to db.worker at heap[2] lsb 12 times 2', [{ kind: 'signal', signal: 'SIGBUS', code: 'BUS_MCEERR_AO', to: 'db.worker', at: heap(2), addressLsbBits: 12, count: 2 }]],
        ['no signal no signal to db no panic no oops no dmesg "x"', [{ kind: 'no-signal' }, { kind: 'no-signal', to: 'db' }, { kind: 'no-panic' }, { kind: 'no-oops' }, { kind: 'no-dmesg', text: 'x' }]],
        ['killed db survives db', [{ kind: 'killed', process: 'db' }, { kind: 'survives', process: 'db' }]],
        ['panic "text" oops dmesg "line"', [{ kind: 'panic', text: 'text' }, { kind: 'oops' }, { kind: 'dmesg', text: 'line' }]],
        ['HardwareCorrupted 8 KiB node 0 recovered 1', [{ kind: 'hardware-corrupted', bytes: 8192 }, { kind: 'node-counter', node: 0, counter: 'recovered', value: 1 }]],
        ['poisoned heap[2] not poisoned heap[1]', [{ kind: 'poisoned', place: heap(2) }, { kind: 'not-poisoned', place: heap(1) }]],
        ['contents heap[2] lost value "C" returns 64 text "1 0"', [{ kind: 'contents', place: heap(2), state: 'lost' }, { kind: 'value', value: 'C' }, { kind: 'returns', value: 64 }, { kind: 'text', text: '1 0' }]],
        ['never { panic }', [{ kind: 'outcomes', how: 'never', outcomes: [{ claims: [{ kind: 'panic' }] }] }]],
        ['one of {\nMF_MSG_BUDDY MF_RECOVERED\nno signal errno 0\n}', [{ kind: 'outcomes', how: 'one-of', outcomes: [{ claims: [{ kind: 'result', type: 'MF_MSG_BUDDY', result: 'MF_RECOVERED' }] }, { claims: [{ kind: 'no-signal' }, { kind: 'errno', errno: '0' }] }] }]],
        ['outcomes MF_RECOVERED', [{ kind: 'outcomes', how: 'exactly', outcomes: [{ claims: [{ kind: 'result', result: 'MF_RECOVERED' }] }] }]],
    ])('expect %s', async (line, expected) => {
        const { expectations } = await lower(`process db { thread worker; map heap = anon 4 pages }\ncorrupt-pfn heap[0]\nexpect ${line}`);
        expect(expectations.map(({ step }) => step)).toEqual([0]);
        expect(expectations[0]!.claims).toMatchObject(expected);
        expect(expectations[0]!.claims).toHaveLength(expected.length);
    });

    test.each(['anon 2 pages shared', 'shared-anon 2 pages', 'hugetlb 2 MiB 1 page shared'])('%s is memory of a file', async (what) => {
        const { machine } = await lower(`process db { map m = ${what} }\ncorrupt-pfn m[0]`);
        expect(machine.processes[0]!.mappings[0]).toMatchObject({ from: { kind: 'shared-anon' }, shared: true, touched: 'written' });
    });

    test.each(['<', '<=', '=', '!=', '>=', '>'])('compares with %s', async (operator) => {
        const { expectations } = await lower(`corrupt-pfn pfn 1\nexpect panic when kernel ${operator} 6.6`);
        expect(expectations[0]!.when).toEqual({ kind: 'compare', subject: 'kernel', operator, value: '6.6' });
    });

    test('and binds tighter than or, not tightest', async () => {
        const { expectations } = await lower('corrupt-pfn pfn 1\nexpect panic when kernel >= 7.3 and not arch = arm64 or config DEBUG_VM and with panic-unrecoverable-v4');
        expect(expectations[0]!.when).toEqual({
            kind: 'or',
            left: {
                kind: 'and', left: { kind: 'compare', subject: 'kernel', operator: '>=', value: '7.3' },
                right: { kind: 'not', operand: { kind: 'compare', subject: 'arch', operator: '=', value: 'arm64' } },
            },
            right: {
                kind: 'and', left: { kind: 'compare', subject: 'config', name: 'DEBUG_VM', operator: '=', value: 'y' },
                right: { kind: 'compare', subject: 'proposal', operator: '=', value: 'panic-unrecoverable-v4' },
            },
        });
    });

    test('competitors stand with the step above them', async () => {
        const { steps } = await lower('region buf = free 1 page\nprocess app { map heap = anon 1 page untouched }\ncorrupt-pfn buf\nrace app: write heap[0] from buf\nrace kernel: lru-drain heap[0]\ncorrupt-pfn buf\nrace app: read-into heap[0] from pipe\nrace kernel: allocate buf as slab\nrace root: ftruncate log 0\n'.replace('corrupt-pfn buf\nrace app: write', 'file log = ext4 1 page\ncorrupt-pfn buf\nrace app: write'));
        expect(steps.map(({ races }) => races)).toMatchObject([
            [{ actor: 'app', op: 'write', args: { target: { ...heap(0), process: 'app' } }, from: { kind: 'region', region: 'buf', page: 0, pageCount: 1 } }, { actor: 'kernel', op: 'lru-drain' }],
            [{ op: 'read-into', args: { from: 'pipe' } }, { op: 'allocate', args: { kind: 'slab' } }, { actor: 'root', op: 'ftruncate', args: { file: 'log', length: 0 } }],
        ]);
        expect(steps[1]!.races![0]).not.toHaveProperty('from');
    });

    test.each([
        ['m', { kind: 'machine' }], ['app', { kind: 'process', process: 'app' }], ['app.heap', { kind: 'place', place: { kind: 'mapping', process: 'app', mapping: 'heap', page: 0, pageCount: 4, byteOffset: 0 } }],
        ['heap[1..2]', { kind: 'place', place: { kind: 'mapping', process: 'app', mapping: 'heap', page: 1, pageCount: 2, byteOffset: 0 } }], ['buf', { kind: 'place', place: { kind: 'region', region: 'buf', page: 0, pageCount: 1, byteOffset: 0 } }],
        ['node 0', { kind: 'node', node: 0 }],
    ])('a sweep over %s is a step that takes no time', async (over, target) => {
        const { steps, notModelled } = await lower(`    machine m { region buf = free 1 page\nprocess app { map heap = anon 4 pages written } }\ncorrupt-pfn buf\nsweep every page of ${over}: machine-check UE\ncorrupt-pfn buf`);
        expect(notModelled).toEqual([]);
        expect(steps[1]).toMatchObject({ op: 'sweep', sweep: { over: target, name: over, inject: { op: 'machine-check', args: { severity: 'UE' } } } });
        expect(steps[2]!.timeNs).toBe(steps[1]!.timeNs);
    });

    test('a share is a bound of its claim, and an assignment after a sweep is a step', async () => {
        const { steps, expectations, machine } = await lower('process app { map heap = anon 4 pages written }\nsweep every page of app: corrupt-pfn\nexpect panic at most 0.5 % SIGBUS to app at least 80 % no oops\nsysctl vm.memory_failure_early_kill = 1');
        expect(expectations[0]!.claims.map(({ kind, share }) => [kind, share])).toEqual([['panic', { bound: 'most', percent: 0.5 }], ['signal', { bound: 'least', percent: 80 }], ['no-oops', undefined]]);
        expect(steps.map(({ op }) => op)).toEqual(['sweep', 'sysctl']);
        expect(machine.sysctls).toEqual({});
    });

    test.each([
        ['kexec', {}],
        ['kexec kernel 7.3.4', { kernel: '7.3.4', proposals: [] }],
        ['kexec kernel 7.3 with kho-hwpoison memory 512 MiB carry kho list 4 validate', { kernel: '7.3', proposals: ['kho-hwpoison'], memory: 2 ** 29, carry: 'kho', list: 4, reading: 'validate' }],
        ['kexec trust count 7 version 2', { count: 7, version: 2 }],
        ['kexec where spare is slab where pfn 0x9000 is anon error at spare', {
            where: [{ place: { kind: 'region', region: 'spare', page: 0, pageCount: 1, byteOffset: 0 }, use: 'slab' }, { place: { kind: 'pfn', pfn: 0x9000 }, use: 'anon' }],
            errors: [{ place: { kind: 'region', region: 'spare', page: 0, pageCount: 1, byteOffset: 0 }, use: '' }],
        }],
        ['reboot carry memmap', { carry: 'memmap' }],
        ['power-cycle carry firmware-retirement where spare is hole', { carry: 'firmware-retirement', where: [{ place: { kind: 'region', region: 'spare', page: 0, pageCount: 1, byteOffset: 0 }, use: 'hole' }] }],
    ])('%s', async (written, args) => {
        const { steps, notModelled } = await lower(`kernel 7.3 with kho-hwpoison\nregion spare = free 1 page\ncorrupt-pfn spare\n${written}`);
        expect(steps[1]).toMatchObject({ op: written.split(' ')[0], actor: 'root' });
        expect(steps[1]!.args).toEqual(args);
        expect(notModelled).toEqual([]);
    });
});

describe('places in the text', () => {
    test('every id leads back to its line', async () => {
        const program = await programOf('scenario "a" {\n    process db { map heap = anon 4 pages }\n\n    corrupt-pfn heap[0]\n        expect MF_MSG_DIRTY_LRU errno 0\n}\n');
        const line = (source: number): number => program.sources[source]!.startLine;
        expect([line(program.source), line(program.machine.processes[0]!.source), line(program.steps[0]!.source), line(program.expectations[0]!.source)]).toEqual([0, 1, 3, 4]);
        const [, second] = program.expectations[0]!.claims;
        expect(program.sources[second!.source]).toEqual({ uri: 'file:///test.hwp', startLine: 4, startColumn: 32, endLine: 4, endColumn: 39 });
    });

    test('programs are plain data', async () => {
        const program = await lower('process db { map heap = anon 4 pages }\ndb: mmap more = anon 1 page\ncorrupt-pfn heap[0]\nexpect SIGBUS at heap[0] when kernel >= 6.1');
        expect(JSON.parse(JSON.stringify(program))).toEqual(program);
    });
});

describe('variants in slices', () => {
    const VARIED = `scenario "varied" {
    vary kernel 6.12, 7.3
    vary config DEBUG_VM y, n
    vary thp always, madvise, never
    region spare = free 1 page
    corrupt-pfn spare
}
`;
    test('there is a break before every combination, and the result is kept', async () => {
        const document = await parser.parse('file:///test.hwp', VARIED);
        const scenario = document.parseResult.value.elements.find(isScenario)!;
        // On a kernel from outside it was not lowered yet.
        const kernel: KernelChoice = { written: '7.2', version: '7.2', proposals: [] };
        const slices = lowerInSlices(scenario, kernel);
        let breaks = 0;
        let step = slices.next();
        for (; step.done !== true; step = slices.next()) {
            breaks += 1;
        }
        expect(breaks).toBe(6);
        expect(step.value.variants).toHaveLength(6);
        expect(lowerScenario(scenario, kernel)).toBe(step.value);
        expect(lowerInSlices(scenario, kernel).next().done).toBe(true);
    });
});

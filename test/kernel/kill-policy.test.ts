import type { MachineSpec, ThreadSpec } from '../../server/src/simulator/program.js';
import { at, mapping, process, step } from '../simulator/programs.js';
import { BAD } from './injections.js';
import { corrupt } from './steps-on-m.js';
import { checkTimelines, type TimelineRow } from './timeline-rows.js';

type Policy = ThreadSpec['policy'];

function thread(name: string, policy: Policy): ThreadSpec {
    return { name, source: 0, policy, sigbusBlocked: false };
}

/** A process `db` with a main thread, perhaps another one `w`, and a written page. */
function threads(main: Policy, other?: Policy, earlyKill = 0): Partial<MachineSpec> {
    const all = [thread('', main), ...(other === undefined ? [] : [thread('w', other)])];
    return { processes: [process('db', [mapping('m')], { threads: all })], sysctls: { 'vm.memory_failure_early_kill': earlyKill }, running: [{ source: 0, cpu: 0, task: other === undefined ? 'db' : 'db.w', mode: 'user' }] };
}

const PAGE = { target: at('db', 'm', 1), owner: 'db' };
const TOLD = '0, AO db m+0x1000 lsb 12 handled';
const NOT_TOLD = '0';

function byPfn(machine: Partial<MachineSpec>, gives: string): TimelineRow {
    return { section: '4.2', page: { ...PAGE, machine }, steps: [[corrupt, gives]] };
}

checkTimelines('early or late, by policy and sysctl', {
    'default, sysctl 0': byPfn(threads('default'), NOT_TOLD),
    'default, sysctl 1': byPfn(threads('default', undefined, 1), TOLD),
    'early, sysctl 0': byPfn(threads('early'), TOLD),
    'early, sysctl 1': byPfn(threads('early', undefined, 1), TOLD),
    'late, sysctl 0': byPfn(threads('late'), NOT_TOLD),
    'late, sysctl 1': byPfn(threads('late', undefined, 1), NOT_TOLD),
});

const WORKER_TOLD = '0, AO db.w m+0x1000 lsb 12 handled';

checkTimelines('one thread of a process is chosen', {
    'main default, worker early': byPfn(threads('default', 'early'), WORKER_TOLD),
    'main early, worker default': byPfn(threads('early', 'default'), TOLD),
    'main early, worker early: the leader': byPfn(threads('early', 'early'), TOLD),
    'main late, worker early': byPfn(threads('late', 'early'), WORKER_TOLD),
    'nobody asked': byPfn(threads('default', 'default'), NOT_TOLD),
    'nobody asked, sysctl 1: the leader': byPfn(threads('default', 'default', 1), TOLD),
    'main late, worker default, sysctl 1: the search goes on': byPfn(threads('late', 'default', 1), WORKER_TOLD),
    'both late, sysctl 1': byPfn(threads('late', 'late', 1), NOT_TOLD),
});

/** What the task that consumes the poison is told, whatever its policy. */
function consumed(main: Policy, other: Policy | undefined, earlyKill: number, steps: TimelineRow['steps']): TimelineRow {
    return { section: '4.2', page: { ...PAGE, machine: threads(main, other, earlyKill) }, steps };
}

const AR = 'AR db m+0x1000 lsb 12 handled';
const WORKER_AR = 'AR db.w m+0x1000 lsb 12 handled';

function poisonBy(task: string): TimelineRow['steps'][number][0] {
    return step('madvise', { target: PAGE.target, advice: 'MADV_HWPOISON' }, task);
}

const consume = step('machine-check', { severity: 'AR', target: BAD, cpu: 0 });
const found = step('machine-check', { severity: 'AO', target: BAD });

checkTimelines('action required: the current task in every cell', {
    'default, sysctl 0': consumed('default', undefined, 0, [[poisonBy('db'), `0, ${AR}`]]),
    'default, sysctl 1': consumed('default', undefined, 1, [[poisonBy('db'), `0, ${AR}`]]),
    'early, sysctl 0': consumed('early', undefined, 0, [[poisonBy('db'), `0, ${AR}`]]),
    'early, sysctl 1': consumed('early', undefined, 1, [[poisonBy('db'), `0, ${AR}`]]),
    'late, sysctl 0': consumed('late', undefined, 0, [[poisonBy('db'), `0, ${AR}`]]),
    'late, sysctl 1': consumed('late', undefined, 1, [[poisonBy('db'), `0, ${AR}`]]),
    'the worker, though the leader is early': consumed('early', 'default', 0, [[poisonBy('db.w'), `0, ${WORKER_AR}`]]),
    'machine check in the worker': consumed('early', 'late', 0, [[consume, WORKER_AR]]),
    'machine check in the background asks the policy': consumed('early', 'late', 0, [[found, 'AO db m+0x1000 lsb 12 handled']]),
    'machine check in the background, late': consumed('late', 'default', 0, [[found, '']]),
});

function several(policyA: Policy, policyB: Policy): Partial<MachineSpec> {
    const file = { name: 'f', source: 0, type: 'memfd', bytes: 16384, cached: 'clean' as const, folioBytes: 4096, content: 'abcd', locked: false, held: false };
    const shared = mapping('m', { from: { kind: 'file', file: 'f', pageOffset: 0 }, shared: true });
    return { files: [file], processes: [process('a', [shared], { threads: [thread('', policyA)] }), process('b', [shared, { ...shared, name: 'n' }], { threads: [thread('', policyB)] })] };
}

const SHARED = { target: at('a', 'm', 1), owner: 'a' };

checkTimelines('every process is asked for itself', {
    'one early, one late': { section: '4.1', page: { ...SHARED, machine: several('early', 'late') }, steps: [[corrupt, '0, AO a m+0x1000 lsb 12 handled']] },
    'two mappings in one process: one signal': {
        section: '4.5', page: { ...SHARED, machine: several('late', 'early') }, steps: [[corrupt, '0, AO b n+0x1000 lsb 12 coalesced, AO b m+0x1000 lsb 12 handled']],
    },
    'both early': { section: '4.1', page: { ...SHARED, machine: several('early', 'early') }, steps: [[corrupt, '0, AO b n+0x1000 lsb 12 coalesced, AO a m+0x1000 lsb 12 handled, AO b m+0x1000 lsb 12 handled']] },
    'mapped, but never touched: told all the same': {
        section: '4.3 file', steps: [[corrupt, '0, AO a m+0x1000 lsb 12 handled, AO b m+0x1000 lsb 12 handled']],
        page: {
            ...SHARED, machine: {
                ...several('early', 'early'), processes: [
                    process('a', [mapping('m', { from: { kind: 'file', file: 'f', pageOffset: 0 }, shared: true })], { threads: [thread('', 'early')] }),
                    process('b', [mapping('m', { from: { kind: 'file', file: 'f', pageOffset: 0 }, shared: true, touched: 'untouched' })], { threads: [thread('', 'early')] }),
                ],
            },
        },
    },
    'an anonymous page is told about only where it is really mapped': {
        section: '4.3 anonymous', steps: [[step('write', { target: at('child', 'm', 1) }, 'child'), "'Z'"], [corrupt, '0, AO db m+0x1000 lsb 12 handled']],
        page: { ...PAGE, machine: { processes: [process('db', [mapping('m')], { threads: [thread('', 'early')] }), process('child', [], { forkedFrom: 'db', threads: [thread('', 'early')] })] } },
    },
});

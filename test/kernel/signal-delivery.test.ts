import type { MachineSpec, SigbusDisposition } from '../../server/src/simulator/program.js';
import { at, mapping, step } from '../simulator/programs.js';
import { earlyProcess } from './page-states/page-state.js';
import { BAD } from './injections.js';
import { corrupt, madvise, read } from './steps-on-m.js';
import { checkTimelines, type TimelineRow } from './timeline-rows.js';

function task(sigbus: SigbusDisposition, sigbusBlocked = false): Partial<MachineSpec> {
    return { processes: [earlyProcess('db', [mapping('m')], { sigbus, threads: [{ name: '', source: 0, policy: 'early', sigbusBlocked }] })], running: [{ source: 0, cpu: 0, task: 'db', mode: 'user' }] };
}

function page(machine: Partial<MachineSpec>): TimelineRow['page'] {
    return { machine, target: at('db', 'm', 1), owner: 'db' };
}

const unblock = step('sigprocmask', { how: 'SIG_UNBLOCK', signal: 'SIGBUS' }, 'db');
const pending = step('sigpending', { signal: 'SIGBUS' }, 'db');
const consume = step('machine-check', { severity: 'AR', target: BAD, cpu: 0 });
const AT = 'm+0x1000 lsb 12';
const poison = madvise(1, 'MADV_HWPOISON');

checkTimelines('an ordinary SIGBUS (action optional)', {
    'handled': { section: '4.5', page: page(task('longjmp')), steps: [[corrupt, `0, AO db ${AT} handled`], [read(2), "'C'"]] },
    'handler that returns': { section: '4.5', page: page(task('returning')), steps: [[corrupt, `0, AO db ${AT} handled`], [read(2), "'C'"]] },
    'default: the process dies': { section: '4.5', page: page(task('default')), steps: [[corrupt, `0, AO db ${AT} killed, db ends by SIGBUS`], [read(2), '']] },
    'ignored: discarded': { section: '4.5', page: page(task('ignored')), steps: [[corrupt, `0, AO db ${AT} ignored`], [read(2), "'C'"]] },
    'blocked: stays pending, delivered when unblocked': { section: '4.5', page: page(task('longjmp', true)), steps: [[corrupt, `0, AO db ${AT} pending`], [pending, '0, returned 1'], [unblock, `0, AO db ${AT} handled`], [pending, '0, returned 0']] },
    'blocked and default: dies when unblocked': { section: '4.5', page: page(task('default', true)), steps: [[corrupt, `0, AO db ${AT} pending`], [unblock, `AO db ${AT} killed, db ends by SIGBUS`]] },
});

checkTimelines('a forced SIGBUS (action required)', {
    'handled, by madvise': { section: '4.5', page: page(task('longjmp')), steps: [[poison, `0, AR db ${AT} handled`], [read(2), "'C'"]] },
    'handled, by a machine check': { section: '4.5', page: page(task('longjmp')), steps: [[consume, `AR db ${AT} handled`], [read(2), "'C'"]] },
    'default, by madvise': { section: '4.5', page: page(task('default')), steps: [[poison, `AR db ${AT} killed, db ends by SIGBUS`]] },
    'default, by a machine check': { section: '4.5', page: page(task('default')), steps: [[consume, `AR db ${AT} killed, db ends by SIGBUS`]] },
    'ignored: reset to default, dies': { section: '4.5', page: page(task('ignored')), steps: [[poison, `AR db ${AT} killed, db ends by SIGBUS`]] },
    'ignored, by a machine check': { section: '4.5', page: page(task('ignored')), steps: [[consume, `AR db ${AT} killed, db ends by SIGBUS`]] },
    'blocked: unblocked, reset to default, dies': { section: '4.5', page: page(task('longjmp', true)), steps: [[poison, `AR db ${AT} killed, db ends by SIGBUS`]] },
    'blocked, by a machine check': { section: '4.5', page: page(task('longjmp', true)), steps: [[consume, `AR db ${AT} killed, db ends by SIGBUS`]] },
    'by the fault of another thread: that thread': {
        section: '5.1', page: { ...page({ processes: [earlyProcess('db', [mapping('m')], { threads: [{ name: '', source: 0, policy: 'late', sigbusBlocked: false }, { name: 'w', source: 0, policy: 'late', sigbusBlocked: false }] })] }) },
        steps: [[corrupt, '0'], [step('read', { target: at('db', 'm', 1) }, 'db.w'), `AR db.w ${AT} handled`]],
    },
});

checkTimelines('SIGBUS is not queued', {
    'two failures in one madvise: one signal': {
        section: '4.5', page: page(task('longjmp')), steps: [[step('madvise', { target: at('db', 'm', 1, 2), advice: 'MADV_HWPOISON' }, 'db'), `0, AR db m+0x2000 lsb 12 coalesced, AR db ${AT} handled`]],
    },
    'pending and another failure: the first stays': {
        section: '4.5', page: page(task('longjmp', true)),
        steps: [[corrupt, `0, AO db ${AT} pending`], [step('corrupt-pfn', { target: at('db', 'm', 2) }), '0, AO db m+0x2000 lsb 12 coalesced'], [unblock, `0, AO db ${AT} handled`], [pending, '0, returned 0']],
    },
    'pending and then forced: unblocked and reset, so the pending one kills': {
        section: '4.5', page: page(task('longjmp', true)), steps: [[corrupt, `0, AO db ${AT} pending`], [madvise(2, 'MADV_HWPOISON'), `AR db m+0x2000 lsb 12 coalesced, AO db ${AT} killed, db ends by SIGBUS`]],
    },
});

/** The first process of the machine. */
function init(sigbus: SigbusDisposition): TimelineRow['page'] {
    return page({ processes: [earlyProcess('init', [mapping('m')], { pid: 1, sigbus })] });
}

checkTimelines('the first process', {
    'does not die of an ordinary signal': { section: '4.5', page: { ...init('default'), target: at('init', 'm', 1), owner: 'init' }, steps: [[corrupt, '0, AO init m+0x1000 lsb 12 ignored']] },
    'handles one': { section: '4.5', page: { ...init('longjmp'), target: at('init', 'm', 1), owner: 'init' }, steps: [[corrupt, '0, AO init m+0x1000 lsb 12 handled']] },
    'a forced one ends it, and the machine': {
        section: '4.5', page: { ...init('default'), target: at('init', 'm', 1), owner: 'init' },
        steps: [[corrupt, '0, AO init m+0x1000 lsb 12 ignored'], [step('read', { target: at('init', 'm', 1) }, 'init'), 'AR init m+0x1000 lsb 12 killed, init ends by SIGBUS, panic', [
            'MCE: Killing init due to hardware memory corruption fault at VA', 'Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000007',
        ]]],
    },
});

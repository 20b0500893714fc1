import { at, mapping, process, step } from '../simulator/programs.js';
import type { Step } from '../../server/src/simulator/program.js';
import { corrupt, fork } from './steps-on-m.js';
import { checkTimelines, type TimelineRow } from './timeline-rows.js';

type Argument = string | number;

function set(arg2: Argument, arg3: Argument = 0, arg4: Argument = 0, arg5: Argument = 0, task = 'db'): Step {
    return step('prctl', { option: 'PR_MCE_KILL', arg2, arg3, arg4, arg5 }, task);
}

function get(task = 'db', args: Step['args'] = {}): Step {
    return step('prctl', { option: 'PR_MCE_KILL_GET', ...args }, task);
}

const SET = 1;
const CLEAR = 0;
const LATE = 0;
const EARLY = 1;
const DEFAULT = 2;
const IS_LATE = '0, returned 0';
const IS_EARLY = '0, returned 1';
const IS_DEFAULT = '0, returned 2';

const PAGE = {
    machine: { processes: [process('db', [mapping('m')], { threads: [{ name: '', source: 0, policy: 'default', sigbusBlocked: false }, { name: 'w', source: 0, policy: 'default', sigbusBlocked: false }] })] },
    target: at('db', 'm', 1), owner: 'db',
};

function calls(...steps: TimelineRow['steps'][number][]): TimelineRow {
    return { section: '4.7', page: PAGE, steps };
}

checkTimelines('prctl(PR_MCE_KILL)', {
    'nothing set': calls([get(), IS_DEFAULT]),
    'SET EARLY': calls([set(SET, EARLY), '0'], [get(), IS_EARLY]),
    'SET LATE': calls([set(SET, LATE), '0'], [get(), IS_LATE]),
    'SET DEFAULT': calls([set(SET, EARLY), '0'], [set(SET, DEFAULT), '0'], [get(), IS_DEFAULT]),
    'by name': calls([set('PR_MCE_KILL_SET', 'PR_MCE_KILL_EARLY'), '0'], [get(), IS_EARLY], [set('PR_MCE_KILL_CLEAR'), '0'], [get(), IS_DEFAULT]),
    'CLEAR': calls([set(SET, EARLY), '0'], [set(CLEAR), '0'], [get(), IS_DEFAULT]),
    'CLEAR with an argument': calls([set(SET, EARLY), '0'], [set(CLEAR, 1), 'EINVAL'], [get(), IS_EARLY]),
    'SET something else: explicit all the same, late': calls([set(SET, 3), 'EINVAL'], [get(), IS_LATE]),
    'SET something else after EARLY was cleared: early again': calls([set(SET, EARLY), '0'], [set(CLEAR), '0'], [set(SET, 7), 'EINVAL'], [get(), IS_EARLY]),
    'SET something else after DEFAULT: late': calls([set(SET, EARLY), '0'], [set(SET, DEFAULT), '0'], [set(SET, 7), 'EINVAL'], [get(), IS_LATE]),
    'another arg2': calls([set(2, EARLY), 'EINVAL'], [get(), IS_DEFAULT]),
    'arg4': calls([set(SET, EARLY, 1), 'EINVAL'], [get(), IS_DEFAULT]),
    'arg5': calls([set(SET, EARLY, 0, 1), 'EINVAL'], [get(), IS_DEFAULT]),
    'GET with arg2': calls([get('db', { arg2: 1 }), 'EINVAL']),
    'GET with arg3': calls([get('db', { arg3: 1 }), 'EINVAL']),
    'GET with arg4': calls([get('db', { arg4: 1 }), 'EINVAL']),
    'GET with arg5': calls([get('db', { arg5: 1 }), 'EINVAL']),
    'of the calling thread': calls([set(SET, EARLY, 0, 0, 'db.w'), '0'], [get('db.w'), IS_EARLY], [get(), IS_DEFAULT], [corrupt, '0, AO db.w m+0x1000 lsb 12 handled']),
    'inherited over fork': calls([set(SET, EARLY), '0'], [fork, '0, returned 102'], [get('child'), IS_EARLY]),
    'inherited from the thread that forks': calls([set(SET, EARLY), '0'], [set(SET, LATE, 0, 0, 'db.w'), '0'], [step('fork', { as: 'child' }, 'db.w'), '0, returned 102'], [get('child'), IS_LATE]),
    'kept over execve': calls([set(SET, EARLY), '0'], [step('execve', {}, 'db'), '0'], [get(), IS_EARLY]),
    'needs no privilege': calls([step('capset', { change: 'drop', capability: 'CAP_SYS_ADMIN' }, 'db'), '0'], [set(SET, EARLY), '0'], [get(), IS_EARLY]),
});

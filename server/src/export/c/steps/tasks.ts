/** Steps that change or ask what tasks are. */
import { disposition } from '../processes.js';
import { CannotMake } from '../source.js';
import type { ProcessSpec } from '../../../simulator/program.js';
import type { StepScope, StepWriter } from './scope.js';

const PRCTL_DEFAULT = '0';

function inTask(...statements: readonly string[]): { readonly task: readonly string[] } {
    return { task: statements };
}

function prctl(scope: StepScope): { readonly task: readonly string[] } {
    scope.c.use('returned');
    scope.c.includes.add('sys/prctl.h');
    const [second, third, fourth, fifth] = ['arg2', 'arg3', 'arg4', 'arg5'].map((name) => argument(scope.text(name)));
    return inTask(`returned(prctl(${scope.text('option') ?? 'PR_MCE_KILL_GET'}, ${second}, ${third}, ${fourth}, ${fifth}));`);
}

/** prctl() takes unsigned longs; a plain 0 would be an int. */
function argument(text: string | undefined): string {
    return text === undefined ? PRCTL_DEFAULT : /^-?\d/.test(text) ? `${text}UL` : text;
}

export const TASK_WRITERS: Readonly<Record<string, StepWriter>> = {
    'prctl': prctl,
    'exit': (scope) => {
        scope.c.includes.add('unistd.h').add('semaphore.h').add('pthread.h');
        const { actor } = scope;
        if (actor === undefined) throw new CannotMake('step exit', 'nobody exits');
        if (actor.thread === '') return inTask('_exit(0);');
        scope.c.use('self');
        return inTask('sem_post(&self()->done);', 'self()->tid = 0;', 'pthread_exit(NULL);');
    },
    'pthread_exit': (scope) => {
        if (scope.actor === undefined || scope.actor.thread === '') throw new CannotMake('step pthread_exit', 'the main thread: it is the one that the test waits for');
        scope.c.includes.add('semaphore.h').add('pthread.h');
        scope.c.use('self');
        return inTask('sem_post(&self()->done);', 'self()->tid = 0;', 'pthread_exit(NULL);');
    },
    'kill': (scope) => {
        const process = scope.text('process') ?? '';
        const tasks = scope.c.tasksOf(process);
        if (tasks.length === 0) throw new CannotMake('step kill', `there is no process ${process}`);
        scope.c.use('returned', 'shared');
        scope.c.includes.add('signal.h');
        const signal = scope.text('signal') ?? 'SIGSTOP';
        const stopped = signal === 'SIGSTOP' ? 1 : 0;
        return { test: [`returned(kill(sh->task[${tasks[0]!.constant}].pid, ${signal}));`, ...tasks.map(({ constant }) => `sh->task[${constant}].stopped = ${stopped};`)] };
    },
    'sigtimedwait': (scope) => {
        scope.c.use('take_pending');
        return inTask('take_pending();');
    },
    'read-signalfd': (scope) => {
        scope.c.use('take_signalfd');
        return inTask('take_signalfd();');
    },
    'capset': (scope) => {
        scope.c.use('capabilities', 'returned');
        return inTask(`returned(set_cap_sys_admin(${scope.text('change') === 'raise' ? 1 : 0}));`);
    },
    'sigaction': (scope) => {
        scope.c.use('returned');
        const to = (scope.text('disposition') ?? 'default') as ProcessSpec['sigbus'];
        const lines = to === 'default' ? ['signal(SIGBUS, SIG_DFL);'] : disposition(scope.c, to).map((line) => line.replace(/^\t/, ''));
        scope.c.includes.add('signal.h');
        return inTask(...lines, 'returned(0);');
    },
    'sigprocmask': (scope) => {
        scope.c.use('block_sigbus', 'returned');
        scope.c.includes.add('pthread.h').add('errno.h');
        return inTask(`returned(mask_sigbus(${scope.text('how') ?? 'SIG_BLOCK'}));`);
    },
    'sigpending': (scope) => {
        scope.c.use('pending');
        return inTask('sigbus_pending();');
    },
    'run': () => ({}),
    'phase': () => ({}),
    'wait': (scope) => {
        scope.c.includes.add('unistd.h').add('time.h');
        const ns = scope.number('duration') ?? 0;
        return { test: [`nanosleep(&(struct timespec){ ${Math.floor(ns / 1e9)}, ${ns % 1e9} }, NULL);`] };
    },
};

/** The parts of a C program in the order of its text. */
import { HELPERS, kpfDefine } from './helpers.js';
import type { CSource } from './source.js';

/** What depends on which parts the program has. */
function fitted(c: CSource, code: string, form: 'c' | 'kselftest'): string {
    const tasks = c.tasks.length > 0;
    const replacements: Readonly<Record<string, string>> = {
        SKIP: form === 'c' ? '1..0 # SKIP ' : '# SKIP ',
        TASKS: tasks ? '\tint id;\n\n\tfor (id = 0; id < NR_TASKS; id++)\n\t\tsh->task[id].nr_taken = 0;\n' : '',
        VALUE: c.fields.has('value') ? '\tsh->value = -1;\n' : '',
        TEXT: c.fields.has('text') ? "\tsh->text[0] = '\\0';\n" : '',
        SHOWVARS: tasks ? '\tstruct taken *s;\n\tint id, i;\n' : '',
        SHOW: [
            ...c.fields.has('value') ? ['\tif (sh->value >= 0)\n\t\tprintf("# value 0x%02x\\n", sh->value);\n'] : [],
            ...c.fields.has('text') ? ['\tif (sh->text[0])\n\t\tprintf("# %s\\n", sh->text);\n'] : [],
            ...tasks ? ['\tfor (id = 0; id < NR_TASKS; id++) {\n\t\tif (sh->task[id].dead)\n\t\t\tprintf("# task %d has ended, status 0x%x\\n", id, sh->task[id].status);\n\t\tfor (i = 0; i < sh->task[id].nr_taken && i < MAX_TAKEN; i++) {\n\t\t\ts = &sh->task[id].taken[i];\n\t\t\tprintf("# task %d: signal %d code %d address %p lsb %d\\n",\n\t\t\t       id, s->sig, s->code, (void *)s->addr, s->lsb);\n\t\t}\n\t}\n'] : [],
        ].join(''),
        SETTLE: tasks ? '\tsettle();\n' : '',
        SEGV: c.request.trace.steps.some(({ events }) => events.some((event) => event.t === 'signal' && event.signal === 'SIGSEGV' && event.fate === 'handled')) ? '\tsigaction(SIGSEGV, &sa, NULL);\n' : '',
    };
    return code.replaceAll(/@([A-Z]+)@/g, (_, key: string) => replacements[key] ?? '');
}

/** struct shared and what is in it. */
function sharedMemory(c: CSource): string {
    const fields = [...c.fields.values()].map((field) => `\t${field};\n`).join('');
    if (c.tasks.length === 0) {
        return `static struct shared {\n\tlong ret;\t/* of the call of this step, -1 for an error */\n\tint err;\t/* its errno; -1 when there was no call */\n${fields}} *sh;\n`;
    }
    return `enum {\n${c.tasks.map(({ constant }) => `\t${constant},\n`).join('')}\tNR_TASKS\n};

#define MAX_TAKEN	8

struct taken {
	int sig, code;
	short lsb;
	char *addr;
};

struct task {
	pid_t pid, tid;
	void (*step)(void);
	sem_t go, done;
	int stopped, dead, status;	/* the status is that of waitpid() */
	volatile sig_atomic_t in_access;
	int returns;			/* signals from which the handler returns */
	sigjmp_buf env;
	int nr_taken;
	struct taken taken[MAX_TAKEN];
};

/* All processes of the test see this. */
static struct shared {
	struct task task[NR_TASKS];
	long ret;	/* of the call of this step, -1 for an error */
	int err;	/* its errno; -1 when there was no call */
${fields}} *sh;
`;
}

const TASK_HEADERS = ['semaphore.h', 'setjmp.h', 'signal.h', 'sys/types.h'];

export function assemble(c: CSource, form: 'c' | 'kselftest', head: string, main: string): string {
    if (c.tasks.length > 0) for (const each of TASK_HEADERS) c.includes.add(each);
    const helpers = c.helpers();
    const includes = [...c.includes].sort((a, b) => Number(a.includes('/')) - Number(b.includes('/')) || (a < b ? -1 : 1));
    const flags = [...c.kpf].map((name) => kpfDefine(name)).filter((each) => each !== undefined).sort();
    const body = helpers.filter((name) => name !== 'shared' && name !== 'page_size').map((name) => fitted(c, HELPERS[name].code, form).replace(/^\n/, ''));
    return [
        head,
        '#define _GNU_SOURCE\n' + includes.map((each) => `#include <${each}>\n`).join('') + (form === 'kselftest' ? '\n#include "../kselftest_harness.h"\n' : ''),
        [...c.defines].sort().map((each) => `${each}\n`).join(''),
        flags.length === 0 ? '' : `/* Bits of /proc/kpageflags */\n${flags.join('\n')}\n`,
        `static unsigned long page_size;\n${[...c.globals].sort().map((each) => `${each}\n`).join('')}`,
        c.uses('hardware_corrupted') ? 'static long corrupted_before;\n' : '',
        sharedMemory(c),
        ...body,
        ...c.functions,
        main,
    ].filter((each) => each !== '').join('\n');
}

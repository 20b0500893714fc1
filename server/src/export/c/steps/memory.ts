/** Steps by which tasks use their memory. */
import { inherit, pinLines } from '../processes.js';
import { mappingLines } from '../mappings.js';
import { CannotMake } from '../source.js';
import { character, quoted } from '../text.js';
import type { StepScope, StepWriter } from './scope.js';

/** A call of the acting task whose return value is the result. */
function call(make: (scope: StepScope) => string): StepWriter {
    return (scope) => {
        scope.c.use('returned');
        scope.c.includes.add('sys/mman.h');
        return { task: [`returned(${make(scope)});`] };
    };
}

function ofTask(scope: StepScope): void {
    if (scope.actor === undefined) throw new CannotMake(`step ${scope.step.op}`, 'it happens inside the kernel, and no interface asks for it');
}

const PROTECTIONS: Readonly<Record<string, string>> = { PROT_NONE: 'PROT_NONE', PROT_READ: 'PROT_READ', PROT_WRITE: 'PROT_READ | PROT_WRITE' };

function vmIo(helper: 'vm_io' | 'proc_mem', write: 0 | 1): StepWriter {
    return (scope) => {
        scope.c.use(helper);
        return { task: [`${helper}(${scope.owner().constant}, ${scope.address()}, ${scope.transfer()}, ${write});`] };
    };
}

export const MEMORY_WRITERS: Readonly<Record<string, StepWriter>> = {
    'read': (scope) => {
        ofTask(scope);
        scope.c.use('load');
        return { task: [`load(${scope.address()}, ${scope.pageCount()});`] };
    },
    'write': (scope) => {
        ofTask(scope);
        const content = scope.text('content') ?? 'Z';
        const place = scope.place();
        if ('byteOffset' in place && place.byteOffset !== 0 && scope.pageCount() === 1) {
            scope.c.use('store_byte');
            return { task: [`store_byte(${scope.address()}, ${character(content[0] ?? 'Z')});`] };
        }
        scope.c.use('store');
        return { task: [`store(${scope.address()}, ${scope.pageCount()}, ${quoted(content)});`] };
    },
    'write-from': (scope) => {
        if (scope.text('direct') !== undefined) throw new CannotMake('step write-from', 'O_DIRECT needs a file of a disk that the scenario does not name');
        const pipe = scope.text('to') !== 'tmpfs';
        scope.c.use(pipe ? 'write_from_pipe' : 'write_from_memfd');
        return { task: [`${pipe ? 'write_to_pipe' : 'write_to_memfd'}(${scope.address()}, ${scope.transfer()});`] };
    },
    'read-into': (scope) => {
        if (scope.text('direct') !== undefined) throw new CannotMake('step read-into', 'O_DIRECT needs a file of a disk that the scenario does not name');
        scope.c.use('read_into');
        return { task: [`read_into(${scope.address()}, ${scope.transfer()}, ${scope.text('from') === 'tmpfs' ? 0 : 1});`] };
    },
    'process_vm_readv': vmIo('vm_io', 0),
    'process_vm_writev': vmIo('vm_io', 1),
    'read-proc-mem': vmIo('proc_mem', 0),
    'write-proc-mem': vmIo('proc_mem', 1),
    'ptrace': (scope) => {
        scope.c.use('ptrace_word');
        return { task: [`ptrace_word(${scope.owner().constant}, ${scope.address()}, ${scope.text('request') === 'PTRACE_POKEDATA' ? 1 : 0});`] };
    },
    'vmsplice': (scope) => {
        scope.c.use('splice_pin', 'returned');
        return { task: [`returned(pin_by_pipe(${scope.address()}, ${scope.length()}));`] };
    },
    'read-pipe': (scope) => {
        if (scope.actor === undefined || !scope.c.uses('pins')) throw new CannotMake('step read-pipe', 'a pipe that nobody of the scenario filled');
        scope.c.use('read_pipe');
        return { task: ['read_pipe();'] };
    },
    'futex': (scope) => {
        scope.c.use('futex');
        return { task: [`futex(${scope.address()}, ${scope.text('operation') === 'FUTEX_WAIT' ? 1 : 0});`] };
    },
    'openat': (scope) => {
        scope.c.includes.add('fcntl.h');
        return call(() => `open(${scope.address()}, O_RDONLY)`)(scope);
    },
    'clock_gettime': (scope) => {
        scope.c.includes.add('sys/syscall.h').add('time.h').add('unistd.h');
        return call(() => `syscall(SYS_clock_gettime, CLOCK_PROCESS_CPUTIME_ID, ${scope.address()})`)(scope);
    },
    'mincore': (scope) => {
        const { c } = scope;
        const text = c.field('char', 'text');
        c.fields.set('text', 'char text[256]');
        c.use('returned');
        c.includes.add('sys/mman.h').add('string.h');
        const count = Math.min(200, scope.pageCount());
        const name = scope.helperFunction('mincore_', ['unsigned char vec[256] = { 0 };', 'unsigned int i;', '', `returned(mincore(${scope.address()}, ${scope.length()}, vec));`, `for (i = 0; i < ${count}; i++)`, `\t${text}[i] = '0' + (vec[i] & 1);`, `${text}[i] = '\\0';`]);
        return { task: [`${name}();`] };
    },
    'move_pages': (scope) => {
        const { c } = scope;
        c.fields.set('text', 'char text[256]');
        c.use('returned', 'shared');
        c.includes.add('sys/syscall.h').add('unistd.h').add('stdio.h');
        const node = scope.number('node');
        const how = node === undefined ? 'NULL, &status, 0' : '&node, &status, 2 /* MPOL_MF_MOVE */';
        const name = scope.helperFunction('move_pages_', [`void *page = ${scope.address()};`, ...node === undefined ? [] : [`int node = ${node};`], 'int status = 0;', '', `returned(syscall(SYS_move_pages, sh->task[${scope.owner().constant}].pid, 1, &page, ${how}));`, 'snprintf(sh->text, sizeof(sh->text), "status=%d", status);']);
        return { task: [`${name}();`] };
    },
    'mlock': call((scope) => `mlock(${scope.address()}, ${scope.length()})`),
    'mlockall': call(() => 'mlockall(MCL_CURRENT)'),
    'munlock': call((scope) => `munlock(${scope.address()}, ${scope.length()})`),
    'mprotect': call((scope) => `mprotect(${scope.address()}, ${scope.length()}, ${PROTECTIONS[scope.text('protection') ?? ''] ?? 'PROT_READ'})`),
    'mremap': call((scope) => `mremap(${scope.address()}, ${scope.length()}, ${scope.length()}, MREMAP_MAYMOVE | MREMAP_FIXED${scope.text('flag') === 'MREMAP_DONTUNMAP' ? ' | 4 /* MREMAP_DONTUNMAP */' : ''}, ${scope.address('to')}) == MAP_FAILED ? -1 : 0`),
    'munmap': call((scope) => `munmap(${scope.address()}, ${scope.length()})`),
    'pin': (scope) => {
        scope.c.use('returned');
        const vmsplice = scope.text('by') === 'vmsplice';
        pinLines(scope.c, scope.text('by') ?? 'vmsplice', scope.address(), scope.length());
        return { task: [vmsplice ? `returned(pin_by_pipe(${scope.address()}, ${scope.length()}) < 0 ? -1 : 0);` : `returned(pin_by_io_uring(${scope.address()}, ${scope.length()}));`] };
    },
    'unpin': (scope) => {
        scope.c.use('unpin', 'returned');
        return { task: ['unpin();', 'returned(0);'] };
    },
    'mmap': (scope) => {
        scope.c.use('returned');
        const lines = mappingLines(scope.c, scope.actor?.process ?? '', scope.mapping());
        return { task: [...lines.map((line) => line.replace(/^\t/, '')), 'returned(0);'] };
    },
    'fork': (scope) => {
        scope.c.use('fork_task', 'returned', 'self');
        const child = scope.c.task(scope.text('as') ?? '');
        if (child === undefined || scope.actor === undefined) throw new CannotMake('step fork', 'the child has no name');
        const lines: string[] = [];
        inherit(scope.c, scope.actor.process, child.process, lines);
        return { task: [`returned(fork_task(${child.constant}, NULL));`], after: [...lines.map((line) => line.replace(/^\t/, '')), `wait_for(${child.constant});`] };
    },
    'clone': (scope) => {
        scope.c.use('clone_task', 'returned');
        const twin = scope.c.task(scope.text('as') ?? '');
        if (twin === undefined || scope.actor === undefined) throw new CannotMake('step clone', 'the process has no name');
        const lines: string[] = [];
        inherit(scope.c, scope.actor.process, twin.process, lines);
        return { task: [`returned(clone_task(${twin.constant}));`], after: [...lines.map((line) => line.replace(/^\t/, '')), `wait_for(${twin.constant});`] };
    },
    'pthread_create': (scope) => {
        scope.c.use('thread_task', 'returned');
        const thread = scope.c.task(`${scope.actor?.process ?? ''}.${scope.text('as') ?? ''}`);
        if (thread === undefined) throw new CannotMake('step pthread_create', 'the thread has no name');
        return { task: [`returned(start_thread(${thread.constant}));`], after: [`wait_for(${thread.constant});`] };
    },
    'uffdio-poison': (scope) => {
        scope.c.use('uffd_poison', 'returned');
        return { task: [`returned(uffdio_poison(${scope.address()}, ${scope.length()}));`] };
    },
    'pagemap': (scope) => {
        const { c } = scope;
        c.use('pagemap', 'returned', 'shared');
        c.fields.set('text', 'char text[256]');
        c.includes.add('string.h').add('stdio.h').add('unistd.h');
        const text = 'snprintf(sh->text, sizeof(sh->text), "%s",';
        return { task: [text, `\t pagemap(getpid(), ${scope.address()}) & PM_PRESENT ? "present" : "not present");`, 'returned(0);'] };
    },
    'merge': (scope) => {
        scope.c.use('ksm', 'returned');
        scope.c.includes.add('sys/mman.h');
        const first = scope.owner();
        const second = scope.owner('with');
        const one = scope.helperFunction('mergeable_', [`madvise(${scope.address()}, page_size, MADV_MERGEABLE);`]);
        const other = scope.helperFunction('mergeable_too_', [`madvise(${scope.address('with')}, page_size, MADV_MERGEABLE);`]);
        return { test: [`run(${first.constant}, ${one});`, `run(${second.constant}, ${other});`, `wait_for_merge(${first.constant}, ${scope.address()},`, `\t\t${second.constant}, ${scope.address('with')});`, 'returned(0);'] };
    },
    'reclaim': (scope) => {
        scope.c.use('returned');
        scope.c.includes.add('sys/mman.h');
        scope.c.defines.add('#ifndef MADV_PAGEOUT\n#define MADV_PAGEOUT\t21\n#endif');
        const name = scope.helperFunction('reclaim_', [`returned(madvise(${scope.address()}, ${scope.length()}, MADV_PAGEOUT));`]);
        return { test: [`run(${scope.owner().constant}, ${name});`] };
    },
    'collapse': (scope) => {
        scope.c.use('returned');
        scope.c.includes.add('sys/mman.h');
        scope.c.defines.add('#ifndef MADV_COLLAPSE\n#define MADV_COLLAPSE\t25\n#endif');
        const name = scope.helperFunction('collapse_', [`char *huge = (char *)((unsigned long)(${scope.address()}) & -(2UL << 20));`, '', 'returned(madvise(huge, 2UL << 20, MADV_COLLAPSE));']);
        return { test: [`run(${scope.owner().constant}, ${name});`] };
    },
    'split': (scope) => {
        scope.c.use('write_file', 'returned');
        const task = scope.owner();
        return { test: [`returned(write_file("/sys/kernel/debug/split_huge_pages", "%d,0x%lx,0x%lx", sh->task[${task.constant}].pid,`, `\t\t    (unsigned long)(${scope.address()}), (unsigned long)(${scope.address()} + page_size)));`] };
    },
};

/** Steps that lead to memory_failure() and its relatives. */
import { CannotMake } from '../source.js';
import { HWPOISON_FOLDER } from '../../../vocabulary/inject-files.js';
import { MADVICE, type MadviceName } from '../../../vocabulary/madvice.js';
import { sysctlPath } from '../../../vocabulary/sysctls.js';
import { fallback } from '../helpers/helper.js';
import { filterLines } from '../machine.js';
import { quoted, unsigned } from '../text.js';
import type { StepScope, StepWriter, Written } from './scope.js';

const MEMORY = '/sys/devices/system/memory';

/** A number written to a file, or a text as it stands. */
function writing(path: string, number: (scope: StepScope) => readonly [format: string, value: string]): StepWriter {
    return (scope) => {
        scope.c.use('write_file', 'returned');
        scope.c.need(path);
        const raw = scope.text('raw');
        if (raw !== undefined) return { test: [`returned(write_file("${path}", "%s", ${quoted(raw)}));`] };
        const [format, value] = number(scope);
        return inCallerWithout(scope, path, format, value);
    };
}

/** A task may be the one to write, and may lack the right to; the frame is looked up by the test, which has it. */
function inCallerWithout(scope: StepScope, path: string, format: string, value: string): Written {
    const call = (argument: string): string => `returned(write_file("${path}", "${format}", ${argument}));`;
    if (scope.actor === undefined) return { test: [call(value)] };
    const field = scope.c.field(format.includes('llx') ? 'unsigned long long' : 'unsigned long', format.includes('llx') ? 'physical' : 'frame');
    return { test: [`${field} = ${value};`], task: [call(field)] };
}

/** Advice that headers may lack. */
const NEWER: ReadonlySet<string> = new Set<MadviceName>([
    'MADV_HWPOISON', 'MADV_SOFT_OFFLINE', 'MADV_FREE', 'MADV_COLD', 'MADV_PAGEOUT', 'MADV_POPULATE_READ', 'MADV_POPULATE_WRITE', 'MADV_COLLAPSE', 'MADV_GUARD_INSTALL', 'MADV_GUARD_REMOVE',
]);

function adviceDefine(scope: StepScope, advice: string): string {
    if (NEWER.has(advice)) scope.c.defines.add(fallback(advice, String(MADVICE[advice as MadviceName].value)));
    scope.c.includes.add('sys/mman.h');
    return advice;
}

const EINJ = '/sys/kernel/debug/apei/einj/error_type';

/** Memory uncorrectable non-fatal, fatal, and correctable, as APEI EINJ numbers them. */
const EINJ_TYPES: Readonly<Record<string, number>> = { AO: 0x10, UE: 0x10, UCNA: 0x10, AR: 0x10, fatal: 0x20, CE: 0x8 };

function machineCheck(scope: StepScope): Written {
    const severity = scope.text('severity') ?? 'UE';
    for (const name of ['restart', 'broadcast', 'firmware', 'threshold', 'fetch']) {
        if (scope.text(name) !== undefined && scope.text(name) !== 'load') throw new CannotMake('step machine-check', `\`${scope.text(name)}\`: registers, restart flags and broadcast are the machine's own`);
    }
    if (scope.optionalPlace() === undefined) throw new CannotMake('step machine-check', 'an error without an address');
    scope.c.use('einj');
    scope.c.need(EINJ);
    const call = (latent: 0 | 1): string => `einj(0x${(EINJ_TYPES[severity] ?? 0x10).toString(16)}, ${scope.physical()}, ${latent});`;
    if (severity !== 'AR') return { test: [call(0)] };
    const running = scope.c.program.machine.running.find(({ cpu }) => cpu === (scope.number('cpu') ?? cpu));
    const task = running === undefined ? undefined : scope.c.task(running.task);
    if (task === undefined || running?.mode !== 'user') throw new CannotMake('step machine-check', 'action required: no task in user mode is said to run, which could make the load');
    scope.c.use('load');
    const name = scope.helperFunction('consume_', [`load(${scope.address()}, 1);`]);
    return { test: [call(1), `run(${task.constant}, ${name});`] };
}

const MCIP = 4n;
const UC = 1n << 61n;

export const INJECTION_WRITERS: Readonly<Record<string, StepWriter>> = {
    'corrupt-pfn': writing(`${HWPOISON_FOLDER}/corrupt-pfn`, (scope) => ['0x%lx', scope.frame()]),
    'unpoison-pfn': writing(`${HWPOISON_FOLDER}/unpoison-pfn`, (scope) => ['0x%lx', scope.frame()]),
    'hard_offline_page': writing(`${MEMORY}/hard_offline_page`, (scope) => ['0x%llx', scope.physical()]),
    'soft_offline_page': writing(`${MEMORY}/soft_offline_page`, (scope) => ['0x%llx', scope.physical()]),
    'open-inject-file': (scope) => {
        scope.c.use('inject_file');
        return scope.by(`read_inject_file("${HWPOISON_FOLDER}/${scope.text('file') ?? 'corrupt-pfn'}", 1);`);
    },
    'read-inject-file': (scope) => {
        scope.c.use('inject_file');
        return scope.by(`read_inject_file("${HWPOISON_FOLDER}/${scope.text('file') ?? 'corrupt-pfn'}", 0);`);
    },
    'madvise': (scope) => {
        scope.c.use('returned');
        return { task: [`returned(madvise(${scope.address()}, ${scope.length()}, ${adviceDefine(scope, scope.text('advice') ?? '')}));`] };
    },
    'process_madvise': (scope) => {
        const { c } = scope;
        c.use('returned');
        c.includes.add('sys/syscall.h').add('sys/uio.h').add('unistd.h');
        c.defines.add('#ifndef SYS_pidfd_open\n#define SYS_pidfd_open\t434\n#endif').add('#ifndef SYS_process_madvise\n#define SYS_process_madvise\t440\n#endif');
        const target = c.task(scope.text('process') ?? scope.step.actor) ?? scope.owner();
        const name = scope.helperFunction('process_madvise_', [
            `struct iovec range = { ${scope.address()}, ${scope.length()} };`, `int pidfd = syscall(SYS_pidfd_open, sh->task[${target.constant}].pid, 0);`, '',
            `returned(syscall(SYS_process_madvise, pidfd, &range, 1, ${adviceDefine(scope, scope.text('advice') ?? '')}, 0));`, 'close(pidfd);',
        ]);
        return { task: [`${name}();`] };
    },
    'machine-check': machineCheck,
    'machine-check-registers': (scope) => {
        const status = BigInt(scope.text('status') ?? '0');
        const mcg = BigInt(scope.text('mcgStatus') ?? '5');
        const broadcast = scope.text('broadcast');
        if (broadcast === 'poll' || (status & UC) === 0n || (mcg & MCIP) === 0n) throw new CannotMake('step machine-check-registers', 'without an exception (UC and MCIP) the bank is polled, which mce-inject does not do');
        if (mcg !== 5n || broadcast !== undefined || scope.text('ipid') !== undefined) throw new CannotMake('step machine-check-registers', 'MCG_STATUS, MCA_IPID and the broadcast cannot be given');
        scope.c.use('mce_inject');
        scope.c.need('/sys/kernel/debug/mce-inject/bank');
        const place = scope.optionalPlace();
        const at = place !== undefined ? scope.physical() : unsigned(scope.text('address') ?? '0');
        return { test: [`mce_inject(${unsigned(scope.text('status') ?? '0')}, ${at}, ${unsigned(scope.text('misc') ?? '0x8c')}, ${scope.number('cpu') ?? 0}, ${scope.number('bank') ?? 9});`] };
    },
    'latent': (scope) => {
        scope.c.use('einj');
        scope.c.need(EINJ);
        return { test: [`einj(0x10, ${scope.physical()}, 1);`] };
    },
    'cec-threshold': (scope) => {
        scope.c.use('write_file', 'returned', 'skip_all');
        scope.c.need('/sys/kernel/debug/ras/cec/action_threshold');
        return { test: ['if (write_file("/sys/kernel/debug/ras/cec/action_threshold", "1"))', '\tskip_all("the collector of corrected errors has no debug files: %m");', `returned(write_file("/sys/kernel/debug/ras/cec/pfn", "0x%lx", ${scope.frame()}));`] };
    },
    'offline-block': (scope) => {
        scope.c.use('block_state');
        return { test: [`set_block(${scope.frame()}, "offline");`] };
    },
    'online-block': (scope) => {
        scope.c.use('block_state');
        return { test: [`set_block(${scope.frame()}, "online");`] };
    },
    'sysctl': (scope) => {
        scope.c.use('write_file', 'returned');
        scope.c.keep(sysctlPath(scope.text('name') ?? ''));
        return { test: [`returned(write_file("${sysctlPath(scope.text('name') ?? '')}", "%s", "${scope.text('value') ?? ''}"));`] };
    },
    'filter': (scope) => {
        scope.c.use('write_file', 'returned');
        const name = scope.text('name') ?? '';
        return { test: filterLines(scope.c, { [name]: scope.text('value') ?? '' }) };
    },
};

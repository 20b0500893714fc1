/** A scenario as one self-contained C program, with TAP of its own or for the kselftest harness. */
import type { Claim, Expectation, Step } from '../../simulator/program.js';
import type { StepTrace } from '../../simulator/trace.js';
import { conditionHolds, conditionWords } from '../../report/judgement/guards.js';
import { kernelWords } from '../../simulator/kernel-words.js';
import type { Gap } from '../constructs/construct.js';
import { STEP_CONSTRUCTS, STEP_MODIFIERS } from '../constructs/steps.js';
import { MACHINE_CONSTRUCTS } from '../constructs/machine.js';
import { predictedClaims } from '../predicted.js';
import { requirements } from '../requirements.js';
import type { ExportRequest, Reproducer } from '../request.js';
import { assemble } from './assemble.js';
import { check, conjunction } from './checks.js';
import { fileDescriptor } from './files.js';
import { filterLines, machineLines } from './machine.js';
import { frame } from './places.js';
import { nameTasks, processLines } from './processes.js';
import { CannotMake, CSource, isPlace, wanted } from './source.js';
import { FILE_WRITERS } from './steps/files.js';
import { INJECTION_WRITERS } from './steps/injection.js';
import { MEMORY_WRITERS } from './steps/memory.js';
import { StepScope, type StepWriter, type Written } from './steps/scope.js';
import { TASK_WRITERS } from './steps/tasks.js';
import { comment, inComment, quoted } from './text.js';
import { wrapped } from '../words.js';

/** One for each operation that the table says a C program can make. */
export const STEP_WRITERS: Readonly<Record<string, StepWriter>> = { ...INJECTION_WRITERS, ...MEMORY_WRITERS, ...FILE_WRITERS, ...TASK_WRITERS };

type Form = 'c' | 'kselftest';

export function cProgram(request: ExportRequest, form: Form): Reproducer {
    const c = new CSource(request);
    const test = new TestWriter(c, form);
    c.use('skip_all');
    let blocked = attempt(c, request.program.source, () => {
        if ((request.program.guests?.length ?? 0) > 0) throw new CannotMake('guests', MACHINE_CONSTRUCTS.guests.limit ?? '');
        nameTasks(c);
        machineLines(c);
        filesOfSteps(c);
        processLines(c);
        bindFrames(c);
    });
    if (blocked === undefined) {
        blocked = writeSteps(c, test);
        finishSetup(c);
    }
    for (const { what, source } of request.program.notModelled) c.gap('not modelled', what, source);
    const head = headComment(request, c.gaps, form);
    if (blocked !== undefined) return { text: `${head}\n${blockedMain(blocked, form, request)}`, gaps: c.gaps };
    const main = mainFunction(c, form, test.count);
    return { text: tidy(assemble(c, form, head, main)), gaps: c.gaps };
}

/** Runs what may find that something cannot be made; notes it, and says so. */
function attempt(c: CSource, source: number, make: () => void): CannotMake | undefined {
    const undo = c.checkpoint();
    try {
        make();
        return undefined;
    } catch (error) {
        if (!(error instanceof CannotMake)) throw error;
        undo();
        c.gap(error.construct, error.why, source);
        return error;
    }
}

/** Files that steps use are there before the processes are, which have their descriptors from the test. */
function filesOfSteps(c: CSource): void {
    const declared = new Set(c.program.machine.files.map(({ name }) => name));
    const named = c.program.steps.flatMap(({ args }) => Object.values(args)).flatMap((value) => typeof value === 'string' ? [value] : isPlace(value) && value.kind === 'file' ? [value.file] : []);
    for (const name of new Set(named)) {
        if (!declared.has(name)) continue;
        const undo = c.checkpoint();
        try {
            fileDescriptor(c, name);
        } catch (error) {
            // The step says so when it comes.
            if (!(error instanceof CannotMake)) throw error;
            undo();
        }
    }
}

function bindFrames(c: CSource): void {
    for (const { name, place } of c.program.machine.frames) {
        const field = c.named('pfn_', name);
        c.setup.push(`\t${c.field('unsigned long', field)} = ${frame(c, place)};`);
    }
}

/** What comes after everything that the steps were found to need. */
function finishSetup(c: CSource): void {
    for (const line of filterLines(c, c.program.machine.filters)) c.setup.push(`\t${line.replace(/^returned\((.*)\);$/, '$1;')}`);
    if (c.tasks.length > 0) c.use('settle');
    c.use('begin_step', 'end_step');
    const idle = [...c.descriptors].filter(([name, { owner, variable }]) => owner === '' && !c.steps.some((line) => line.includes(variable)) && c.mappings.size > 0 && c.program.machine.files.some((file) => file.name === name && file.type !== 'sysv-shm' && file.type !== 'block-device'));
    for (const [, { variable }] of idle) {
        c.includes.add('unistd.h');
        c.setup.push(`\tclose(${variable});\t/* only the processes hold it */`);
    }
}

/** The lines of the test for checks, in either form. */
class TestWriter {
    count = 0;

    readonly c: CSource;
    readonly form: Form;

    constructor(c: CSource, form: Form) {
        this.c = c;
        this.form = form;
    }

    check(condition: string, what: string): void {
        this.count += 1;
        if (this.form === 'c') {
            this.c.use('tap');
            this.c.steps.push(`\tok(${condition},\n\t   ${quoted(what)});`);
        } else {
            this.c.use('show_step');
            this.c.steps.push(`\tEXPECT_TRUE(${condition}) {\n\t\tTH_LOG("%s", ${quoted(what)});\n\t\tshow_step();\n\t}`);
        }
    }

    skip(what: string, why: string): void {
        this.count += 1;
        if (this.form === 'c') {
            this.c.use('tap_skip');
            this.c.steps.push(`\tskip(${quoted(what)},\n\t     ${quoted(why)});`);
        } else {
            this.c.includes.add('stdio.h');
            this.c.steps.push(`\tTH_LOG("%s: not checked: %s", ${quoted(what)},\n\t       ${quoted(why)});`);
        }
    }
}

/** A line of expectations: claims that hold together, as they are written, with what is left out of them. */
interface Wanted { readonly what: string; readonly claims: readonly Claim[]; readonly source: number }

/** @returns why nothing at all could be done */
function writeSteps(c: CSource, test: TestWriter): CannotMake | undefined {
    const { program, trace, checks } = c.request;
    const predictsAll = checks === 'predicted' || program.expectations.length === 0;
    let stopped: CannotMake | undefined;
    program.steps.forEach((step, index) => {
        const words = c.request.textOf(step.source);
        const stepTrace = trace.steps[index];
        const lines = [...expected(c, index, words), ...predictsAll && stepTrace !== undefined ? predicted(stepTrace, c, words) : []];
        if (step.op === 'phase') {
            c.steps.push('', comment(`--- ${step.args['label'] as string} ---`, '\t'));
            return;
        }
        if (step.op === 'run' && lines.length === 0) return;
        c.steps.push('', comment(words, '\t'));
        const why = stopped ?? attempt(c, step.source, () => writeStep(c, step, index, lines));
        if (stopped === undefined && why !== undefined) c.steps.push(comment(`Cannot be made: ${why.why}. The test ends here.`, '\t'));
        stopped = why;
        for (const line of lines) writeChecks(c, test, line, stepTrace, stopped, index);
    });
    const end = expected(c, -1, '');
    if (end.length > 0) c.steps.push('', '\t/* in the end */');
    for (const line of end) writeChecks(c, test, line, undefined, stopped, -1);
    const isIdle = !c.steps.includes(BEGIN_STEP);
    if (isIdle && stopped === undefined) c.steps.unshift(BEGIN_STEP, END_STEP);
    return isIdle ? stopped : undefined;
}

const BEGIN_STEP = '\tbegin_step();';
const END_STEP = '\tend_step();';

function expected(c: CSource, index: number, words: string): Wanted[] {
    return c.program.expectations.filter((each) => each.step === index).flatMap((expectation): Wanted[] => {
        const what = [words, c.request.textOf(expectation.source)].filter((each) => each !== '').join(': ');
        if (expectation.guest !== undefined) {
            c.gap('expectation in a guest', MACHINE_CONSTRUCTS.guests.limit ?? '', expectation.source);
            return [];
        }
        if (!applies(c, expectation)) {
            c.steps.push(comment(`${c.request.textOf(expectation.source)}: only when ${conditionWords(expectation.when!)}`, '\t'));
            return [];
        }
        return [{ what, claims: expectation.claims, source: expectation.source }];
    });
}

function applies(c: CSource, { when }: Expectation): boolean {
    return when === undefined || conditionHolds(when, c.program);
}

function predicted(step: StepTrace, c: CSource, words: string): Wanted[] {
    return predictedClaims(step, c.program).map((claims) => ({ what: `${words}: ${claims.map(claimWords).join(' ')}`, claims, source: step.source }));
}

function claimWords(claim: Claim): string {
    switch (claim.kind) {
        case 'result': return `${claim.type ?? ''} ${claim.result ?? ''}`.trim();
        case 'signal': return [claim.signal, claim.code, 'to', claim.to, ...claim.at?.kind === 'mapping' ? [`at ${claim.at.mapping}[${claim.at.page}]`] : [], ...claim.addressLsbBits === undefined ? [] : [`lsb ${claim.addressLsbBits}`]].join(' ');
        case 'no-signal': return 'no signal';
        case 'killed': return `killed ${claim.process}`;
        case 'errno': return `errno ${claim.errno}`;
        case 'returns': return `returns ${claim.value}`;
        case 'value': return `value ${JSON.stringify(claim.value)}`;
        case 'text': return JSON.stringify(claim.text);
        case 'panic': return `panic ${JSON.stringify(claim.text ?? '')}`;
        default: return claim.kind;
    }
}

function writeStep(c: CSource, step: Step, index: number, lines: readonly Wanted[]): void {
    if (step.guest !== undefined) throw new CannotMake('step in a guest', STEP_MODIFIERS['in-guest'].limit ?? '');
    wanted(`step ${step.op}`, STEP_CONSTRUCTS[step.op]);
    const write = STEP_WRITERS[step.op];
    if (write === undefined) throw new Error(`no writer for the step ${step.op}`);
    const written = write(new StepScope(c, step, index));
    if (step.races !== undefined && step.races.length > 0) {
        c.gap('race', STEP_MODIFIERS.race.limit ?? '', step.races[0]!.source);
        c.steps.push(comment(step.races.map(({ source }) => c.request.textOf(source)).join('\n') + '\nno program can hold the handler at a window: not run', '\t'));
    }
    const panics = lines.flatMap(({ claims }) => claims).flatMap((claim) => claim.kind === 'panic' ? [claim.text ?? ''] : []);
    for (const text of panics) {
        c.includes.add('stdio.h');
        c.steps.push(`\tputs(${quoted(`# the kernel must panic now${text === '' ? '' : `: ${text}`}`)});`);
    }
    placeStep(c, step, index, written);
}

function placeStep(c: CSource, step: Step, index: number, written: Written): void {
    c.steps.push(BEGIN_STEP);
    for (const line of written.test ?? []) c.steps.push(`\t${line}`);
    if (written.task !== undefined) {
        const task = c.task(step.actor);
        if (task === undefined) throw new CannotMake(`step ${step.op}`, `nobody is called ${step.actor}`);
        const name = c.named('step_', String(index + 1));
        c.functions.push(`${comment(c.request.textOf(step.source))}\nstatic void ${name}(void)\n{\n${written.task.map((line) => line === '' ? '' : `\t${line}`).join('\n')}\n}\n`);
        c.steps.push(`\trun(${task.constant}, ${name});`);
    }
    for (const line of written.after ?? []) c.steps.push(`\t${line}`);
    c.steps.push(END_STEP);
}

function writeChecks(c: CSource, test: TestWriter, line: Wanted, step: StepTrace | undefined, stopped: CannotMake | undefined, index: number): void {
    if (stopped !== undefined) {
        test.skip(line.what, index === -1 || step === undefined ? 'a step before it cannot be made' : stopped.why);
        return;
    }
    const conditions: string[] = [];
    const left: CannotMake[] = [];
    let panic = false;
    for (const claim of line.claims) {
        const failed = attempt(c, claim.source, () => {
            const made = check(c, claim, step);
            if ('panic' in made) panic = true;
            else conditions.push(made.condition);
        });
        if (failed !== undefined) left.push(failed);
    }
    if (panic) {
        test.check('0', `${line.what} (the kernel went on)`);
        return;
    }
    if (conditions.length > 0) test.check(conjunction(conditions), line.what);
    if (left.length > 0) test.skip(line.what, left.map(({ why }) => why).join('; '));
}

const NAME = /[^a-z0-9]+/g;

/** `early_kill`: the name of the test. */
export function testName(title: string): string {
    const name = title.toLowerCase().replaceAll(NAME, '_').replace(/^_|_$/g, '').slice(0, 60);
    // `exit` and `process_madvise` are functions of the C library.
    return `test_${name}`;
}

function mainFunction(c: CSource, form: Form, count: number): string {
    const { program } = c;
    c.includes.add('unistd.h').add('stdio.h').add('sys/mman.h').add('sys/utsname.h').add('string.h').add('stdlib.h');
    c.use('shared', 'kernel_log');
    if (c.uses('skip_all')) c.includes.add('unistd.h');
    const version = program.kernel.version;
    const setup = [
        '\tpage_size = sysconf(_SC_PAGESIZE);',
        `\tif (page_size != ${c.pageBytes})`,
        `\t\tskip_all("the scenario is for pages of ${c.pageBytes / 1024} KiB");`,
        '\tuname(&uts);',
        `\tif (strncmp(uts.release, "${version}.", ${version.length + 1}))`,
        `\t\tprintf("# expectations are for Linux ${version}, this is %s\\n", uts.release);`,
        '\tsh = mmap(NULL, sizeof(*sh), PROT_READ | PROT_WRITE,\n\t\t  MAP_SHARED | MAP_ANONYMOUS, -1, 0);',
        '\tif (sh == MAP_FAILED)\n\t\tskip_all("mmap: %m");',
        ...c.tasks.length === 0 ? [] : ['\tfor (id = 0; id < NR_TASKS; id++) {', '\t\tsem_init(&sh->task[id].go, 1, 0);', '\t\tsem_init(&sh->task[id].done, 1, 0);', '\t}'],
        '\topen_kernel_log();',
        ...c.uses('hardware_corrupted') ? ['\tcorrupted_before = hardware_corrupted();'] : [],
        ...c.setup,
    ];
    const kill = c.tasks.length === 0 ? [] : ['', '\tfor (id = 0; id < NR_TASKS; id++)', '\t\tif (sh->task[id].pid && !sh->task[id].dead)', '\t\t\tkill(sh->task[id].pid, SIGKILL);'];
    const variables = ['\tstruct utsname uts;', ...c.tasks.length === 0 ? [] : ['\tint id;'], ''];
    if (form === 'c') {
        return ['int main(void)', '{', ...variables, '\ttest_pid = getpid();', '\tsetvbuf(stdout, NULL, _IOLBF, 0);', ...setup, '', `\tprintf("TAP version 13\\n1..%d\\n", ${count});`, '\tlacking = "Bail out! ";', ...c.steps, ...kill, ...count === 0 ? ['\treturn 0;'] : ['\treturn nr_failed ? 1 : 0;'], '}', ''].join('\n');
    }
    return [`TEST(${testName(program.title)})`, '{', ...variables, '\ttest_pid = getpid();', ...setup, ...c.steps, ...kill, ...cleanUp(c), '}', '', 'TEST_HARNESS_MAIN', ''].join('\n');
}

/** What atexit() does elsewhere: the harness ends a test with _exit(). */
function cleanUp(c: CSource): string[] {
    return ([['swap_file', 'remove_swap'], ['mount_memory', 'unmount_all'], ['setting', 'put_settings_back']] as const).filter(([helper]) => c.uses(helper)).map(([, name]) => `\t${name}();`);
}

/** A program that says why it does nothing. */
function blockedMain({ construct, why }: CannotMake, form: Form, { program }: ExportRequest): string {
    const text = `${construct}: ${why}`;
    return form === 'c'
        ? `#include <stdio.h>\n\nint main(void)\n{\n\tputs(${quoted(`1..0 # SKIP ${text}`)});\n\treturn 4;\n}\n`
        : `#include "../kselftest_harness.h"\n\nTEST(${testName(program.title)})\n{\n\tSKIP(return, "%s", ${quoted(text)});\n}\n\nTEST_HARNESS_MAIN\n`;
}

function headComment(request: ExportRequest, gaps: readonly Gap[], form: Form): string {
    const { program, origin, variant } = request;
    const lines = [
        `${program.title}${variant === '' ? '' : ` (${variant})`}`, '',
        `From ${origin}, by hwp export; the expectations are those of Linux ${kernelWords(program.kernel)}.`, '',
        'It injects memory errors: run it as root, in a machine that may be lost, and that nothing else uses meanwhile. Pages stay poisoned until the machine boots again.',
        ...requirements(program).map((each) => `Needs ${each}.`),
        form === 'c' ? 'Build: cc -Wall -pthread -o test FILE.c' : 'Build: in tools/testing/selftests/mm, as a TEST_GEN_FILES of its Makefile, with -pthread.',
        ...gaps.length === 0 ? [] : ['', 'Not made here:', ...gaps.map(({ construct, why }) => `- ${construct}: ${why}`)],
    ];
    return `// SPDX-License-Identifier: GPL-2.0 OR MIT\n/*\n${wrapped(inComment(lines.join('\n')), 76).map((line) => ` * ${line}`.trimEnd()).join('\n')}\n */\n`;
}

/** At most one blank line, none before a closing brace. */
function tidy(text: string): string {
    return text.replaceAll(/\n{3,}/g, '\n\n').replaceAll(/\n\n(\t*\})/g, '\n$1').replaceAll(/\{\n\n(?!\t*\/\*)/g, '{\n');
}

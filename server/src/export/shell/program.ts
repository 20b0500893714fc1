/** A scenario as a shell script: what debugfs, sysfs and procfs can do alone. */
import { ERRNO_TEXTS } from './errno-texts.js';
import type { Claim, Expectation, Place, Step } from '../../simulator/program.js';
import type { StepTrace } from '../../simulator/trace.js';
import { conditionHolds, conditionWords } from '../../report/judgement/guards.js';
import { kernelWords } from '../../simulator/kernel-words.js';
import { HWPOISON_FOLDER } from '../../vocabulary/inject-files.js';
import { KPAGEFLAGS } from '../../vocabulary/page-flags.js';
import { sysctlPath } from '../../vocabulary/sysctls.js';
import type { PageKindName } from '../../vocabulary/page-kinds.js';
import { CLAIM_CONSTRUCTS } from '../constructs/claims.js';
import type { Construct, Gap } from '../constructs/construct.js';
import { MACHINE_CONSTRUCTS } from '../constructs/machine.js';
import { REGION_CONSTRUCTS } from '../constructs/memory.js';
import { STEP_CONSTRUCTS, STEP_MODIFIERS } from '../constructs/steps.js';
import { logPattern, recoveryText } from '../log-texts.js';
import { numbered, pageFinding } from '../page-finding.js';
import { predictedClaims } from '../predicted.js';
import { requirements } from '../requirements.js';
import type { ExportRequest, Reproducer } from '../request.js';
import { CannotMake } from '../cannot-make.js';
import { plainLines, wrapped } from '../words.js';
import { SHELL_HELPERS, type ShellHelperName } from './helpers.js';

/** A word of the shell that stands for itself. */
export function shellWord(text: string): string {
    return /^[\w./:=+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

class Script {
    readonly request: ExportRequest;
    readonly setup: string[] = [];
    readonly steps: string[] = [];
    readonly gaps: Gap[] = [];
    readonly #helpers = new Set<ShellHelperName>();
    readonly #regions = new Map<string, string>();
    count = 0;

    constructor(request: ExportRequest) {
        this.request = request;
    }

    use(...names: readonly ShellHelperName[]): void {
        for (const name of names) {
            if (this.#helpers.has(name)) continue;
            this.use(...SHELL_HELPERS[name].uses ?? []);
            this.#helpers.add(name);
        }
    }

    helperTexts(): string[] {
        return [...this.#helpers].map((name) => SHELL_HELPERS[name].code.replaceAll('@{', '${').trim());
    }

    attempt(source: number, make: () => void): CannotMake | undefined {
        try {
            make();
            return undefined;
        } catch (error) {
            if (!(error instanceof CannotMake)) throw error;
            this.gap(error.construct, error.why, source);
            return error;
        }
    }

    gap(construct: string, why: string, source: number): void {
        if (!this.gaps.some((gap) => gap.construct === construct && gap.why === why)) this.gaps.push({ construct, why, source });
    }

    /** What a step sets is put back at the end. */
    keep(file: string): void {
        const line = `set_to ${file} "$(cat ${file})"`;
        this.use('setting');
        if (!this.setup.includes(line)) this.setup.push(line);
    }

    /** The frame behind a place: an arithmetic expression. */
    frame(place: Place | undefined): string {
        switch (place?.kind) {
            case 'pfn': return `0x${numbered(this.request.program, place.pfn).toString(16)}`;
            case 'phys': return `0x${numbered(this.request.program, Math.floor(place.address / 2 ** this.request.program.pageShift)).toString(16)}`;
            case 'region': return [this.region(place.region), ...place.page === 0 ? [] : [String(place.page)]].join(' + ');
            case 'frame': {
                const bound = this.request.program.machine.frames.find(({ name }) => name === place.frame)?.place;
                return this.frame(bound);
            }
            default: throw new CannotMake('place', 'a page of a process or of a file has to be named by a process: `--as c` does it');
        }
    }

    physical(place: Place | undefined): string {
        const byte = place?.kind === 'phys' ? place.address % 2 ** this.request.program.pageShift : place !== undefined && 'byteOffset' in place ? place.byteOffset : 0;
        return `$(((${this.frame(place)}) * page_size${byte === 0 ? '' : ` + 0x${byte.toString(16)}`}))`;
    }

    region(name: string): string {
        const known = this.#regions.get(name);
        if (known !== undefined) return known;
        const spec = this.request.program.machine.regions.find((each) => each.name === name);
        if (spec === undefined) throw new CannotMake('place', `there is no region ${name}`);
        const kind = spec.kind as PageKindName;
        wanted(`region ${kind}`, REGION_CONSTRUCTS[kind]);
        const variable = `pfn_${name.replaceAll(/\W/g, '_')}`;
        this.#regions.set(name, variable);
        const how = pageFinding(kind);
        const bits = (flags: readonly (keyof typeof KPAGEFLAGS)[]): string => `'${flags.map((flag) => KPAGEFLAGS[flag].bit).join(' ')}'`;
        if (how.by === 'beyond-ram') {
            this.use('beyond_ram');
            this.setup.push(`${variable}=$(beyond_ram) || exit`);
        } else if (how.by === 'iomem') {
            this.use('iomem');
            this.setup.push(`${variable}=$(iomem ${shellWord(how.range)}) || exit`);
        } else {
            this.use('find_page');
            this.setup.push(`# ${how.set.join(', ')}; not ${[...how.clear, 'HWPOISON'].join(', ')}`, `${variable}=$(find_page ${shellWord(`${kind} page`)} ${kind === 'reserved' || kind === 'zero-page' ? 1 : 4096} ${how.set.includes('COMPOUND_HEAD') ? 1 : spec.pageCount} ${bits(how.set)} ${bits([...how.clear, 'HWPOISON'])}) || exit`);
        }
        return variable;
    }
}

function wanted(name: string, construct: Construct | undefined): void {
    if (construct === undefined || construct.sh === null) throw new CannotMake(name, construct?.c !== null && construct !== undefined ? 'it takes a process: `--as c` makes it' : construct?.limit ?? 'no file of debugfs or sysfs does it');
}

const MEMORY = '/sys/devices/system/memory';

type Writer = (script: Script, step: Step) => readonly string[];

function text(step: Step, name: string): string | undefined {
    const value = step.args[name];
    return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
}

function target(step: Step): Place | undefined {
    return step.args['target'] as Place | undefined;
}

function writing(file: string, value: (script: Script, step: Step) => string): Writer {
    return (script, step) => {
        script.use('write');
        const need = `[ -e ${file} ] || skip_all "there is no ${file}"`;
        if (!script.setup.includes(need)) script.setup.push(need);
        const raw = text(step, 'raw');
        if (raw === '') throw new CannotMake(`step ${step.op}`, 'no command writes nothing at all: `--as c` does');
        return [`write ${file} ${raw === undefined ? `"${value(script, step)}"` : shellWord(raw)}`];
    };
}

const hexFrame = (script: Script, step: Step): string => `$(printf 0x%x "$((${script.frame(target(step))}))")`;
const hexAddress = (script: Script, step: Step): string => `$(printf 0x%x "${script.physical(target(step))}")`;
const EINJ_TYPES: Readonly<Record<string, string>> = { AO: '0x10', UE: '0x10', UCNA: '0x10', fatal: '0x20', CE: '0x8' };

const reading: Writer = (script, step) => {
    script.use('write');
    return [`err=$(LC_ALL=C dd if=${HWPOISON_FOLDER}/${text(step, 'file') ?? 'corrupt-pfn'} bs=16 count=1 2>&1 >/dev/null) && err=`];
};

/** One for each operation that the table says a shell script can make. */
export const SHELL_WRITERS: Readonly<Record<string, Writer>> = {
    'corrupt-pfn': writing(`${HWPOISON_FOLDER}/corrupt-pfn`, hexFrame),
    'unpoison-pfn': writing(`${HWPOISON_FOLDER}/unpoison-pfn`, hexFrame),
    'hard_offline_page': writing(`${MEMORY}/hard_offline_page`, hexAddress),
    'soft_offline_page': writing(`${MEMORY}/soft_offline_page`, hexAddress),
    'open-inject-file': (script, step) => {
        script.use('write');
        return [`err=$(LC_ALL=C dd if=${HWPOISON_FOLDER}/${text(step, 'file') ?? 'corrupt-pfn'} count=0 2>&1 >/dev/null) && err=`];
    },
    'read-inject-file': reading,
    'machine-check': (script, step) => {
        const type = EINJ_TYPES[text(step, 'severity') ?? 'UE'];
        if (type === undefined) throw new CannotMake('step machine-check', 'action required: a task has to make the load');
        for (const name of ['restart', 'broadcast', 'firmware', 'threshold', 'fetch']) {
            if (text(step, name) !== undefined) throw new CannotMake('step machine-check', `\`${text(step, name)}\`: registers, restart flags and broadcast are the machine's own`);
        }
        script.use('einj');
        return [`einj ${type} "${script.physical(target(step))}" 0`];
    },
    'machine-check-registers': (script, step) => {
        if (text(step, 'broadcast') !== undefined || text(step, 'ipid') !== undefined || BigInt(text(step, 'mcgStatus') ?? '5') !== 5n || (BigInt(text(step, 'status') ?? '0') & (1n << 61n)) === 0n) throw new CannotMake('step machine-check-registers', STEP_CONSTRUCTS['machine-check-registers']?.limit ?? '');
        script.use('mce_inject');
        const at = target(step) === undefined ? text(step, 'address') ?? '0' : script.physical(target(step));
        return [`mce_inject ${text(step, 'status') ?? '0'} "${at}" ${text(step, 'misc') ?? '0x8c'} ${text(step, 'cpu') ?? '0'} ${text(step, 'bank') ?? '9'}`];
    },
    'latent': (script, step) => {
        script.use('einj');
        return [`einj 0x10 "${script.physical(target(step))}" 1`];
    },
    'cec-threshold': (script, step) => {
        script.use('write', 'skip_all');
        return ['write /sys/kernel/debug/ras/cec/action_threshold 1', '[ -z "$err" ] || skip_all "the collector of corrected errors has no debug files"', `write /sys/kernel/debug/ras/cec/pfn "${hexFrame(script, step)}"`];
    },
    'drop_caches': (script) => {
        script.use('write');
        return ['write /proc/sys/vm/drop_caches 1'];
    },
    'offline-block': (script, step) => {
        script.use('set_block');
        return [`set_block "$((${script.frame(target(step))}))" offline`];
    },
    'online-block': (script, step) => {
        script.use('set_block');
        return [`set_block "$((${script.frame(target(step))}))" online`];
    },
    'kpageflags': (script, step) => {
        script.use('kpageflags');
        return [`echo "# kpageflags $(kpageflags "${script.frame(target(step))}")"`];
    },
    'hugepages': (script, step) => {
        script.use('hugepages');
        const which = text(step, 'which');
        return [which === undefined ? 'text="total=$(hugepages nr_hugepages) free=$(hugepages free_hugepages)"' : `text=$(hugepages ${which})`];
    },
    'sysctl': (script, step) => {
        script.keep(sysctlPath(text(step, 'name') ?? ''));
        script.use('write');
        return [`write ${sysctlPath(text(step, 'name') ?? '')} ${shellWord(text(step, 'value') ?? '')}`];
    },
    'filter': (script, step) => {
        script.keep(`${HWPOISON_FOLDER}/${text(step, 'name') ?? ''}`);
        script.use('write');
        return [`write ${HWPOISON_FOLDER}/${text(step, 'name') ?? ''} ${shellWord(text(step, 'value') ?? '')}`];
    },
    'run': () => [],
    'phase': () => [],
    'wait': (_, step) => [`sleep ${Number(text(step, 'duration') ?? '0') / 1e9}`],
};

function condition(script: Script, claim: Claim, step: StepTrace | undefined): string {
    wanted(`expect ${claim.kind}`, CLAIM_CONSTRUCTS[claim.kind]);
    switch (claim.kind) {
        case 'result': {
            const line = recoveryText(claim.type, claim.result, script.request.program.kernel);
            if (line === undefined) throw new CannotMake('expect result', 'a type that prints no line');
            return logged(script, line.split('*').map(shellQuote).join('*'));
        }
        case 'errno': {
            script.use('failed_with');
            const message = claim.errno === '0' ? '' : ERRNO_TEXTS[claim.errno];
            return `failed_with ${message === '' ? "''" : shellWord(message)}`;
        }
        case 'oops': return logged(script, shellQuote(claim.text ?? 'Oops'));
        case 'no-oops': return `! ${logged(script, 'Oops')}`;
        case 'dmesg': return logged(script, patternOf(claim.text));
        case 'no-dmesg': return `! ${logged(script, patternOf(claim.text))}`;
        case 'hardware-corrupted':
            script.use('hardware_corrupted');
            if (!script.setup.includes('corrupted_before=$(hardware_corrupted)')) script.setup.push('corrupted_before=$(hardware_corrupted)');
            return `[ "$(($(hardware_corrupted) - corrupted_before))" -eq ${claim.bytes / 1024} ]`;
        case 'node-counter': {
            const file = `/sys/devices/system/node/node${claim.node}/memory_failure/${claim.counter}`;
            const before = `node${claim.node}_${claim.counter}_before`;
            if (!script.setup.includes(`${before}=$(cat ${file})`)) script.setup.push(`${before}=$(cat ${file})`);
            return `[ "$(($(cat ${file}) - ${before}))" -eq ${claim.value} ]`;
        }
        case 'poisoned':
        case 'not-poisoned':
            script.use('kpageflags');
            return `[ "$(($(kpageflags "${script.frame(claim.place)}") >> 19 & 1))" -eq ${claim.kind === 'poisoned' ? 1 : 0} ]`;
        case 'text':
            if (step?.op !== 'hugepages') throw new CannotMake('expect text', 'the text of another step');
            return `[ "$text" = ${shellWord(claim.text)} ]`;
        case 'no-panic': return 'true';
        case 'no-signal':
            if (script.request.program.machine.processes.length > 0) throw new CannotMake('expect no-signal', 'it takes a process: `--as c` makes it');
            return 'true';
        case 'outcomes': {
            const any = claim.outcomes.map(({ claims }) => `{ ${claims.map((one) => condition(script, one, step)).join(' && ')}; }`).join(' || ');
            return claim.how === 'never' ? `! { ${any}; }` : any;
        }
        default: throw new CannotMake(`expect ${claim.kind}`, 'it takes a process: `--as c` makes it');
    }
}

function logged(script: Script, pattern: string): string {
    script.use('logged');
    return `logged ${/[\s"'$`]/.test(pattern) ? `"${pattern}"` : pattern}`;
}

/** Text that a pattern of the shell takes as it is, inside double quotes. */
function shellQuote(literal: string): string {
    return literal.replaceAll(/["$`\\]/g, '\\$&').replaceAll(/[*?[\]]/g, '\\\\$&');
}

function patternOf(line: string): string {
    const pattern = logPattern(line);
    return pattern === undefined ? shellQuote(line) : pattern.replaceAll(/["$`]/g, '\\$&').replaceAll('\\', '\\\\');
}

interface Wanted { readonly what: string; readonly claims: readonly Claim[]; readonly source: number }

function wantedAt(script: Script, index: number, words: string): Wanted[] {
    const { request } = script;
    const { program, trace, checks } = request;
    const own = program.expectations.filter((each) => each.step === index).flatMap((expectation: Expectation): Wanted[] => {
        if (expectation.guest !== undefined) {
            script.gap('expectation in a guest', MACHINE_CONSTRUCTS.guests.limit ?? '', expectation.source);
            return [];
        }
        if (expectation.when !== undefined && !conditionHolds(expectation.when, program)) {
            script.steps.push(`# ${request.textOf(expectation.source)}: only when ${conditionWords(expectation.when)}`);
            return [];
        }
        return [{ what: [words, request.textOf(expectation.source)].filter((each) => each !== '').join(': '), claims: expectation.claims, source: expectation.source }];
    });
    const step = trace.steps[index];
    const predicts = step !== undefined && (checks === 'predicted' || program.expectations.length === 0);
    return [...own, ...predicts ? predictedClaims(step, program).map((claims) => ({ what: `${words}: ${claims.map(({ kind }) => kind).join(' ')}, as predicted`, claims, source: step.source })) : []];
}

function writeStep(script: Script, step: Step, lines: readonly Wanted[]): void {
    if (step.guest !== undefined) throw new CannotMake('step in a guest', STEP_MODIFIERS['in-guest'].limit ?? '');
    if (!['root', 'hardware', 'none', ''].includes(step.actor)) throw new CannotMake(`step ${step.op} by ${step.actor}`, 'it takes a process: `--as c` makes it');
    wanted(`step ${step.op}`, STEP_CONSTRUCTS[step.op]);
    const write = SHELL_WRITERS[step.op];
    if (write === undefined) throw new Error(`no writer for the step ${step.op}`);
    const commands = write(script, step);
    if (step.races !== undefined && step.races.length > 0) {
        script.gap('race', STEP_MODIFIERS.race.limit ?? '', step.races[0]!.source);
        script.steps.push('# no program can hold the handler at a window: the race is not run');
    }
    for (const claim of lines.flatMap(({ claims }) => claims)) if (claim.kind === 'panic') script.steps.push(`echo ${shellWord(`# the kernel must panic now${claim.text === undefined ? '' : `: ${claim.text}`}`)}`);
    script.use('step');
    script.steps.push('begin_step', ...commands, 'end_step');
}

function writeChecks(script: Script, line: Wanted, step: StepTrace | undefined, stopped: CannotMake | undefined): void {
    const conditions: string[] = [];
    const left: string[] = stopped === undefined ? [] : [stopped.why];
    if (stopped === undefined) {
        for (const claim of line.claims) {
            if (claim.kind === 'panic') {
                conditions.push('false');
                continue;
            }
            const failed = script.attempt(claim.source, () => conditions.push(condition(script, claim, step)));
            if (failed !== undefined) left.push(failed.why);
        }
    }
    if (conditions.length > 0) {
        script.count += 1;
        script.use('tap');
        script.steps.push(conditions.filter((each, index) => each !== 'true' || (index === 0 && conditions.every((one) => one === 'true'))).join(' && '), `ok ${shellWord(line.what)}`);
    }
    if (left.length > 0) {
        script.count += 1;
        script.use('tap_skip');
        script.steps.push(`skip ${shellWord(line.what)} ${shellWord(left.join('; '))}`);
    }
}

export function shellProgram(request: ExportRequest): Reproducer {
    const script = new Script(request);
    const { program, trace } = request;
    script.use('skip_all');
    const { machine } = program;
    const set = (file: string, value: string): void => {
        script.use('setting');
        script.setup.push(`set_to ${file} ${shellWord(value)}`);
    };
    for (const [name, value] of Object.entries(machine.sysctls)) set(sysctlPath(name), String(value));
    if (machine.thp !== 'always') set('/sys/kernel/mm/transparent_hugepage/enabled', machine.thp);
    for (const pool of machine.hugetlbPools) set(`/sys/kernel/mm/hugepages/hugepages-${2 ** (pool.shift - 10)}kB/nr_hugepages`, String(pool.pageCount));
    for (const [what, list] of [['guests', program.guests ?? []], ['processes', machine.processes], ['files', machine.files], ['swaps', machine.swaps]] as const) {
        if (list.length > 0) script.gap(what, 'it takes a process: `--as c` makes it', list[0]!.source);
    }
    let stopped: CannotMake | undefined;
    program.steps.forEach((step, index) => {
        const words = request.textOf(step.source);
        if (step.op === 'phase') {
            script.steps.push('', `# --- ${String(step.args['label'])} ---`);
            return;
        }
        const lines = wantedAt(script, index, words);
        if (step.op === 'run' && lines.length === 0) return;
        script.steps.push('', `# ${words}`);
        const why = stopped ?? script.attempt(step.source, () => writeStep(script, step, lines));
        if (stopped === undefined && why !== undefined) script.steps.push(`# Cannot be made: ${why.why}. The test ends here.`);
        stopped = why;
        for (const line of lines) writeChecks(script, line, trace.steps[index], stopped);
    });
    for (const line of wantedAt(script, -1, '')) writeChecks(script, line, undefined, stopped);
    for (const [name, value] of Object.entries(machine.filters)) set(`${HWPOISON_FOLDER}/${name}`, value);
    for (const { what, source } of program.notModelled) script.gap('not modelled', what, source);
    return { text: scriptText(script), gaps: script.gaps };
}

function scriptText(script: Script): string {
    const { program, origin, variant } = script.request;
    const head = [
        `${program.title}${variant === '' ? '' : ` (${variant})`}`, '',
        `From ${origin}, by hwp export; the expectations are those of Linux ${kernelWords(program.kernel)}.`, '',
        'It injects memory errors: run it as root, in a machine that may be lost, and that nothing else uses meanwhile. Pages stay poisoned until the machine boots again.',
        ...requirements(program).map((each) => `Needs ${each}.`),
        ...script.gaps.length === 0 ? [] : ['', 'Not made here:', ...script.gaps.map(({ construct, why }) => `- ${construct}: ${why}`)],
    ];
    const { version } = program.kernel;
    const pageBytes = 2 ** program.pageShift;
    return [
        `#!/bin/sh\n# SPDX-License-Identifier: GPL-2.0 OR MIT\n#\n${wrapped(plainLines(head.join('\n')), 76).map((line) => `# ${line}`.trimEnd()).join('\n')}\n`,
        'exec 3>&1\npage_size=$(getconf PAGESIZE 2>/dev/null || echo 4096)\n',
        ...script.helperTexts().map((each) => `${each}\n`),
        [
            `[ "$page_size" -eq ${pageBytes} ] || skip_all "the scenario is for pages of ${pageBytes / 1024} KiB"`,
            `case $(uname -r) in ${version}.*) ;; *) echo "# expectations are for Linux ${version}, this is $(uname -r)" ;; esac`,
            ...script.setup, '', `echo "TAP version 13"\necho 1..${script.count}`, ...script.steps, '', ...script.count === 0 ? ['exit 0'] : ['exit "$failed"'],
        ].join('\n').replaceAll(/\n{3,}/g, '\n\n') + '\n',
    ].join('\n');
}



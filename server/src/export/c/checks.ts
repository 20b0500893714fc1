/** Claims as C conditions over what a step left. */
import type { Claim } from '../../simulator/program.js';
import type { SignalEvent, StepTrace } from '../../simulator/trace.js';
import { SIGNAL_CODES } from '../../vocabulary/signals.js';
import { CLAIM_CONSTRUCTS } from '../constructs/claims.js';
import { logPattern, recoveryText } from '../log-texts.js';
import { address, frame } from './places.js';
import { CannotMake, wanted, type CSource } from './source.js';
import { character, quoted } from './text.js';

/** A condition; `panic` is one that only the console can show. */
export type Check = { readonly condition: string } | { readonly panic: string };

const TEXT_STEPS: ReadonlySet<string> = new Set(['mincore', 'move_pages', 'pagemap', 'hugepages']);

/** @param step the step that the claim stands under; undefined for the end of the scenario */
export function check(c: CSource, claim: Claim, step: StepTrace | undefined): Check {
    wanted(`expect ${claim.kind}`, CLAIM_CONSTRUCTS[claim.kind]);
    switch (claim.kind) {
        case 'panic': return { panic: claim.text ?? '' };
        case 'outcomes': {
            const each = claim.outcomes.map(({ claims }) => conjunction(claims.map((one) => condition(c, one, step))));
            const any = each.map((one) => `(${one})`).join(' ||\n\t   ');
            return { condition: claim.how === 'never' ? `!(${any})` : any };
        }
        default: return { condition: condition(c, claim, step) };
    }
}

export function conjunction(conditions: readonly string[]): string {
    return conditions.filter((each) => each !== '1').join(' &&\n\t   ') || '1';
}

function condition(c: CSource, claim: Claim, step: StepTrace | undefined): string {
    wanted(`expect ${claim.kind}`, CLAIM_CONSTRUCTS[claim.kind]);
    c.use('shared');
    switch (claim.kind) {
        case 'result': return result(c, claim);
        case 'errno':
            c.includes.add('errno.h');
            return `sh->err == ${claim.errno === '0' ? '0' : errnoName(c, claim.errno)}`;
        case 'signal': return signal(c, claim, step);
        case 'no-signal': return noSignal(c, claim.to);
        case 'killed':
            c.use('killed_by');
            return `killed_by(${taskOf(c, claim.process)}, SIGBUS)`;
        case 'survives':
            c.use('survives');
            return `survives(${taskOf(c, claim.process)})`;
        case 'exit-status':
            c.use('exited');
            return `exited(${taskOf(c, claim.process)}, ${claim.status})`;
        case 'oops': return logged(c, claim.text ?? 'Oops');
        case 'no-panic': return '1';
        case 'no-oops': return `!${logged(c, 'Oops')}`;
        case 'dmesg': return logged(c, claim.text);
        case 'no-dmesg': return `!${logged(c, claim.text)}`;
        case 'hardware-corrupted':
            c.use('hardware_corrupted');
            return `hardware_corrupted() - corrupted_before == ${claim.bytes / 1024}`;
        case 'node-counter': {
            const path = `/sys/devices/system/node/node${claim.node}/memory_failure/${claim.counter}`;
            c.use('node_counter');
            const before = c.named('', `node${claim.node}_${claim.counter}_before`);
            if (!c.globals.has(`static long ${before};`)) {
                c.globals.add(`static long ${before};`);
                c.setup.push(`\t${before} = node_counter(${quoted(path)});`);
            }
            return `node_counter(${quoted(path)}) - ${before} == ${claim.value}`;
        }
        case 'poisoned':
        case 'not-poisoned':
            c.use('kpageflags');
            c.kpf.add('HWPOISON');
            return `${claim.kind === 'poisoned' ? '!!' : '!'}(kpageflags(${frame(c, claim.place)}) & KPF_HWPOISON)`;
        case 'value':
            c.field('int', 'value');
            return `sh->value == ${character(claim.value[0] ?? '\0')}`;
        case 'returns': return `sh->ret == ${claim.value}`;
        case 'text':
            if (step === undefined || !TEXT_STEPS.has(step.op)) throw new CannotMake('expect text', 'the text of another step');
            c.includes.add('string.h');
            return `!strcmp(sh->text, ${quoted(claim.text)})`;
        case 'panic':
        case 'contents':
        case 'outcomes':
        case 'not-modelled':
            throw new CannotMake(`expect ${claim.kind}`, CLAIM_CONSTRUCTS[claim.kind].limit ?? 'only the console shows it');
    }
}

function errnoName(c: CSource, name: string): string {
    if (name === 'EHWPOISON') c.defines.add('#ifndef EHWPOISON\n#define EHWPOISON\t133\n#endif');
    return name;
}

function taskOf(c: CSource, name: string): string {
    const task = c.task(name);
    if (task === undefined) throw new CannotMake('expect', `there is no process ${name}`);
    return task.constant;
}

function result(c: CSource, claim: Claim & { kind: 'result' }): string {
    const text = recoveryText(claim.type, claim.result, c.program.kernel);
    if (text === undefined) throw new CannotMake('expect result', 'a type that prints no line');
    if (text.includes('*')) {
        c.use('logged_like');
        return `logged_like(${quoted(`*${text}`)})`;
    }
    c.use('logged');
    return `logged(${quoted(text)})`;
}

function logged(c: CSource, text: string): string {
    const pattern = logPattern(text);
    if (pattern === undefined) {
        c.use('logged');
        return `logged(${quoted(text)})`;
    }
    c.use('logged_like');
    return `logged_like(${quoted(`*${pattern}*`)})`;
}

/** First and last of the tasks that a claim speaks of: those of a process, or one thread, or all. */
function range(c: CSource, to: string | undefined): readonly [string, string] | undefined {
    if (c.tasks.length === 0) return undefined;
    if (to === undefined) return ['0', 'NR_TASKS - 1'];
    if (to.includes('.')) {
        const one = taskOf(c, to);
        return [one, one];
    }
    const tasks = c.tasksOf(to);
    if (tasks.length === 0) throw new CannotMake('expect', `there is no process ${to}`);
    return [tasks[0]!.constant, tasks.at(-1)!.constant];
}

function matches(claim: Claim & { kind: 'signal' }, event: SignalEvent): boolean {
    const main = event.task.includes('.') ? event.task : `${event.task}.main`;
    return event.signal === claim.signal && (claim.code === undefined || claim.code === event.code) && (claim.to === undefined || main === claim.to || event.task === claim.to || event.task.startsWith(`${claim.to}.`));
}

function signal(c: CSource, claim: Claim & { kind: 'signal' }, step: StepTrace | undefined): string {
    if (step === undefined) throw new CannotMake('expect signal', 'a signal of the whole scenario: signals are kept by step');
    const tasks = range(c, claim.to);
    if (tasks === undefined) throw new CannotMake('expect signal', 'there is no process');
    const sent = step.events.find((event): event is SignalEvent => event.t === 'signal' && matches(claim, event));
    if (sent !== undefined && (sent.fate === 'ignored' || sent.fate === 'pending')) throw new CannotMake('expect signal', 'a signal that is ignored or pending does not show');
    if (sent?.fate === 'killed') {
        // There is no handler that could look at the rest.
        c.use('killed_by');
        return `killed_by(${taskOf(c, sent.task)}, ${claim.signal})`;
    }
    if (claim.signal !== 'SIGBUS' && claim.signal !== 'SIGSEGV') throw new CannotMake('expect signal', `${claim.signal} has no handler in the program`);
    c.use('caught');
    c.includes.add('signal.h');
    const at = claim.at === undefined || claim.at.kind === 'pfn' || claim.at.kind === 'phys' || claim.at.kind === 'region' || claim.at.kind === 'file' ? 'ANYWHERE' : pageAddress(c, claim);
    const code = claim.code === undefined ? 'ANY' : claim.code in SIGNAL_CODES ? claim.code : 'ANY';
    const count = `caught(${tasks[0]}, ${tasks[1]}, ${claim.signal}, ${code}, ${at}, ${claim.addressLsbBits ?? 'ANY'})`;
    return claim.count === undefined ? count : `${count} == ${claim.count}`;
}

function pageAddress(c: CSource, claim: Claim & { kind: 'signal' }): string {
    const at = claim.at!;
    return address(c, 'byteOffset' in at ? { ...at, byteOffset: 0 } : at);
}

function noSignal(c: CSource, to: string | undefined): string {
    const tasks = range(c, to);
    if (tasks === undefined) return '1';
    c.use('caught');
    const quiet = `!caught(${tasks[0]}, ${tasks[1]}, ANY, ANY, ANYWHERE, ANY)`;
    const process = to === undefined ? undefined : c.program.machine.processes.find(({ name }) => name === to.split('.')[0]);
    if (process?.sigbus !== 'default') return quiet;
    c.use('survives');
    return `${quiet} && survives(${taskOf(c, process.name)})`;
}

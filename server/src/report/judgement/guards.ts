/** Evaluates `when` conditions against the machine that a program describes. */
import { INJECT_FILTERS, type InjectFilterName } from '../../vocabulary/inject-files.js';
import { compareKernels, releaseOf } from '../../vocabulary/kernels.js';
import { SYSCTLS, type Sysctl } from '../../vocabulary/sysctls.js';
import type { Condition, Guard, Program } from '../../simulator/program.js';
import { bytesWords } from '../step/wording.js';

/** Whether a `when` condition holds for the program: its kernel as written, its declared sysctls, arch, configuration, proposals. */
export function conditionHolds(condition: Condition, program: Program): boolean {
    switch (condition.kind) {
        case 'and': return conditionHolds(condition.left, program) && conditionHolds(condition.right, program);
        case 'or': return conditionHolds(condition.left, program) || conditionHolds(condition.right, program);
        case 'not': return !conditionHolds(condition.operand, program);
        case 'compare': return compareHolds(condition, program);
    }
}

/** A condition as the text would write it. */
export function conditionWords(condition: Condition): string {
    switch (condition.kind) {
        case 'and': return `${conditionWords(condition.left)} and ${conditionWords(condition.right)}`;
        case 'or': return `(${conditionWords(condition.left)} or ${conditionWords(condition.right)})`;
        case 'not': return `not ${conditionWords(condition.operand)}`;
        case 'compare': return [condition.subject, condition.name, condition.operator, valueText(condition)].filter((word) => word !== undefined).join(' ');
    }
}

function valueText({ subject, value }: Guard): string {
    return subject === 'page size' ? bytesWords(Number(value)) : subject === 'prctl' ? `PR_MCE_KILL_${value.toUpperCase()}` : value;
}

type Order = (left: string, right: string) => number;

/** The values of a subject: equality asks for any of them. */
const SUBJECTS: Readonly<Record<string, { readonly values: (guard: Guard, program: Program) => readonly string[]; readonly order: Order }>> = {
    kernel: { values: (_guard, program) => [releaseOf(program.kernel.written)], order: compareKernels },
    sysctl: { values: (guard, program) => [sysctlValue(guard.name ?? '', program)], order: compareNumbers },
    arch: { values: (_guard, program) => [program.arch], order: compareText },
    'page size': { values: (_guard, program) => [String(2 ** program.pageShift)], order: compareNumbers },
    thp: { values: (_guard, program) => [program.machine.thp], order: compareText },
    filter: { values: (guard, program) => [program.machine.filters[guard.name ?? ''] ?? INJECT_FILTERS[guard.name as InjectFilterName]?.default ?? ''], order: compareIntegers },
    prctl: { values: (guard, program) => policiesOf(guard.name, program), order: compareText },
    config: { values: (guard, program) => [program.machine.config[guard.name ?? ''] ?? ''], order: compareText },
    proposal: { values: (_guard, program) => program.kernel.proposals, order: compareText },
};

function compareHolds(guard: Guard, program: Program): boolean {
    const subject = SUBJECTS[guard.subject];
    if (subject === undefined) {
        return false;
    }
    const values = subject.values(guard, program);
    if (guard.operator === '!=') {
        return values.every((value) => subject.order(value, guard.value) !== 0);
    }
    return values.some((value) => ORDERS[guard.operator](subject.order(value, guard.value)));
}

const ORDERS: Readonly<Record<Guard['operator'], (order: number) => boolean>> = {
    '<': (order) => order < 0,
    '<=': (order) => order <= 0,
    '=': (order) => order === 0,
    '!=': (order) => order !== 0,
    '>=': (order) => order >= 0,
    '>': (order) => order > 0,
};

function compareNumbers(left: string, right: string): number {
    return Number(left) - Number(right);
}

/** Filters are numbers of up to 64 bits. */
function compareIntegers(left: string, right: string): number {
    const [one, other] = [BigInt(left === '' ? 0 : left), BigInt(right)];
    return one < other ? -1 : one > other ? 1 : 0;
}

/** The declared policies of the task of that name, or of all tasks. */
function policiesOf(name: string | undefined, { machine }: Program): string[] {
    const wanted = name?.replace(/\.main$/, '');
    return machine.processes.flatMap((process) => process.threads
        .filter((thread) => wanted === undefined || wanted === (thread.name === '' ? process.name : `${process.name}.${thread.name}`)).map(({ policy }) => policy));
}

function compareText(left: string, right: string): number {
    return left < right ? -1 : left > right ? 1 : 0;
}

function sysctlValue(name: string, program: Program): string {
    const value = program.machine.sysctls[name] ?? (SYSCTLS as Readonly<Record<string, Sysctl>>)[name]?.default;
    return value === undefined ? '' : String(value);
}

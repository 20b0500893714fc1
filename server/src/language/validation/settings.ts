/** Sysctls, filters, options and CPUs against the kernel and the machine that is chosen. */
import type { AstNode } from 'langium';
import { CONFIG_OPTIONS, type ConfigOption } from '../../vocabulary/config-options.js';
import { BOOT_OPTIONS, type BootOption } from '../../vocabulary/boot-options.js';
import { INJECT_FILTERS, type InjectFilter } from '../../vocabulary/inject-files.js';
import { SYSCTLS, type Sysctl, type SysctlName } from '../../vocabulary/sysctls.js';
import type { Context } from '../lowering/context.js';
import type { Timeline } from '../lowering/step/steps.js';
import { ONLY_ON } from '../../vocabulary/only-on.js';
import { kernelsAfterSteps, mustBeOnKernel } from './kernel-words.js';
import { lineOf } from './names.js';
import { stepNodes } from './step-nodes.js';

export function sysctlMustExistOnKernel(context: Context, timeline: Timeline): void {
    for (const [name, { value, node }] of context.facts.sysctls) {
        if (node !== undefined) {
            const row: Sysctl = SYSCTLS[name as SysctlName];
            mustBeOnKernel(`\`${name}\``, row, 'sysctl/not-on-kernel', node, context);
            if (value < row.min || value > row.max) {
                context.issues.report('sysctl/out-of-range', node, `\`${name}\` takes ${row.min} ${row.max === row.min + 1 ? 'or' : 'to'} ${row.max}: the kernel refuses ${value} and keeps ${row.default}.`, { data: { values: [String(row.max === 1 ? 1 : row.default)] } });
            }
        }
    }
    // Writing a value out of range is a test of its own: the step returns EINVAL.
    for (const { name, node, kernels } of writes('sysctl', context, timeline)) {
        mustBeOnKernel(`\`${name}\``, SYSCTLS[name as SysctlName], 'sysctl/not-on-kernel', node, context, kernels);
    }
}

export function filterMustExistOnKernel(context: Context, timeline: Timeline): void {
    const { facts, issues } = context;
    const declared = [...facts.filters].flatMap(([name, { node }]) => node === undefined ? [] : [{ name, node, kernels: facts.kernels }]);
    for (const { name, node, kernels } of [...declared, ...writes('filter', context, timeline)]) {
        if (facts.config.get('HWPOISON_INJECT')?.value === 'n') {
            issues.report('filter/not-on-kernel', node, `The kernel is built without CONFIG_HWPOISON_INJECT: there is no \`${name}\`. Remove this line or the \`config\` line.`);
        } else {
            const row: InjectFilter = INJECT_FILTERS[name as keyof typeof INJECT_FILTERS];
            mustBeOnKernel(`\`${name}\``, row, 'filter/not-on-kernel', node, context, kernels);
        }
    }
}

export function optionMustExistOnKernel(context: Context): void {
    for (const [name, { node }] of context.facts.config) {
        if (node !== undefined) {
            const row: ConfigOption = CONFIG_OPTIONS[name as keyof typeof CONFIG_OPTIONS];
            mustBeOnKernel(row.bootParameter === true ? `\`${name}\`` : `\`CONFIG_${name}\``, row, 'config/not-on-kernel', node, context);
        }
    }
}

/** The steps that write a sysctl or a filter file, and the kernels that run then. */
function writes(op: 'sysctl' | 'filter', context: Context, timeline: Timeline): { readonly name: string; readonly node: AstNode; readonly kernels: Context['facts']['kernels'] }[] {
    const kernelsAfter = kernelsAfterSteps(context, timeline);
    return stepNodes(context, timeline).flatMap(({ step, index, node }) => {
        const { name } = step.args;
        return step.op === op && typeof name === 'string' ? [{ name, node, kernels: kernelsAfter(index) }] : [];
    });
}

export function stepMustExistOnArchitecture(context: Context, timeline: Timeline): void {
    const { arch, firmware } = context.facts;
    for (const { step, node } of stepNodes(context, timeline)) {
        for (const { arch: needed, operation, parameters, orFirmwareFirst, mend } of ONLY_ON) {
            if (orFirmwareFirst === true && firmware.value === 'first') {
                continue;
            }
            const given = parameters?.flatMap((name) => step.args[name] === undefined ? [] : [`\`${String(step.args[name])}\``]) ?? [`\`${step.op}\``];
            if (arch.value !== needed && step.op === operation && given.length > 0) {
                context.issues.report('step/not-on-arch', node, `${given.join(', ')}: there is no such thing on ${arch.value}. ${mend}`);
            }
        }
    }
}

export function machineCheckMustHitACpu(context: Context, timeline: Timeline): void {
    const { cpus } = context.facts;
    for (const { step, node } of stepNodes(context, timeline)) {
        const { cpu } = step.args;
        if (typeof cpu === 'number' && cpu >= cpus.value && step.op !== 'run') {
            context.issues.report('machine/no-such-cpu', node, `The machine has ${cpus.value === 1 ? 'one CPU, 0' : `${cpus.value} CPUs, 0 to ${cpus.value - 1}`}; there is no CPU ${cpu}. Add \`cpus ${cpu + 1}\`.`, { data: { settings: [`cpus ${cpu + 1}`] } });
        }
    }
}

/** A CPU runs one task, and a thread runs on one CPU. */
export function runningTasksMustBePossible({ facts, issues }: Context): void {
    facts.running.forEach(({ spec, node }, index) => {
        const before = facts.running.slice(0, index).filter((other) => other.node.$container?.$container === node.$container?.$container);
        const sameCpu = before.find((other) => other.spec.cpu === spec.cpu);
        const sameTask = before.find((other) => other.spec.task === spec.task);
        if (sameCpu !== undefined) {
            issues.report('setting/repeated', node, `What CPU ${spec.cpu} runs is said twice: line ${lineOf(sameCpu.node)} says it already. Remove one.`);
        } else if (sameTask !== undefined) {
            issues.report('setting/repeated', node, `\`${spec.task}\` runs on CPU ${sameTask.spec.cpu} (line ${lineOf(sameTask.node)}), and a thread runs on one CPU at a time. Remove one, or name another thread.`);
        }
    });
}

/** Options, kinds of memory and settings that only x86 has. */
const X86_OPTIONS: readonly string[] = ['X86_MCE', 'X86_SGX', 'RAS_CEC'];

export function machineMustExistOnArchitecture({ facts, issues }: Context): void {
    if (facts.arch.value === 'x86-64') {
        return;
    }
    const report = (node: AstNode, what: string): void => issues.report('machine/not-on-arch', node, `${what} is x86's: ${facts.arch.value} has none. Remove the line, or write \`arch x86-64\`.`);
    for (const [name, node] of facts.boot) {
        const row: BootOption = BOOT_OPTIONS[name];
        if (row.arch === 'x86-64') {
            report(node, `\`${name}\``);
        }
    }
    if (facts.firmware.node !== undefined && facts.firmware.value === 'native') {
        report(facts.firmware.node, '`firmware native`');
    }
    if (facts.vendor.node !== undefined) {
        report(facts.vendor.node, '`vendor`');
    }
    for (const name of X86_OPTIONS) {
        const node = facts.config.get(name)?.node;
        if (node !== undefined) {
            report(node, `\`CONFIG_${name}\``);
        }
    }
    for (const { spec, node } of facts.regions) {
        if (spec.kind === 'sgx') {
            report(node, 'SGX');
        }
    }
}

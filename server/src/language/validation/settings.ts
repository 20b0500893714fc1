/** Sysctls, filters, options and CPUs against the kernel and the machine that is chosen. */
import type { AstNode } from 'langium';
import { CONFIG_OPTIONS, type ConfigOption } from '../../vocabulary/config-options.js';
import { INJECT_FILTERS, type InjectFilter } from '../../vocabulary/inject-files.js';
import { SYSCTLS, type Sysctl, type SysctlName } from '../../vocabulary/sysctls.js';
import type { Context } from '../lowering/context.js';
import type { Timeline } from '../lowering/steps.js';
import { ONLY_ON } from '../../vocabulary/only-on.js';
import { kernelsAfterSteps, mustBeOnKernel } from './kernel-words.js';
import { stepNodes } from './step-nodes.js';

export function sysctlMustExistOnKernel(context: Context, timeline: Timeline): void {
    for (const [name, { value, node }] of context.facts.sysctls) {
        if (node !== undefined) {
            const row: Sysctl = SYSCTLS[name as SysctlName];
            mustBeOnKernel(`\`${name}\``, row, 'sysctl/not-on-kernel', node, context);
            if (value < row.min || value > row.max) {
                context.issues.report('sysctl/out-of-range', node, `\`${name}\` takes ${row.min} ${row.max === row.min + 1 ? 'or' : 'to'} ${row.max}: the kernel refuses ${value} and keeps ${row.default}.`);
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
    const { arch } = context.facts;
    for (const { step, node } of stepNodes(context, timeline)) {
        for (const { arch: needed, operation, parameters, mend } of ONLY_ON) {
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
            context.issues.report('machine/no-such-cpu', node, `The machine has ${cpus.value === 1 ? 'one CPU, 0' : `${cpus.value} CPUs, 0 to ${cpus.value - 1}`}; there is no CPU ${cpu}. Add \`cpus ${cpu + 1}\`.`);
        }
    }
}

/** Sysctls, filters, options and CPUs against the kernel and the machine that is chosen. */
import type { AstNode } from 'langium';
import type { ArchitectureName } from '../../vocabulary/architectures.js';
import { CONFIG_OPTIONS, type ConfigOption } from '../../vocabulary/config-options.js';
import { INJECT_FILTERS, type InjectFilter } from '../../vocabulary/inject-files.js';
import { SYSCTLS, type Sysctl, type SysctlName } from '../../vocabulary/sysctls.js';
import type { Context } from '../lowering/context.js';
import type { Timeline } from '../lowering/steps.js';
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

interface Belongs {
    readonly arch: ArchitectureName;
    /** Steps, and the arguments of theirs that only this architecture has; without arguments the whole step. */
    readonly steps: readonly string[];
    readonly args?: readonly string[];
    readonly mend: string;
}

/** What only one architecture has. */
const BELONGS: readonly Belongs[] = [
    { arch: 'x86-64', steps: ['machine-check-registers'], mend: 'On arm64 firmware reports the error: write `machine-check UE at PLACE`, or `AR` where a CPU consumed it.' },
    { arch: 'x86-64', steps: ['cec-threshold'], mend: 'The collector of corrected errors is x86\'s. On arm64 firmware counts them: write `machine-check CE at PLACE threshold`.' },
    { arch: 'x86-64', steps: ['machine-check'], args: ['broadcast', 'restart'], mend: 'It says what MCG_STATUS holds, which arm64 does not have. Leave it out.' },
    { arch: 'arm64', steps: ['machine-check'], args: ['threshold'], mend: 'On x86-64 the kernel counts corrected errors by itself: write `cec-threshold PLACE`.' },
    { arch: 'arm64', steps: ['machine-check'], args: ['firmware'], mend: 'On x86-64 no firmware is asked for a machine check. Leave it out.' },
];

export function stepMustExistOnArchitecture(context: Context, timeline: Timeline): void {
    const { arch } = context.facts;
    for (const { step, node } of stepNodes(context, timeline)) {
        for (const { arch: needed, steps, args, mend } of BELONGS) {
            const given = args?.flatMap((name) => step.args[name] === undefined ? [] : [`\`${String(step.args[name])}\``]) ?? [`\`${step.op}\``];
            if (arch.value !== needed && steps.includes(step.op) && given.length > 0) {
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

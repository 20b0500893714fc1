/** Sysctls, filters and CPUs against the kernel and the machine that is chosen. */
import type { AstNode } from 'langium';
import type { ArchitectureName } from '../../vocabulary/architectures.js';
import { compareKernels } from '../../vocabulary/kernels.js';
import { SYSCTLS, type Sysctl, type SysctlName } from '../../vocabulary/sysctls.js';
import type { Context } from '../lowering/context.js';
import type { Timeline } from '../lowering/steps.js';
import { stepNodes } from './step-nodes.js';

export function sysctlMustExistOnKernel(context: Context, timeline: Timeline): void {
    for (const [name, { value, node }] of context.facts.sysctls) {
        if (node !== undefined) {
            checkSysctl(name, value, node, true, context);
        }
    }
    for (const { step, node } of stepNodes(context, timeline)) {
        if (step.op === 'sysctl' && typeof step.args['name'] === 'string' && typeof step.args['value'] === 'number') {
            // Writing a value out of range is a test of its own: the step returns EINVAL.
            checkSysctl(step.args['name'], step.args['value'], node, false, context);
        }
    }
}

function checkSysctl(name: string, value: number, node: AstNode, atBoot: boolean, { facts, issues }: Context): void {
    const row: Sysctl = SYSCTLS[name as SysctlName];
    const kernel = facts.kernel.value;
    const variedKernel = facts.kernel.node?.$type === 'Vary';
    const exists = compareKernels(kernel.version, row.since) >= 0 || row.proposals?.some((proposal) => kernel.proposals.includes(proposal)) === true;
    if (!exists && !variedKernel) {
        const proposals = row.proposals === undefined ? '' : `, or 7.0 with ${row.proposals[row.proposals.length - 1]}`;
        issues.report('sysctl/not-on-kernel', node, `Linux ${kernel.written} has no \`${name}\`; the first that has it is ${row.since}${proposals}. Remove the line, or choose another kernel.`,
            { data: { suggestions: [`kernel ${row.since}`] } });
    }
    if (atBoot && (value < row.min || value > row.max)) {
        issues.report('sysctl/out-of-range', node, `\`${name}\` takes ${row.min} to ${row.max}: the kernel refuses ${value} and keeps ${row.default}.`);
    }
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
    if (arch.node?.$type === 'Vary') {
        return;
    }
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
            context.issues.report('machine/no-such-cpu', node, `The machine has ${cpus.value} CPUs, 0 to ${cpus.value - 1}; there is no CPU ${cpu}. Add \`cpus ${cpu + 1}\`.`);
        }
    }
}

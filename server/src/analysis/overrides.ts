/** Runs scenarios on another kernel or with other sysctls than they say. */
import { isAvailable } from '../vocabulary/availability.js';
import { KERNELS, resolveKernel } from '../vocabulary/kernels.js';
import { nearestWords } from '../vocabulary/nearest.js';
import { SYSCTLS, type Sysctl } from '../vocabulary/sysctls.js';
import { variantWords, type VariedValue } from '../vocabulary/vary.js';
import type { LeftOutVariant } from '../report/judgement/scenario-report.js';
import type { KernelChoice, Program } from '../simulator/program.js';

export interface Overrides {
    /** Replaces the kernel of every scenario, its proposals included. */
    readonly kernel?: KernelChoice;
    /** Replaces (or adds) sysctls at the start of every scenario. */
    readonly sysctls?: Readonly<Record<string, number>>;
}

/** A value, or why there is none. */
export type Parsed<Value> = { readonly value: Value } | { readonly error: string };

const TABLE: Readonly<Record<string, Sysctl>> = SYSCTLS;

/** Reads `7.3` or `6.12.107`. */
export function parseKernel(written: string): Parsed<KernelChoice> {
    const resolved = resolveKernel(written);
    if ('error' in resolved) {
        return {
            error: resolved.error === 'malformed'
                ? `"${written}" is no kernel version: write two or three numbers, like 6.12 or 6.12.107`
                : `Linux ${written} is too old: nobody has recorded or read a kernel before ${KERNELS[0]?.version}`,
        };
    }
    return { value: { written, version: resolved.version, proposals: [] } };
}

/** Reads `vm.memory_failure_early_kill=1`. */
export function parseSysctl(assignment: string): Parsed<{ readonly name: string; readonly value: number }> {
    const match = /^\s*([^=\s]+)\s*=\s*(-?\d+)\s*$/.exec(assignment);
    if (match === null) {
        return { error: `"${assignment}" is no assignment: write NAME=VALUE with a whole number, like vm.memory_failure_early_kill=1` };
    }
    const [, name = '', value = ''] = match;
    const sysctl = Object.hasOwn(TABLE, name) ? TABLE[name] : undefined;
    if (sysctl === undefined) {
        return { error: `There is no sysctl "${name}" here${didYouMean(name)}` };
    }
    return Number(value) < sysctl.min || Number(value) > sysctl.max
        ? { error: `${name} takes ${sysctl.min} ${sysctl.max === sysctl.min + 1 ? 'or' : 'to'} ${sysctl.max}, not ${value}` }
        : { value: { name, value: Number(value) } };
}

/** Reads what programs and launch configurations say: a version, and sysctls by name. */
export function parseOverrides({ kernel, sysctls = {} }: { readonly kernel?: string; readonly sysctls?: Readonly<Record<string, number>> }): Parsed<Overrides> {
    const choice = kernel === undefined ? undefined : parseKernel(kernel);
    if (choice !== undefined && 'error' in choice) {
        return choice;
    }
    const values: Record<string, number> = {};
    for (const [name, value] of Object.entries(sysctls)) {
        const parsed = parseSysctl(`${name}=${value}`);
        if ('error' in parsed) {
            return parsed;
        }
        values[parsed.value.name] = parsed.value.value;
    }
    return { value: { ...(choice === undefined ? {} : { kernel: choice.value }), ...(Object.keys(values).length === 0 ? {} : { sysctls: values }) } };
}

function didYouMean(name: string): string {
    const [nearest] = nearestWords(name, Object.keys(TABLE));
    return nearest === undefined ? `: there are ${Object.keys(TABLE).join(', ')}` : `: did you mean ${nearest}?`;
}

/** The program with the overrides applied, or why it cannot have them. */
export function applyOverrides(program: Program, overrides: Overrides): Parsed<Program> {
    if (overrides.kernel === undefined && overrides.sysctls === undefined) {
        return { value: program };
    }
    const kernel = overrides.kernel ?? program.kernel;
    const missing = Object.keys(overrides.sysctls ?? {}).find((name) => !kernelHas(kernel, name));
    if (missing !== undefined) {
        return { error: `Kernel ${kernel.written} has no sysctl ${missing}: it cannot be set from outside either.` };
    }
    return { value: { ...program, kernel, machine: { ...program.machine, sysctls: { ...program.machine.sysctls, ...overrides.sysctls } } } };
}

interface Variants {
    readonly variants: readonly { readonly values: readonly VariedValue[]; readonly program: Program }[];
    readonly leftOut: readonly LeftOutVariant[];
}

/**
 * The variants with the overrides applied, or why none can have them. A sysctl that is overridden no longer varies:
 * variants that differed in nothing else become one.
 */
export function overrideVariants({ variants, leftOut }: Variants, overrides: Overrides): Parsed<Variants> {
    const isOverridden = ({ subject, name }: VariedValue): boolean => subject === 'sysctl' && Object.hasOwn(overrides.sysctls ?? {}, name ?? '');
    const remaining = (values: readonly VariedValue[]): VariedValue[] => values.filter((value) => !isOverridden(value));
    const known = new Map<string, Variants['variants'][number]>();
    const refused = new Map<string, LeftOutVariant>();
    for (const variant of variants) {
        const values = remaining(variant.values);
        const key = variantWords(values);
        const program = applyOverrides(variant.program, overrides);
        if ('error' in program) {
            refused.set(key, { values, reason: program.error });
        } else if (!known.has(key)) {
            known.set(key, { values, program: program.value });
        }
    }
    for (const { values, reason } of leftOut) {
        refused.set(variantWords(remaining(values)), { values: remaining(values), reason });
    }
    const [first] = refused.values();
    return known.size === 0 && first !== undefined ? { error: first.reason } : {
        value: { variants: [...known.values()], leftOut: [...refused].filter(([key]) => !known.has(key)).map(([, each]) => each) },
    };
}

function kernelHas(kernel: KernelChoice, name: string): boolean {
    const sysctl = Object.hasOwn(TABLE, name) ? TABLE[name] : undefined;
    return sysctl !== undefined && isAvailable(sysctl, kernel);
}

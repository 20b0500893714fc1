import type { Overrides } from '../analysis/overrides.js';

/** `--kernel` and `--sysctl`. */
export interface OverrideOptions {
    readonly kernel?: NonNullable<Overrides['kernel']>;
    readonly sysctl?: NonNullable<Overrides['sysctls']>;
}

export function overridesOf({ kernel, sysctl = {} }: OverrideOptions): Overrides {
    return { sysctls: sysctl, ...(kernel === undefined ? {} : { kernel }) };
}

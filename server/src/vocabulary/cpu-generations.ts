/**
 * Generations of x86 servers, and how their machines report errors where a scenario does not say. By Intel's and AMD's
 * manuals: only recoverable consumption (SRAR) can be delivered to one CPU; everything else that Intel signals by an
 * exception goes to all. AMD's exceptions are always local, and what nobody has consumed is a deferred error.
 */
export type CpuVendor = 'intel' | 'amd';
/** all: an exception on every CPU. one: an exception on the CPU that met the error. poll: no exception (CMCI, deferred or threshold interrupt, polling). */
export type Delivery = 'all' | 'one' | 'poll';

export interface CpuGeneration {
    readonly vendor: CpuVendor;
    /** Consumed by a load or a fetch. */
    readonly actionRequired: Delivery;
    /** Found by the scrubber or when a cache was written back. */
    readonly actionOptional: Delivery;
    /** The processor's context is corrupt. */
    readonly fatal: Delivery;
    /** Without software error recovery (MCG_CAP.SER_P): S and AR say nothing, and nothing that is uncorrected is recovered from. */
    readonly unrecoverable?: true;
    /** Fast string copies can consume the line behind what they copy (quirk_skylake_repmov()). */
    readonly repMovErratum?: true;
    readonly doc: string;
}

const ROWS = {
    core2: { vendor: 'intel', actionRequired: 'all', actionOptional: 'all', fatal: 'all', unrecoverable: true, doc: 'Before Nehalem-EX: no software error recovery. An uncorrected error ends the machine where the kernel met it, and is only logged elsewhere.' },
    haswell: { vendor: 'intel', actionRequired: 'all', actionOptional: 'all', fatal: 'all', doc: 'Xeon up to Broadwell: no local machine checks, every exception reaches every CPU.' },
    skylake: { vendor: 'intel', actionRequired: 'one', actionOptional: 'all', fatal: 'all', repMovErratum: true, doc: 'Skylake-SP and Cascade Lake: consumed errors are local (MCG_STATUS.LMCES), the rest reaches every CPU.' },
    icelake: { vendor: 'intel', actionRequired: 'one', actionOptional: 'poll', fatal: 'all', doc: 'Ice Lake-SP and later: consumed errors are local, the scrubber reports by CMCI (S clear).' },
    zen: { vendor: 'amd', actionRequired: 'one', actionOptional: 'poll', fatal: 'one', doc: 'EPYC with scalable MCA: exceptions are local, errors that nobody consumed are deferred and come by their own interrupt.' },
} as const satisfies Record<string, CpuGeneration>;

export type CpuGenerationName = keyof typeof ROWS;
export const CPU_GENERATIONS: Readonly<Record<CpuGenerationName, CpuGeneration>> = ROWS;
/** What `vendor` means without a generation. */
export const DEFAULT_GENERATION: Readonly<Record<CpuVendor, CpuGenerationName>> = { intel: 'skylake', amd: 'zen' };

export function generationOf(name: string): CpuGeneration {
    return (CPU_GENERATIONS as Readonly<Record<string, CpuGeneration>>)[name] ?? CPU_GENERATIONS.skylake;
}

export function generationsOf(vendor: CpuVendor): readonly CpuGenerationName[] {
    return (Object.keys(CPU_GENERATIONS) as CpuGenerationName[]).filter((name) => CPU_GENERATIONS[name].vendor === vendor);
}

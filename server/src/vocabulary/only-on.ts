/** What only one architecture has. */
import type { ArchitectureName } from './architectures.js';

export interface OnlyOn {
    readonly arch: ArchitectureName;
    /** A step; with parameters: these of it only. */
    readonly operation: string;
    readonly parameters?: readonly string[];
    /** Also where firmware takes errors first. */
    readonly orFirmwareFirst?: true;
    /** What to do about it elsewhere. */
    readonly mend: string;
}

export const ONLY_ON: readonly OnlyOn[] = [
    { arch: 'x86-64', operation: 'machine-check-registers', mend: 'On arm64 firmware reports the error: write `machine-check UE at PLACE`, or `AR` where a CPU consumed it.' },
    { arch: 'x86-64', operation: 'cec-threshold', mend: 'The collector of corrected errors is x86\'s. On arm64 firmware counts them: write `machine-check CE at PLACE threshold`.' },
    { arch: 'x86-64', operation: 'machine-check', parameters: ['broadcast', 'restart'], mend: 'It says what MCG_STATUS holds, which arm64 does not have. Leave it out.' },
    { arch: 'arm64', operation: 'machine-check', parameters: ['threshold'], orFirmwareFirst: true, mend: 'On x86-64 the kernel counts corrected errors by itself: write `cec-threshold PLACE`, or `firmware first` where firmware does.' },
    { arch: 'arm64', operation: 'machine-check', parameters: ['firmware'], mend: 'On x86-64 no firmware is asked for a machine check. Leave it out.' },
    { arch: 'arm64', operation: 'ghes', parameters: ['processor', 'behind'], mend: 'On x86-64 a CPU that consumes bad memory takes a machine check. Leave it out, or write `machine-check AR`.' },
    { arch: 'arm64', operation: 'latent', parameters: ['firmware'], mend: 'On x86-64 no firmware is asked. Leave it out.' },
];

/** The machines that a scenario can run on. */
export interface PossibleMachines {
    readonly arches: readonly string[];
    /** Firmware takes errors first, whatever the architecture. */
    readonly firmwareFirst: boolean;
}

/** Is there such a step, or such a parameter of it, on one of the machines? */
export function isOnArchitecture({ arches, firmwareFirst }: PossibleMachines, operation: string, parameter?: string): boolean {
    return ONLY_ON.every((row) => arches.includes(row.arch) || row.orFirmwareFirst === true && firmwareFirst || row.operation !== operation || row.parameters !== undefined && (parameter === undefined || !row.parameters.includes(parameter)));
}

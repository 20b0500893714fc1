/** Parameters of the kernel command line that change what becomes of an error: `boot "mce=no_lmce ras=cec_disable"`. */
import type { ArchitectureName } from './architectures.js';

export interface BootOption {
    /** Absent: on every architecture. */
    readonly arch?: ArchitectureName;
    readonly doc: string;
}

const ROWS = {
    'mce=off': { arch: 'x86-64', doc: 'Machine checks are not set up: nothing is polled, and an exception shuts the CPU down.' },
    'mce=no_lmce': { arch: 'x86-64', doc: 'Local machine checks are not enabled: Intel delivers every exception to every CPU.' },
    'mce=no_cmci': { arch: 'x86-64', doc: 'No interrupt for corrected errors: they wait for the poller. The outcome is the same.' },
    'mce=ignore_ce': { arch: 'x86-64', doc: 'Neither polling nor CMCI: what raises no exception stays in its bank, unseen.' },
    'mce=dont_log_ce': { arch: 'x86-64', doc: 'Polled records without a usable address are cleared without a word.' },
    'mce=print_all': { arch: 'x86-64', doc: 'Every record is printed, also those that somebody has handled.' },
    'mce=0': { arch: 'x86-64', doc: 'No rendezvous (a timeout of 0): an exception is handled by each CPU that gets it, and nobody waits for the others.' },
    'mce=bios_cmci_threshold': { arch: 'x86-64', doc: 'The CMCI threshold that firmware set is kept: firmware decides how many corrected errors make an interrupt. Each record is handled as without it.' },
    'mce=recovery': { arch: 'x86-64', doc: 'The copies that survive machine checks are used on every CPU. It changes nothing on servers.' },
    'ras=cec_disable': { arch: 'x86-64', doc: 'The collector of corrected errors is off: nothing is counted, no page goes offline softly by itself.' },
    'ghes.disable=1': { doc: 'Firmware\'s records are not read; an abort finds no record.' },
    'hest_disable': { doc: 'The table of error sources is not read: there are no firmware records, as with ghes.disable.' },
    'oops=panic': { doc: 'kernel.panic_on_oops is 1 from the start.' },
    'memory_corruption_check=1': { arch: 'x86-64', doc: 'The first 64 KiB are compared with zero every minute, against stray writes of firmware. ECC errors are not its business.' },
} as const satisfies Record<string, BootOption>;

export type BootOptionName = keyof typeof ROWS;
export const BOOT_OPTIONS: Readonly<Record<BootOptionName, BootOption>> = ROWS;

/** Other spellings of the same. */
export const BOOT_OPTION_ALIASES: Readonly<Record<string, BootOptionName>> = { 'nomce': 'mce=off', 'mce=cmci_disable': 'mce=no_cmci', 'ghes.disable': 'ghes.disable=1', 'ghes.disable=y': 'ghes.disable=1', 'ghes.disable=Y': 'ghes.disable=1', 'memory_corruption_check': 'memory_corruption_check=1' };

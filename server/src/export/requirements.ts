/** What the kernel and the machine have to have, for the head of the program. */
import type { Program } from '../simulator/program.js';

interface Requirement { readonly when: (program: Program) => boolean; readonly text: string }

const has = (...ops: readonly string[]) => ({ steps }: Program): boolean => steps.some(({ op }) => ops.includes(op));

const REQUIREMENTS: readonly Requirement[] = [
    { when: () => true, text: 'CONFIG_MEMORY_FAILURE' },
    { when: (program) => has('corrupt-pfn', 'unpoison-pfn', 'filter', 'open-inject-file', 'read-inject-file')(program) || Object.keys(program.machine.filters).length > 0, text: 'CONFIG_HWPOISON_INJECT (modprobe hwpoison-inject) and debugfs at /sys/kernel/debug' },
    { when: has('machine-check', 'latent'), text: 'APEI EINJ (CONFIG_ACPI_APEI_EINJ, and firmware that has it)' },
    { when: has('machine-check-registers'), text: 'CONFIG_X86_MCE_INJECT (modprobe mce-inject)' },
    { when: has('cec-threshold'), text: 'CONFIG_RAS_CEC_DEBUG' },
    { when: ({ machine }) => machine.swaps.length > 0, text: 'a folder for a swap file, in SWAP_DIR or where it is started: not on tmpfs' },
    { when: ({ machine }) => (machine.boot ?? []).length > 0, text: 'the parameters of the scenario on the kernel command line' },
    { when: ({ machine }) => machine.processes.some(({ mappings }) => mappings.some(({ ksm }) => ksm !== undefined)), text: 'CONFIG_KSM' },
];

/** One line each, without a full stop. */
export function requirements(program: Program): string[] {
    const parameters = program.machine.boot ?? [];
    return REQUIREMENTS.filter(({ when }) => when(program)).map(({ text }) => text.includes('command line') ? `${text}: ${parameters.join(' ')}` : text);
}

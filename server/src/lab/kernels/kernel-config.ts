/** What a kernel must be built with for the lab, and what some constructs need besides. */
import type { MachineType, RequiredOption } from '../emulator/machine-types.js';

/** On every machine. */
const REQUIRED: readonly RequiredOption[] = [
    { name: 'MEMORY_FAILURE', for: 'memory_failure() itself' },
    { name: 'BLK_DEV_INITRD', for: 'the agent, which is an initramfs' },
    { name: 'BINFMT_ELF', for: 'the agent' },
    { name: 'DEVTMPFS', for: 'the agent\'s devices' },
    { name: 'TMPFS', for: 'the agent\'s files' },
    { name: 'PROC_PAGE_MONITOR', for: 'the frames behind pages' },
    { name: 'PRINTK', for: 'the kernel log' },
    { name: 'FUTEX', for: 'the agent' },
];

/** `NAME=y` lines. */
export function parseConfig(text: string): ReadonlyMap<string, string> {
    return new Map([...text.matchAll(/^CONFIG_(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]));
}

/** Options that must be built in and are not; what nobody knows is not missed. */
export function missingOptions(config: ReadonlyMap<string, string> | null, { options }: MachineType): readonly RequiredOption[] {
    return config === null ? [] : [...REQUIRED, ...options].filter(({ name }) => config.get(name) !== 'y');
}

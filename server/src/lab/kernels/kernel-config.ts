/** What a kernel must be built with for the lab, and what some constructs need besides. */

interface RequiredOption { readonly name: string; readonly for: string }

const REQUIRED: readonly RequiredOption[] = [
    { name: 'MEMORY_FAILURE', for: 'memory_failure() itself' },
    { name: 'BLK_DEV_INITRD', for: 'the agent, which is an initramfs' },
    { name: 'BINFMT_ELF', for: 'the agent' },
    { name: 'DEVTMPFS', for: 'the agent\'s devices' },
    { name: 'TMPFS', for: 'the agent\'s files' },
    { name: 'SERIAL_8250', for: 'what the agent says' },
    { name: 'SERIAL_8250_CONSOLE', for: 'the console' },
    { name: 'PROC_PAGE_MONITOR', for: 'the frames behind pages' },
    { name: 'PRINTK', for: 'the kernel log' },
    { name: 'FUTEX', for: 'the agent' },
];

/** `NAME=y` lines. */
export function parseConfig(text: string): ReadonlyMap<string, string> {
    return new Map([...text.matchAll(/^CONFIG_(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]));
}

/** Options that must be built in and are not; what nobody knows is not missed. */
export function missingOptions(config: ReadonlyMap<string, string> | null): readonly RequiredOption[] {
    return config === null ? [] : REQUIRED.filter(({ name }) => config.get(name) !== 'y');
}

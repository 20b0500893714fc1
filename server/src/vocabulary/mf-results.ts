/** enum mf_result: what memory_failure() achieved. */

export interface MfResultDescription {
    /** Number of the enum, as the binary trace record has it. */
    readonly value: number;
    /** Text of the `recovery action` line and of the trace event. */
    readonly string: string;
    /** What action_result() makes the handler return; a few leaves return something else. */
    readonly errno: 'EBUSY' | '0';
    /** File under /sys/devices/system/node/nodeN/memory_failure/. */
    readonly counter: 'ignored' | 'failed' | 'delayed' | 'recovered';
    readonly doc: string;
}

const ROWS = {
    MF_IGNORED: { value: 0, string: 'Ignored', errno: 'EBUSY', counter: 'ignored', doc: 'The page was marked and nothing else was done: its contents stay reachable by whoever owns it.' },
    MF_FAILED: { value: 1, string: 'Failed', errno: 'EBUSY', counter: 'failed', doc: 'The page was marked and tasks were signalled where that was possible, but the page could not be isolated. Some of these return EHWPOISON.' },
    MF_DELAYED: { value: 2, string: 'Delayed', errno: '0', counter: 'delayed', doc: 'The page was unmapped; whoever touches it next is killed by the fault handler.' },
    MF_RECOVERED: { value: 3, string: 'Recovered', errno: '0', counter: 'recovered', doc: 'The page is isolated: unmapped, out of the page cache or off the free lists. The process that lost data may still have been killed.' },
} as const satisfies Record<string, MfResultDescription>;

export type MfResult = keyof typeof ROWS;

export const MF_RESULTS: Readonly<Record<MfResult, MfResultDescription>> = ROWS;

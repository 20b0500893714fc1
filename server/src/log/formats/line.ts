/** A line of a log after its prefixes were read. */
export interface LogLine {
    /** 1-based line of the text. */
    readonly number: number;
    /** What was said, without prefixes. */
    readonly text: string;
    /** Microseconds on the clock of the boot, where the line has them. */
    readonly bootUs?: number;
    /** Milliseconds since 1970 where the line has a wall clock; without a time zone it is taken for UTC, without a year for 1970 + month and day. */
    readonly wallMs?: number;
    /** `T593001` or `C12`: who printed it (CONFIG_PRINTK_CALLER). */
    readonly caller?: string;
    readonly host?: string;
    /** `kernel`, the name of a daemon, `firmware`, `vmm`. */
    readonly speaker: string;
    /** 0 to 7. */
    readonly level?: number;
}

/** Something that a log says about itself. */
export type LogMark =
    /** What follows is another boot (`-- Boot ...`, another _BOOT_ID). */
    | { readonly mark: 'boot'; readonly number: number }
    /** The line before came so many times more. */
    | { readonly mark: 'repeated'; readonly number: number; readonly count: number };

export function isMark(line: LogLine | LogMark): line is LogMark {
    return 'mark' in line;
}

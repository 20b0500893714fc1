/** Where the command line writes to, so that tests can listen. */
export interface Terminal {
    /** Results. */
    out(text: string): void;
    /** Errors. */
    err(text: string): void;
    /** Whether results may be coloured. */
    readonly colours: boolean;
}

/**
 * The process's own streams. Any non-empty NO_COLOR switches colours off, and FORCE_COLOR on, which wins as it does in Node;
 * `0` and `false` in it mean none.
 */
export function processTerminal(): Terminal {
    return {
        out: (text) => void process.stdout.write(text),
        err: (text) => void process.stderr.write(text),
        colours: process.env.FORCE_COLOR ? !['0', 'false'].includes(process.env.FORCE_COLOR) : process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb',
    };
}

/** Where the command line writes to, so that tests can listen. */
export interface Terminal {
    /** Results. */
    out(text: string): void;
    /** Errors. */
    err(text: string): void;
    /** Whether results may be coloured. */
    readonly colours: boolean;
}

/** The process's own streams. https://no-color.org: any non-empty NO_COLOR switches colours off. */
export function processTerminal(): Terminal {
    return {
        out: (text) => void process.stdout.write(text),
        err: (text) => void process.stderr.write(text),
        colours: process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb',
    };
}

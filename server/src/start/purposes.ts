/** What runs of `hwp` are for. Those that call different functions keep different code. */

/** Runs of several files, which threads may be part of, and those with options. */
export const RUN_OF_MANY = 'run-many';

const COMMANDS: ReadonlySet<string> = new Set(['check', 'run', 'triage']);

/**
 * A run of a folder compiles most of what there is. A run of one file would wait for all of that to be read: it took a third more processor time
 * for as long as the code of the first run, of a folder, was kept for it.
 */
export function purposeOf([command = '', ...rest]: readonly string[]): string {
    if (command === 'run' && (rest.length !== 1 || !rest[0]!.endsWith('.hwp'))) {
        return RUN_OF_MANY;
    }
    return COMMANDS.has(command) ? command : 'other';
}

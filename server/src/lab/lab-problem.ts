/** What keeps the lab from running, and what mends it. */
export class LabProblem extends Error {
    readonly mend: string;

    constructor(message: string, mend: string) {
        super(message);
        this.name = 'LabProblem';
        this.mend = mend;
    }
}

const DISK: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT', 'EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST']);

/** The problem that an error is; undefined where it is a fault of ours. */
export function problemOf(error: unknown): LabProblem | undefined {
    if (error instanceof LabProblem) {
        return error;
    }
    return DISK.has((error as NodeJS.ErrnoException).code) ? new LabProblem(`The cache cannot be written: ${(error as Error).message}`, 'Make room, or set HWP_CACHE to another folder.') : undefined;
}

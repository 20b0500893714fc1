/** What keeps the lab from running, and what mends it. */
export class LabProblem extends Error {
    readonly mend: string;

    constructor(message: string, mend: string) {
        super(message);
        this.name = 'LabProblem';
        this.mend = mend;
    }
}

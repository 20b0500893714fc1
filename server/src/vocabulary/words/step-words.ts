/** What a step says of itself. */
export interface OperationWords {
    readonly doc: string;
    /** By their names. */
    readonly parameters: Readonly<Record<string, string>>;
}

/** A hint at the end of a line; an empty label is none. */
export interface LineHint {
    readonly line: number;
    readonly label: string;
}

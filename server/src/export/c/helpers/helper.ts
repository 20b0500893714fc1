/** A function that an exported C program can use. */
export interface HelperRow {
    /** System headers. */
    readonly includes?: readonly string[];
    /** Lines that stand above all functions: constants that older headers lack. */
    readonly defines?: readonly string[];
    readonly uses?: readonly string[];
    /** In the style of the kernel: tabs, one declaration block a function. */
    readonly code: string;
}

export type HelperRows = Readonly<Record<string, HelperRow>>;

/** C as it is written, backslashes and all. */
export const raw = String.raw;

/** A constant that older headers lack. */
export function fallback(name: string, value: string): string {
    return `#ifndef ${name}\n#define ${name}\t${value}\n#endif`;
}

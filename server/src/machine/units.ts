/**
 * Numbers that must not be mixed up. A flavoured number accepts a plain number, but not a number of another flavour.
 */
type Flavoured<Name extends string> = number & { readonly __flavour?: Name };

/** Page frame number: physical address in base pages. */
export type Pfn = Flavoured<'pfn'>;
/** Virtual page number: virtual address in base pages. */
export type VirtualPage = Flavoured<'virtual page'>;
/** Virtual address, bytes. */
export type VirtualAddress = Flavoured<'virtual address'>;
/** Physical address, bytes. */
export type PhysicalAddress = Flavoured<'physical address'>;
/** Index of a page in a file or, for anonymous memory, in the object that its anon_vma maps. Base pages. */
export type PageIndex = Flavoured<'page index'>;

let lastValue = 0;
let lastHex = '0x0';

/** `%#lx`: lower-case hex with `0x`, and `0x0` for zero. What is said of a page says its number again and again: the last one is kept. */
export function hex(value: number): string {
    if (value !== lastValue) {
        lastHex = `0x${value.toString(16)}`;
        lastValue = value;
    }
    return lastHex;
}

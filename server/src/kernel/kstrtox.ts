/** Numbers in text that user space writes to the kernel's files. */

const TOP = 1n << 64n;

/** What simple_attr_write() copies of a write, without the end of the string. */
export const SIMPLE_ATTR_BYTES = 23;

/** Digits by the prefix: `0x` before a hex digit is base 16, another leading zero base 8. Follows _parse_integer_fixup_radix(). */
function digitsOf(text: string): { readonly base: bigint; readonly digits: string } | null {
    const hex = /^0x([0-9a-f]+)$/i.exec(text);
    if (hex !== null) return { base: 16n, digits: hex[1]! };
    if (/^0[0-7]*$/.test(text)) return { base: 8n, digits: text };
    return /^[1-9]\d*$/.test(text) ? { base: 10n, digits: text } : null;
}

/**
 * An unsigned number of 64 bits, exact. One sign `+` before it and one line end behind it are allowed, blanks are not. Follows kstrtoull() with base 0.
 * @returns 'EINVAL' where the text is no number, 'ERANGE' where it does not fit
 */
export function kstrtoull(text: string): bigint | 'EINVAL' | 'ERANGE' {
    const read = digitsOf(text.replace(/\n$/, '').replace(/^\+/, ''));
    if (read === null) return 'EINVAL';
    let value = 0n;
    for (const digit of read.digits) value = value * read.base + BigInt(Number.parseInt(digit, 16));
    return value < TOP ? value : 'ERANGE';
}

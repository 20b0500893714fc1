/** log2 of a power of two; undefined for other numbers. Exact up to 2^53. */
export function log2(value: number): number | undefined {
    const shift = Math.round(Math.log2(value));
    return value > 0 && 2 ** shift === value ? shift : undefined;
}

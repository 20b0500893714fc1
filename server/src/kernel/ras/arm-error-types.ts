const ARM_ERROR_TYPES: readonly (readonly [bit: number, name: string])[] = [[2, 'cache error'], [4, 'TLB error'], [8, 'bus error'], [16, 'micro-architectural error']];

/** Names of the bits of an ARM processor error (cper_proc_error_type_strs). */
export function armErrorTypes(bits: number): string {
    return ARM_ERROR_TYPES.filter(([bit]) => (bits & bit) !== 0).map(([, name]) => name).join(', ');
}

/** On a machine with files and processes, not in a browser. */
export function runsOnNode(): boolean {
    return typeof process === 'object' && typeof process.versions?.node === 'string';
}

/** An archive in the form that the kernel unpacks as initramfs: "newc", Documentation/driver-api/early-userspace/buffer-format.rst. */

export interface ArchivedFile {
    readonly name: string;
    /** Absent: a folder. */
    readonly data?: Uint8Array;
}

const FOLDER = 0o40755;
const PROGRAM = 0o100755;
const END = 'TRAILER!!!';

export function cpioArchive(files: readonly ArchivedFile[]): Buffer {
    const parts = files.flatMap(({ name, data }, index) => entry(name, index + 1, data === undefined ? FOLDER : PROGRAM, data ?? new Uint8Array()));
    return Buffer.concat([...parts, ...entry(END, 0, 0, new Uint8Array())]);
}

/** Thirteen numbers of eight hex digits, the name, the data; each of the two to a multiple of four bytes. */
function entry(name: string, inode: number, mode: number, data: Uint8Array): Uint8Array[] {
    const named = Buffer.from(`${name}\0`);
    const numbers = [inode, mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, named.length, 0];
    const head = Buffer.concat([Buffer.from(`070701${numbers.map((number) => number.toString(16).padStart(8, '0')).join('')}`), named]);
    return [head, padding(head.length), data, padding(data.length)];
}

function padding(length: number): Uint8Array {
    return new Uint8Array((4 - length % 4) % 4);
}

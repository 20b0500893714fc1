/** Reads scenario files; what cannot be one is refused with a reason and a mend. */
import { closeSync, openSync, readSync } from 'node:fs';

/** A text, or why there is none. */
export type SourceFile = { readonly text: string } | { readonly error: string };

/** What stands for the standard input on the command line. */
export const STANDARD_INPUT = '-';

/** Above this nothing is read any more, in bytes: a device has no end. The language has a lower limit of its own. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;

/** Where files are read to, one after the other: most are shorter than this. */
const room = Buffer.allocUnsafeSlow(64 * 1024);

const REASONS: Readonly<Record<string, string>> = {
    ENOENT: 'no such file or folder', EACCES: 'no permission to read it', EPERM: 'no permission to read it', EISDIR: 'it is a folder',
    ENOTDIR: 'a part of the path is no folder', ELOOP: 'its links lead round in a circle', ENAMETOOLONG: 'the name is too long', ENXIO: 'nothing can be read from it',
};

/** Why the system gives no file. */
export function reasonOf(error: unknown): string {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return REASONS[code] ?? (error instanceof Error ? error.message : String(error));
}

export function readSource(path: string): SourceFile {
    try {
        const descriptor = path === STANDARD_INPUT ? 0 : openSync(path, 'r');
        try {
            const bytes = readAll(descriptor);
            return bytes === undefined ? { error: `it is too big: more than ${MAX_FILE_BYTES / 2 ** 20} MiB` } : decode(bytes);
        } finally {
            if (descriptor !== 0) {
                closeSync(descriptor);
            }
        }
    } catch (error) {
        return { error: reasonOf(error) };
    }
}

/** Everything up to the end, until the next file is read; undefined when that does not come. */
function readAll(descriptor: number): Buffer | undefined {
    let bytes = room;
    let length = 0;
    for (;;) {
        if (length === bytes.length) {
            bytes = Buffer.concat([bytes], length * 2);
        }
        const read = readChunk(descriptor, bytes.subarray(length));
        if (read === 0) {
            return bytes.subarray(0, length);
        }
        length += read;
        if (length > MAX_FILE_BYTES) {
            return undefined;
        }
    }
}

/** Bytes read; 0 at the end, which some systems tell of a pipe by an error. */
function readChunk(descriptor: number, chunk: Buffer): number {
    for (;;) {
        try {
            return readSync(descriptor, chunk);
        } catch (error) {
            const code = error instanceof Error && 'code' in error ? error.code : '';
            if (code === 'EOF') {
                return 0;
            }
            if (code !== 'EAGAIN') {
                throw error;
            }
            // Somebody has made the input non-blocking, and nothing is there yet.
            Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
        }
    }
}

function decode(bytes: Buffer): SourceFile {
    const utf16 = bytes.length >= 2 && (bytes.readUInt16LE(0) === 0xfeff || bytes.readUInt16BE(0) === 0xfeff);
    if (utf16) {
        return { error: 'it is UTF-16. Save it as UTF-8' };
    }
    if (bytes.includes(0)) {
        return { error: 'it is not text: it contains zero bytes' };
    }
    try {
        return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
    } catch {
        return { error: `it is not UTF-8 text: ${firstInvalid(bytes)}. Save it as UTF-8` };
    }
}

/** `byte 0xe4 on line 3`: where a text stops being UTF-8. */
function firstInvalid(bytes: Buffer): string {
    // Every invalid sequence becomes U+FFFD, as does nothing else but that character itself.
    const valid = bytes.toString('utf8');
    let offset = 0;
    for (const character of valid) {
        const size = Buffer.byteLength(character);
        if (character === '\ufffd' && bytes.toString('latin1', offset, offset + size) !== '\u00ef\u00bf\u00bd') {
            break;
        }
        offset += size;
    }
    const line = bytes.subarray(0, offset).toString('latin1').split('\n').length;
    return `byte 0x${(bytes[offset] ?? 0).toString(16)} on line ${line}`;
}

/** Reads scenario files; what cannot be one is refused with a reason. */
import { readFileSync, statSync } from 'node:fs';

/** A text, or why there is none. */
export type SourceFile = { readonly text: string } | { readonly error: string };

/** Above this a file is not even read, in bytes. The language has a lower limit of its own. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;

const REASONS: Readonly<Record<string, string>> = {
    ENOENT: 'no such file', EACCES: 'no permission to read it', EISDIR: 'it is a folder', EPERM: 'no permission to read it', ELOOP: 'too many symbolic links',
};

export function readSource(path: string): SourceFile {
    try {
        const { size } = statSync(path);
        if (size > MAX_FILE_BYTES) {
            return { error: `it is too big: ${size} bytes, and at most ${MAX_FILE_BYTES} are read` };
        }
        return decode(readFileSync(path));
    } catch (error) {
        const code = error instanceof Error && 'code' in error ? String(error.code) : '';
        return { error: REASONS[code] ?? (error instanceof Error ? error.message : String(error)) };
    }
}

function decode(bytes: Buffer): SourceFile {
    if (bytes.includes(0)) {
        return { error: 'it is not text: it contains zero bytes' };
    }
    try {
        return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
    } catch {
        return { error: 'it is not UTF-8 text' };
    }
}

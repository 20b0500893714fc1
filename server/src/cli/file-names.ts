/** What files are called for the user. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { STANDARD_INPUT } from './read-source.js';

/** What is read from the standard input is called so, and imports from where the user stands. */
const STANDARD_INPUT_NAME = '<stdin>';

export function nameOf(file: string): string {
    return file === STANDARD_INPUT ? STANDARD_INPUT_NAME : file;
}

/** The name, with a number behind it where it is taken; from then on it is. */
export function freeName(base: string, taken: Set<string>): string {
    let name = base;
    for (let count = 2; taken.has(name); count += 1) {
        name = `${base}-${count}`;
    }
    taken.add(name);
    return name;
}

/** A file that was only imported, from where the user stands. */
export function relative(uri: string): string {
    return uri.startsWith('file:') ? path.relative(process.cwd(), fileURLToPath(uri)) : uri;
}

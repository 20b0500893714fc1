/** What files are called: for the user, and as URIs. */
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { spelledUri } from '../language/parse.js';
import { STANDARD_INPUT } from './read-source.js';

/** What is read from the standard input is called so, and imports from where the user stands. */
const STANDARD_INPUT_NAME = '<stdin>';

export function nameOf(file: string): string {
    return file === STANDARD_INPUT ? STANDARD_INPUT_NAME : file;
}

/** As the places of a report spell it: Node leaves `@`, `+` and others as they are. */
export function uriOf(file: string): string {
    return spelledUri(pathToFileURL(path.resolve(nameOf(file))).toString());
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

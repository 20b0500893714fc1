/** What files are called as URIs: apart from their names, since this needs the language. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { spelledUri } from '../language/parse.js';
import { nameOf } from './file-names.js';

/** As the places of a report spell it: Node leaves `@`, `+` and others as they are. */
export function uriOf(file: string): string {
    return spelledUri(pathToFileURL(path.resolve(nameOf(file))).toString());
}

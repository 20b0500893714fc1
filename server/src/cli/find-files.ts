/** From paths, folders and globs on the command line to files. */
import { readdirSync, statSync, type Stats } from 'node:fs';
import path from 'node:path';
import type { UnreadFile } from '../report/output/json.js';
import { filesMatching, isGlob } from './globs.js';
import { reasonOf, STANDARD_INPUT } from './read-source.js';

export interface FoundFiles {
    /** As the user wrote them or below what he wrote, each once, in the order of the arguments. */
    readonly paths: readonly string[];
    /** Arguments that lead to no file. */
    readonly missing: readonly UnreadFile[];
}

/** A file is taken whatever its name; in folders and globs, `.hwp` files count. `-` is the standard input. */
export function findFiles(args: readonly string[]): FoundFiles {
    const paths = new Map<string, string>();
    const missing: UnreadFile[] = [];
    for (const arg of args) {
        const found = filesFor(arg);
        if (typeof found === 'string') {
            missing.push({ path: arg, error: found });
        } else {
            found.forEach((file) => paths.set(identityOf(file), paths.get(identityOf(file)) ?? file));
        }
    }
    return { paths: [...paths.values()], missing };
}

/** Two ways to write one path are one file. */
function identityOf(file: string): string {
    return file === STANDARD_INPUT ? file : path.resolve(file);
}

/** The files, or why there are none. */
function filesFor(arg: string): readonly string[] | string {
    if (arg === STANDARD_INPUT) {
        return [arg];
    }
    const stat = statOf(arg);
    if (typeof stat === 'string') {
        return stat;
    }
    if (stat?.isDirectory() === true) {
        try {
            readdirSync(arg);
        } catch (error) {
            return reasonOf(error);
        }
        return orNone(filesMatching('**/*.hwp', arg).map((file) => path.join(arg, file)), 'no .hwp file in this folder');
    }
    if (stat !== undefined) {
        return [arg];
    }
    return isGlob(arg) ? orNone(filesMatching(arg, '.'), 'no file matches') : 'no such file or folder';
}

/** Undefined where nothing is; else what is there, or why it cannot be looked at. */
function statOf(arg: string): Stats | string | undefined {
    try {
        return statSync(arg, { throwIfNoEntry: false });
    } catch (error) {
        return reasonOf(error);
    }
}

function orNone(files: readonly string[], reason: string): readonly string[] | string {
    return files.length === 0 ? reason : files;
}

/** What of the command line can be watched, and whether it is still there. */
import { statSync, type Stats } from 'node:fs';
import path from 'node:path';
import { isGlob } from '../../globs.js';

/** What is watched for an argument: the file or folder itself; of a glob, the folder that it starts in. */
export function placeOf(arg: string): string {
    if (exists(arg) || !isGlob(arg)) {
        return path.resolve(arg);
    }
    const parts = arg.split('/');
    const fixed = parts.slice(0, parts.findIndex((part) => isGlob(part)));
    return path.resolve(fixed.length === 1 && fixed[0] === '' ? '/' : fixed.join('/'));
}

/** The first argument whose file or folder is not there. */
export function firstGone(args: readonly string[]): string | undefined {
    return args.find((arg) => !exists(placeOf(arg)));
}

/** Changes when a folder is taken away, or another one is put in its place: what was watched is then somewhere else. */
export function identityOf(places: readonly string[]): string {
    return places.map((place) => {
        const stat = statOf(place);
        return stat === undefined ? 'gone' : stat.isDirectory() ? `${stat.dev}:${stat.ino}` : 'file';
    }).join(' ');
}

function exists(file: string): boolean {
    return statOf(file) !== undefined;
}

function statOf(file: string): Stats | undefined {
    try {
        return statSync(file, { throwIfNoEntry: false });
    } catch {
        return undefined;
    }
}

/** From paths and folders on the command line to log files. */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { UnreadLog } from '../../log/output/results.js';
import { reasonOf, STANDARD_INPUT } from '../read-source.js';

export interface FoundLogs { readonly paths: readonly string[]; readonly missing: readonly UnreadLog[]; }

const SKIPPED: ReadonlySet<string> = new Set(['.git', 'node_modules']);

/**
 * Every file below a folder, whatever its name; links are not followed. Each file once, in the order of the paths.
 * @param many how many files are many
 * @param onMany is called as soon as so many were found
 */
export function findLogs(args: readonly string[], many: number, onMany: () => void): FoundLogs {
    const found = new Map<string, string>();
    const missing: UnreadLog[] = [];
    const take = (file: string, resolved: string): void => {
        if (found.has(resolved)) return;
        found.set(resolved, file);
        if (found.size === many) onMany();
    };
    for (const arg of args) {
        if (arg === STANDARD_INPUT) {
            take(arg, arg);
            continue;
        }
        try {
            if (statSync(arg).isDirectory()) walk(path.normalize(arg), path.resolve(arg), take, missing);
            else take(arg, path.resolve(arg));
        } catch (error) {
            missing.push({ path: arg, error: reasonOf(error) });
        }
    }
    return { paths: [...found.values()].sort((a, b) => (a < b ? -1 : 1)), missing };
}

function walk(folder: string, resolved: string, take: (file: string, resolved: string) => void, missing: UnreadLog[]): void {
    try {
        for (const entry of readdirSync(folder, { withFileTypes: true })) {
            const [file, known] = [within(folder, entry.name), within(resolved, entry.name)];
            if (entry.isDirectory()) {
                if (!SKIPPED.has(entry.name)) walk(file, known, take, missing);
            } else if (entry.isFile()) {
                take(file, known);
            }
        }
    } catch (error) {
        missing.push({ path: folder, error: reasonOf(error) });
    }
}

/** Of names that need no tidying: path.join() takes a tenth of a second for ten thousand. */
function within(folder: string, name: string): string {
    return folder.endsWith(path.sep) ? folder + name : folder + path.sep + name;
}

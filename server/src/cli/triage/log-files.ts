/** From paths and folders on the command line to log files. */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { UnreadLog } from '../../log/output/results.js';
import { reasonOf, STANDARD_INPUT } from '../read-source.js';

export interface FoundLogs { readonly paths: readonly string[]; readonly missing: readonly UnreadLog[]; }

const SKIPPED: ReadonlySet<string> = new Set(['.git', 'node_modules']);

/** Every file below a folder, whatever its name; links are not followed. Each file once, in the order of the paths. */
export function findLogs(args: readonly string[]): FoundLogs {
    const found = new Map<string, string>();
    const missing: UnreadLog[] = [];
    const take = (file: string): void => {
        const key = file === STANDARD_INPUT ? file : path.resolve(file);
        if (!found.has(key)) found.set(key, file);
    };
    for (const arg of args) {
        if (arg === STANDARD_INPUT) {
            take(arg);
            continue;
        }
        try {
            if (statSync(arg).isDirectory()) walk(arg, take, missing);
            else take(arg);
        } catch (error) {
            missing.push({ path: arg, error: reasonOf(error) });
        }
    }
    return { paths: [...found.values()].sort((a, b) => (a < b ? -1 : 1)), missing };
}

function walk(folder: string, take: (file: string) => void, missing: UnreadLog[]): void {
    try {
        for (const entry of readdirSync(folder, { withFileTypes: true })) {
            const file = path.join(folder, entry.name);
            if (entry.isDirectory()) {
                if (!SKIPPED.has(entry.name)) walk(file, take, missing);
            } else if (entry.isFile()) {
                take(file);
            }
        }
    } catch (error) {
        missing.push({ path: folder, error: reasonOf(error) });
    }
}

import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

const FOLDER = path.join(import.meta.dirname, 'given');

export interface GivenLog { readonly number: string; readonly name: string; readonly text: string; readonly file: string; }

/** Excerpts of public logs with memory errors, and some without. */
export const GIVEN_LOGS: readonly GivenLog[] = readdirSync(FOLDER).filter((name) => name.endsWith('.log')).sort().map((name) => {
    const file = path.join(FOLDER, name);
    return { number: name.slice(0, 2), name: name.slice(0, -'.log'.length), text: readFileSync(file, 'utf8'), file };
});

export function given(number: string): GivenLog {
    return GIVEN_LOGS.find((log) => log.number === number)!;
}

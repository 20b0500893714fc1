/** What an emulator says of itself: it takes a tenth of a second to say its version, so it is asked once, and again when its file is another one. */
import { closeSync, mkdirSync, openSync, readFileSync, readSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const FILE = 'emulators.json';
const ELF = '\x7fELF';

interface Answers { readonly mark: string; readonly answers: Readonly<Record<string, string>> }

/**
 * @param command its path; a script is asked each time, for nobody knows what it starts
 * @param ask undefined: it gave no answer worth keeping
 */
export function askedOnce(cache: string, command: string, question: string, ask: () => string | undefined): string | undefined {
    const mark = markOf(command);
    const kept = mark === null ? {} : readAnswers(cache);
    const known = kept[command]?.mark === mark ? kept[command]!.answers : {};
    if (known[question] !== undefined) {
        return known[question];
    }
    const answer = ask();
    if (mark !== null && answer !== undefined) {
        keep(cache, { ...kept, [command]: { mark, answers: { ...known, [question]: answer } } });
    }
    return answer;
}

/** null: it is no program, or there is none. */
function markOf(command: string): string | null {
    try {
        const { dev, ino, size, mtimeMs } = statSync(command);
        const fd = openSync(command, 'r');
        const start = Buffer.alloc(ELF.length);
        readSync(fd, start, 0, start.length, 0);
        closeSync(fd);
        return start.toString('latin1') === ELF ? `${dev} ${ino} ${size} ${mtimeMs}` : null;
    } catch {
        return null;
    }
}

function readAnswers(cache: string): Readonly<Record<string, Answers>> {
    try {
        return JSON.parse(readFileSync(path.join(cache, FILE), 'utf8')) as Record<string, Answers>;
    } catch {
        return {};
    }
}

/** Where that cannot be written, it is asked again. */
function keep(cache: string, answers: Readonly<Record<string, Answers>>): void {
    try {
        mkdirSync(cache, { recursive: true });
        const made = path.join(cache, `${FILE}.${process.pid}`);
        writeFileSync(made, JSON.stringify(answers));
        renameSync(made, path.join(cache, FILE));
    } catch {
        // The disk is full, or the folder somebody else's: whoever needs it says so.
    }
}

// The examples that `npm start` opens: a copy, since an editor saves what is tried out, and the originals are tests.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** By file name, the hash of the text as it was copied. */
type Copied = Readonly<Record<string, string>>;

/** Beside the files, and no scenario. */
const RECORD = '.copied.json';

/**
 * Copies the examples into a folder; a file that was edited there stays as it is.
 * @returns the names of the files that stay
 */
export function copyExamples(from: string, to: string): string[] {
    mkdirSync(to, { recursive: true });
    const record = path.join(to, RECORD);
    const earlier = existsSync(record) ? JSON.parse(readFileSync(record, 'utf8')) as Copied : {};
    const copied: Record<string, string> = { ...earlier };
    const edited: string[] = [];
    for (const name of readdirSync(from).filter((file) => file.endsWith('.hwp'))) {
        const [text, target] = [readFileSync(path.join(from, name), 'utf8'), path.join(to, name)];
        const present = existsSync(target) ? hashOf(readFileSync(target, 'utf8')) : undefined;
        if (present !== undefined && present !== earlier[name] && present !== hashOf(text)) {
            edited.push(name);
        } else {
            writeFileSync(target, text);
            copied[name] = hashOf(text);
        }
    }
    writeFileSync(record, JSON.stringify(copied, null, 2));
    return edited;
}

function hashOf(text: string): string {
    return createHash('sha256').update(text).digest('hex');
}

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { editAtRandom } from './random-edits/editing.js';

const EXAMPLES = path.resolve(import.meta.dirname, '../../examples');
const text = readdirSync(EXAMPLES).filter((file) => file.endsWith('.hwp')).slice(0, 6).map((file) => readFileSync(path.join(EXAMPLES, file), 'utf8')).join('\n');

// `npm run random-edits` does ten thousand, and looks at the memory.
test('whatever is typed, pasted, deleted and undone: what is shown is what a fresh server shows', async () => {
    let compared = 0;
    for await (const { edited, fresh } of editAtRandom(text, { edits: 200, compareEvery: 10, seed: 1 })) {
        expect(edited.diagnostics, edited.text).toEqual(fresh.diagnostics);
        expect(edited.hints, edited.text).toEqual(fresh.hints);
        compared++;
    }
    expect(compared).toBe(20);
});

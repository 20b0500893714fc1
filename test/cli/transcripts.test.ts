// Runs the console transcripts of the documentation against the built command line.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const documents = ['docs/cli.md', 'docs/races.md', 'docs/sweeps.md', 'docs/triage.md'];
const BLOCK = /```console\n([\s\S]*?)```/g;

/** The block as it would look if it were run now. */
function run(block: string): string {
    let status = 0;
    return block.split('\n').filter((line) => line.startsWith('$ ')).map((line) => {
        const [command, ...args] = line.slice(2).split(' ');
        if (command === 'echo') {
            return `${line}\n${status}\n`;
        }
        const result = spawnSync(process.execPath, [path.join(root, 'out/cli.js'), ...args], { cwd: root, encoding: 'utf8', env: { ...process.env, NO_COLOR: '' } });
        status = result.status ?? -1;
        return `${line}\n${result.stdout}${result.stderr}`;
    }).join('');
}

if (process.env.UPDATE_TRANSCRIPTS) {
    for (const document of documents.map((name) => path.join(root, name))) {
        writeFileSync(document, readFileSync(document, 'utf8').replaceAll(BLOCK, (_whole, block: string) => `\`\`\`console\n${run(block)}\`\`\``));
    }
}

describe.each(documents)('the transcripts of %s', (document) => {
    const blocks = [...readFileSync(path.join(root, document), 'utf8').matchAll(BLOCK)].map(([, block = '']) => block);
    test('there are some', () => {
        expect(blocks.length).toBeGreaterThan(0);
    });
    test.each(blocks.map((block) => [block.split('\n', 1)[0] ?? '', block]))('%s', (_command, block) => {
        expect(run(block)).toBe(block);
    });
});

// What the model reports as not modelled, against the list in docs/kernel-model.md.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { STEP_OPERATIONS } from '../../server/src/simulator/operations.js';
import { CONFIG_OPTIONS, type ConfigOption } from '../../server/src/vocabulary/config-options.js';
import { OPERATIONS } from '../../server/src/vocabulary/operations.js';

const SOURCES = path.resolve(import.meta.dirname, '../../server/src');
const PAGE = readFileSync(path.resolve(import.meta.dirname, '../../docs/kernel-model.md'), 'utf8');
const ROWS = new Map([...(PAGE.split('## What is not described')[1] ?? '').matchAll(/^\| (.*?) \| (.*) \|$/gm)].map(([, what = '', when = '']) => [what, when] as const)
    .filter(([what]) => what !== 'reported as' && what !== '---'));

function sourceFiles(folder: string): string[] {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
        const file = path.join(folder, entry.name);
        return entry.isDirectory() ? sourceFiles(file) : entry.name.endsWith('.ts') ? [file] : [];
    });
}

/** The arguments of each call of a name, as written. */
function callsOf(names: RegExp, text: string): string[] {
    return [...text.matchAll(names)].map((match) => {
        const begin = match.index + match[0].length;
        let at = begin;
        for (let depth = 1; depth > 0 && at < text.length; at += 1) {
            const char = text[at];
            if (char === "'" || char === '`') {
                for (at += 1; text[at] !== char; at += text[at] === '\\' ? 2 : 1) { /* to its end */ }
            } else {
                depth += char === '(' ? 1 : char === ')' ? -1 : 0;
            }
        }
        return text.slice(begin, at - 1);
    });
}

/** The texts in an expression, with `…` for what is filled in. */
function textsIn(expression: string): string[] {
    return [...expression.matchAll(/'((?:\\.|[^'\\])*)'|`((?:\\.|[^`\\])*)`/g)].map((match) => (match[1] ?? match[2] ?? '').replaceAll(/\$\{[^}]*\}/g, '…').replaceAll(/\\(.)/g, '$1'));
}

test('the list of what is not described is what the model reports', () => {
    const reported = new Set(sourceFiles(SOURCES).flatMap((file) => callsOf(/\b(?:notModelled|leaveOut)\(/g, readFileSync(file, 'utf8'))).flatMap(textsIn));
    expect([...ROWS.keys()].sort()).toEqual([...reported].sort());
});

test('every option whose other value is not described is named', () => {
    const options = Object.entries(CONFIG_OPTIONS as Readonly<Record<string, ConfigOption>>).filter(([, option]) => option.otherNotModelled === true).map(([name]) => name);
    const named = [...(ROWS.get('a kernel with … = …') ?? '').matchAll(/`([A-Z0-9_]+)`/g)].map((match) => match[1]);
    expect(named.sort()).toEqual(options.sort());
});

test('every step has a model', () => {
    expect(OPERATIONS.map(({ id }) => id).filter((id) => !STEP_OPERATIONS.has(id))).toEqual(['kexec', 'reboot', 'power-cycle']);
});

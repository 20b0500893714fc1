import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERRNO_NAMES, KINDS, STEPS, SYSCTL_NAMES } from '../../scripts/textmate-words.mts';

interface Pattern { readonly name?: string; readonly match?: string; readonly captures?: Readonly<Record<string, { readonly name: string }>> }

const { patterns } = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../syntaxes/hwp.tmLanguage.json'), 'utf8')) as { readonly patterns: readonly Pattern[] };

/** How an editor with this grammar alone colours a word of a line: the pattern that matches first, the upper one of two. */
function scopeOf(line: string, word: string): string | undefined {
    for (let from = 0; from < line.length;) {
        const matches = patterns.flatMap(({ match, name, captures }) => {
            const found = match === undefined ? null : new RegExp(match, 'dg');
            if (found === null) {
                return [];
            }
            found.lastIndex = from;
            const result = found.exec(line);
            return result === null || result[0] === '' ? [] : [{ at: result.index, end: result.index + result[0].length, text: result[1] !== undefined && captures !== undefined ? result[1] : result[0], name: captures?.[1]?.name ?? name }];
        });
        const first = matches.sort((left, right) => left.at - right.at)[0];
        if (first === undefined) {
            return undefined;
        }
        if (first.text === word) {
            return first.name;
        }
        from = Math.max(first.end, from + 1);
    }
    return undefined;
}

describe('the highlighting without a language server', () => {
    it.each(STEPS)('knows the step %s', (step) => {
        expect(scopeOf(`    db: ${step} heap[2]`, step)).toBe('entity.name.function.step.hwp');
        expect(scopeOf(`    ${step} heap[2]`, step)).toBe('entity.name.function.step.hwp');
    });

    it.each(KINDS)('knows the kind %s', (kind) => {
        expect(scopeOf(`    region r = ${kind} 4 pages`, kind)).toBe('entity.name.type.kind.hwp');
    });

    it('knows errnos and sysctls', () => {
        expect(ERRNO_NAMES.map((name) => scopeOf(`        expect errno ${name}`, name))).toEqual(ERRNO_NAMES.map(() => 'constant.language.hwp'));
        expect(SYSCTL_NAMES.map((name) => scopeOf(`    sysctl ${name} = 1`, name))).toEqual(SYSCTL_NAMES.map(() => 'variable.other.property.hwp'));
    });

    it('leaves names alone that are words of steps or kinds', () => {
        expect(scopeOf('    page free = heap[2]', 'free')).toBeUndefined();
        expect(scopeOf('    corrupt-pfn read[1]', 'read')).toBeUndefined();
        expect(scopeOf('    region slab-two = slab 1 page', 'slab-two')).toBeUndefined();
    });
});

// Going back to a state: everything that can change has to be found by walking properties.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { Checkpoint } from '../../server/src/simulator/races/checkpoint.js';

const MACHINE = path.resolve(import.meta.dirname, '../../server/src/machine');

describe('checkpoints', () => {
    test('no class of the machine hides what can change behind a private name', () => {
        const hidden = readdirSync(MACHINE).flatMap((file) => [...readFileSync(path.join(MACHINE, file), 'utf8').matchAll(/^ {4}(readonly )?#\w+(: [^;=(]+| = [^;]+|: [^;]+ = [^;]+);/gm)]
            .filter(([line, constant]) => constant === undefined || /new (Map|Set)|\[\]/.test(line)).map(([line]) => `${file}: ${line.trim()}`));
        expect(hidden).toEqual([]);
    });

    test('what was changed, added and removed is as it was, in the same objects', () => {
        const inner = { count: 1 };
        const state = { inner, list: [inner, 2], map: new Map<string, unknown>([['a', inner], ['b', 2]]), set: new Set([1, 2]) };
        const checkpoint = new Checkpoint([state]);
        const before = checkpoint.difference();
        inner.count = 2;
        state.list.push({ count: 3 });
        state.map.delete('a');
        state.map.set('c', { count: 4 });
        state.set.add(3);
        expect(checkpoint.difference()).not.toBe(before);
        checkpoint.restore();
        expect(checkpoint.difference()).toBe(before);
        expect(state).toEqual({ inner: { count: 1 }, list: [{ count: 1 }, 2], map: new Map<string, unknown>([['a', { count: 1 }], ['b', 2]]), set: new Set([1, 2]) });
        expect([...state.map.keys()]).toEqual(['a', 'b']);
        expect(state.list[0]).toBe(inner);
    });

    test('equal changes are told in equal words, whoever made the objects', () => {
        const state = { folio: { flags: 0, owner: null as object | null } };
        const checkpoint = new Checkpoint([state]);
        const words = [0, 1].map(() => {
            checkpoint.restore();
            state.folio = { flags: 4, owner: { vmas: [] } };
            return checkpoint.difference(state.folio);
        });
        expect(words[0]).toBe(words[1]);
        checkpoint.restore();
        state.folio.flags = 8;
        expect(checkpoint.difference(state.folio)).not.toBe(words[0]);
    });
});

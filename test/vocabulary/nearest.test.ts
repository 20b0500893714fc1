import { expect, test } from 'vitest';
import { allWords } from '../../server/src/vocabulary/lookup.js';
import { MF_TYPES } from '../../server/src/vocabulary/mf-types.js';
import { nearestWords } from '../../server/src/vocabulary/nearest.js';

test.each([
    ['slba', ['slab', 'slab-tail', 'free'], ['slab']],
    ['SLAB', ['slab'], ['slab']],
    ['vmaloc', ['vmalloc', 'slab'], ['vmalloc']],
    ['bcd', ['abd', 'bce', 'bc'], ['bc', 'bce']],
    ['xyzzy', ['slab', 'vmalloc'], []],
    ['slab', ['slab'], []],
    ['', ['slab', 'a'], ['a']],
    ['slab', [], []],
])('"%s" among %j', (word, candidates, expected) => {
    expect(nearestWords(word, candidates)).toEqual(expected);
});

test('a missing prefix letter of a long name', () => {
    expect(nearestWords('MF_MSG_DIRY_LRU', Object.keys(MF_TYPES))[0]).toBe('MF_MSG_DIRTY_LRU');
});

test('at most as many as asked for, whatever the order of the candidates', () => {
    const words = allWords();
    expect(nearestWords('MADV_FRE', words, 1)).toEqual(['MADV_FREE']);
    expect(nearestWords('MF_MSG_CLEAN', words)).toEqual(nearestWords('MF_MSG_CLEAN', [...words].reverse()));
    expect(nearestWords('MF_MSG_CLEAN', words, 2).length).toBeLessThanOrEqual(2);
});

test('a very long word is not compared', () => {
    expect(nearestWords('x'.repeat(100_000), allWords())).toEqual([]);
});

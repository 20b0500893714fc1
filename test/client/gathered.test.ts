// What comes in numbers is handed on together.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Gathered, type Portioning } from '../../client/src/gathered.js';

describe('gathered values', () => {
    let handedOn: (readonly string[])[];
    const gathered = (portioning?: Portioning): Gathered<string> => new Gathered((values) => void handedOn.push(values), portioning);
    beforeEach(() => {
        vi.useFakeTimers();
        handedOn = [];
    });
    afterEach(() => vi.useRealTimers());

    it('come together when no more come, the latest of each key', () => {
        const values = gathered();
        values.add('a', 'old');
        values.add('b', 'b');
        vi.advanceTimersByTime(200);
        values.add('a', 'new');
        values.delete('b');
        vi.advanceTimersByTime(200);
        expect(handedOn).toEqual([]);
        vi.advanceTimersByTime(100);
        expect(handedOn).toEqual([['new']]);
    });

    it('do not wait for the end of what goes on and on', () => {
        const values = gathered();
        for (let count = 0; count < 60; count++) {
            values.add(String(count), String(count));
            vi.advanceTimersByTime(100);
        }
        expect(handedOn.length).toBe(1);
        expect(handedOn[0]!.length).toBeGreaterThan(30);
    });

    it('come in portions, all of them, and at once when somebody asks', () => {
        const values = gathered({ sizes: [2], pauseMs: 100 });
        ['a', 'b', 'c', 'd', 'e'].forEach((each) => values.add(each, each));
        vi.advanceTimersByTime(300);
        expect(handedOn).toEqual([['a', 'b']]);
        vi.advanceTimersByTime(100);
        values.flush();
        expect(handedOn).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
        values.flush();
        vi.advanceTimersByTime(10_000);
        expect(handedOn).toHaveLength(3);
    });

    it('come in the order of their keys, the first portions as small as is asked, and again so after a rest', () => {
        const values = gathered({ sizes: [1, 2, Infinity], pauseMs: 500 });
        const portionsOfSix = (): (readonly string[])[] => {
            handedOn = [];
            ['f', 'b', 'd', 'a', 'e', 'c'].forEach((each) => values.add(each, each));
            vi.advanceTimersByTime(2_000);
            return handedOn;
        };
        expect(portionsOfSix()).toEqual([['a'], ['b', 'c'], ['d', 'e', 'f']]);
        expect(portionsOfSix()).toEqual([['a', 'b', 'c', 'd', 'e', 'f']]);
        vi.advanceTimersByTime(60_000);
        expect(portionsOfSix()).toEqual([['a'], ['b', 'c'], ['d', 'e', 'f']]);
    });

    it('that come in a pause wait for its end', () => {
        const values = gathered({ sizes: [1], pauseMs: 500 });
        ['a', 'b'].forEach((each) => values.add(each, each));
        vi.advanceTimersByTime(300);
        values.add('c', 'c');
        vi.advanceTimersByTime(400);
        expect(handedOn).toEqual([['a']]);
        values.delete('b');
        values.delete('c');
        vi.advanceTimersByTime(10_000);
        expect(handedOn).toEqual([['a']]);
    });

    it('are forgotten with whoever waits for them', () => {
        const values = gathered();
        values.add('a', 'a');
        values.dispose();
        vi.advanceTimersByTime(10_000);
        expect(handedOn).toEqual([]);
    });
});

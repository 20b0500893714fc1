// What comes in numbers is handed on together.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Gathered } from '../../client/src/gathered.js';

describe('gathered values', () => {
    let handedOn: (readonly string[])[];
    const gathered = (portion?: number): Gathered<string> => new Gathered((values) => void handedOn.push(values), portion);
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
        const values = gathered(2);
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

    it('are forgotten with whoever waits for them', () => {
        const values = gathered();
        values.add('a', 'a');
        values.dispose();
        vi.advanceTimersByTime(10_000);
        expect(handedOn).toEqual([]);
    });
});

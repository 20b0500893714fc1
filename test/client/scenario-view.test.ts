// @vitest-environment happy-dom
/** The script of the view, in a page: what it draws, what keys and clicks do, what it tells the extension. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nextIndex } from '../../client/webview/keys.js';
import type { FromView, ScenarioPicture, ToView } from '../../server/src/lsp/protocol.js';
import { picturesOf } from '../picture/pictures.ts';

const TEXT = `scenario "<img src=x onerror=alert(1)>" {
    vary sysctl vm.memory_failure_early_kill 0, 1
    process db { sigbus handler longjmp; map heap = anon 16 KiB written }
    page bad = heap[1]
    corrupt-pfn bad
    db: read heap[1]
    corrupt-pfn heap[2]
}
scenario "wrong" {
    corrupt-pfn nothing
}`;

const said: FromView[] = [];
let picture: ScenarioPicture;
let wrong: ScenarioPicture;

function tell(message: ToView): void {
    window.dispatchEvent(new MessageEvent('message', { data: message }));
}
const drawn = (): Extract<FromView, { t: 'drawn' }> => said.filter((each) => each.t === 'drawn').at(-1)!;
const items = (title: string): Element[] => [...document.querySelectorAll(`section[aria-label^="${title}"] .item`)];
const press = (key: string): boolean => document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
const focused = (): string | null => document.activeElement?.getAttribute('aria-label') ?? null;

beforeAll(async () => {
    [picture, wrong] = await picturesOf('view.hwp', TEXT) as [ScenarioPicture, ScenarioPicture];
    document.body.innerHTML = '<div id="view"></div>';
    Object.defineProperty(document.body, 'clientWidth', { configurable: true, value: 618 });
    Object.assign(globalThis, { acquireVsCodeApi: () => ({ postMessage: (message: FromView) => said.push(message), setState: () => undefined }) });
    await import('../../client/webview/main.js');
});
afterAll(() => { document.body.innerHTML = ''; });

describe('the view', () => {
    test('says that it is ready, and that it waits', () => {
        expect(said.map(({ t }) => t)).toEqual(['drawn', 'ready']);
        expect(document.querySelector('[role=status]')?.textContent).toBe('Waiting for the language server.');
    });
    test('draws every part with a name and the same in words; markup in a name is text', () => {
        tell({ t: 'picture', picture, step: null });
        expect(drawn()).toMatchObject({ title: '<img src=x onerror=alert(1)>', note: '', width: 600 });
        expect(drawn().parts.map(({ title }) => title)).toEqual(['Time line', 'Memory', 'Variants']);
        expect(document.querySelector('h1')?.textContent).toBe('<img src=x onerror=alert(1)>');
        expect(document.querySelectorAll('img, script')).toHaveLength(0);
        for (const part of drawn().parts) for (const name of part.items) expect(name).not.toBe('');
        expect([...document.querySelectorAll('section[aria-label="Memory"] li')].map(({ textContent }) => textContent)).toContain('0x4002 bad, db:heap[1]: poisoned, recovered');
    });
    test('Tab comes to one part of each picture; arrows, Home and End go through them in the order of the drawing', () => {
        for (const title of ['Time line', 'Memory', 'Variants']) expect(items(title).map((item) => item.getAttribute('tabindex')), title).toEqual(['0', ...items(title).slice(1).map(() => '-1')]);
        const rows = items('Time line');
        (rows[0] as unknown as HTMLElement).focus();
        expect(focused()).toMatch(/^step 1: corrupt-pfn bad/u);
        press('ArrowDown');
        expect(focused()).toMatch(/^step 2: db: read heap\[1\]/u);
        press('End');
        expect(focused()).toMatch(/^step 3/u);
        press('ArrowRight');
        expect(focused()).toMatch(/^step 3/u);
        press('Home');
        expect(focused()).toMatch(/^step 1/u);
        expect(rows.map((item) => item.getAttribute('tabindex'))).toEqual(['0', '-1', '-1']);
        expect(press('a')).toBe(true);
    });
    test('Enter and a click lead to the line', () => {
        press('ArrowDown');
        press('Enter');
        expect(said.at(-1)).toEqual({ t: 'goTo', uri: 'file:///view.hwp', line: 5, column: 4 });
        items('Time line')[2]!.querySelector('text')!.dispatchEvent(new MouseEvent('click', { bubbles: true }));
        expect(said.at(-1)).toEqual({ t: 'goTo', uri: 'file:///view.hwp', line: 6, column: 4 });
    });
    test('the cursor marks its step, and memory is as it was after it; the focus stays', () => {
        expect(document.querySelectorAll('.now')).toHaveLength(0);
        tell({ t: 'cursor', step: 0 });
        expect(document.querySelectorAll('.now')).toHaveLength(1);
        expect(focused()).toMatch(/^step 2/u);
        expect(drawn().parts[1]!.title).toBe('Memory after corrupt-pfn bad');
        expect(drawn().parts[1]!.items.filter((name) => name.includes('poisoned'))).toEqual(['0x4002 bad, db:heap[1]: poisoned, recovered']);
        tell({ t: 'cursor', step: 2 });
        expect(drawn().parts[1]!.items.filter((name) => name.includes('poisoned'))).toHaveLength(2);
    });
    test('a variant can be chosen', () => {
        const select = document.querySelector('select')!;
        select.value = 'vm.memory_failure_early_kill 1';
        select.dispatchEvent(new Event('change', { bubbles: true }));
        expect(said.at(-1)).toEqual({ t: 'variant', name: 'vm.memory_failure_early_kill 1' });
    });
    test('a server that is gone leaves what is drawn, marked as old', () => {
        tell({ t: 'note', words: 'The language server is not running: this is what it said last.' });
        expect(document.querySelector('main')?.getAttribute('class')).toBe('old');
        expect(drawn().parts).toHaveLength(3);
        expect(document.querySelector('[role=status]')?.textContent).toContain('not running');
    });
    test('a text with errors says which', () => {
        tell({ t: 'picture', picture: wrong, step: null });
        expect(drawn()).toMatchObject({ title: 'wrong', parts: [] });
        expect(document.querySelector('[role=status]')?.textContent).toContain('line 10: Nothing is called `nothing`');
    });
    test('a narrow window has a smaller picture', () => {
        Object.defineProperty(document.body, 'clientWidth', { configurable: true, value: 200 });
        tell({ t: 'picture', picture, step: null });
        expect(drawn().width).toBe(182);
        expect([...document.querySelectorAll('svg')].map((svg) => svg.getAttribute('width'))).toEqual(['182', '182', '182']);
    });
});

test('keys that mean nothing lead nowhere', () => {
    expect(['Tab', 'x', 'Escape'].map((key) => nextIndex(key, 1, 3))).toEqual([null, null, null]);
    expect(nextIndex('PageDown', 0, 100)).toBe(10);
});

test('the page of the view lets nothing run but its script', () => {
    const source = readFileSync(path.resolve(import.meta.dirname, '../../client/src/pictures/scenario-view.ts'), 'utf8');
    expect(source).toContain('default-src \'none\'; script-src \'nonce-');
    expect(source).not.toContain('unsafe-');
});

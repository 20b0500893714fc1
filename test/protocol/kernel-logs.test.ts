/** Kernel logs in the editor, over stdio. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LogView } from '../../server/src/lsp/protocol.js';
import { given } from '../log/given.js';
import { LanguageClient } from './language-client.js';

let client: LanguageClient;

beforeAll(async () => {
    client = await LanguageClient.start();
});

afterAll(() => client.stop());

async function triaged(text: string): Promise<LogView> {
    const view = await client.request('hwp/triageLog', { text });
    expect(view).not.toBeNull();
    return view as LogView;
}

describe('a log of production', () => {
    const { text } = given('01');

    test('the crash is tied to its frame: a hint, and links both ways', async () => {
        const { verdict, hints, links } = await triaged(text);
        expect(verdict).toBe('hardware');
        expect(hints).toHaveLength(2);
        expect(hints[0]!.text).toContain('a hardware problem');
        expect(hints.find(({ line }) => line === 11)!.text).toContain('belongs to frame 0x40272d');
        expect(links.map(({ line, target }) => [line, target])).toEqual([[11, 10], [10, 11]]);
    });

    test('a line of memory_failure() says what its type and result mean', async () => {
        const { lines } = await triaged(text);
        const action = lines.find(({ line }) => line === 10)!;
        expect(action.hover).toContain('MF_MSG_GET_HWPOISON');
        expect(action.hover).toContain('MF_IGNORED');
        expect(action.incident).toBe('1.1');
    });

    test('the outline has the boot and its incident', async () => {
        const { boots } = await triaged(text);
        expect(boots.map(({ name, incidents }) => [name, incidents.map(({ id, verdict, reproducible }) => [id, verdict, reproducible])])).toEqual([
            ['boot 1: Linux 6.16.1-0_fbk2_0_gf40efc324cc8', [['1.1', 'a hardware problem', true]]],
        ]);
    });

    test('a scenario reproduces it', async () => {
        const scenario = await client.request('hwp/logScenario', { text, incident: '1.1' }) as { text: string; passes: boolean };
        expect(scenario.passes).toBe(true);
        expect(scenario.text).toContain('Memory failure: 0x40272d: recovery action for get hwpoison page: Ignored');
        expect(await client.request('hwp/logScenario', { text, incident: '9.9' })).toBeNull();
    });
});

test('a text that is no log has nothing', async () => {
    expect(await triaged('scenario "x" {\n}\n')).toEqual({ verdict: 'none', boots: [], lines: [], hints: [], links: [] });
});

test('a large log is read bit by bit: what is asked for later is answered before', async () => {
    const ordinary = Array.from({ length: 200_000 }, (_, index) => `[ ${1000 + index}.000000] usb 1-1: new high-speed USB device number 7`).join('\n');
    const answered: string[] = [];
    const large = triaged(`${ordinary}\n[300000.000000] Memory failure: 0x4001: recovery action for dirty LRU page: Recovered`).then((view) => {
        answered.push('large');
        return view;
    });
    const small = triaged('[    1.000000] Memory failure: 0x4002: recovery action for dirty LRU page: Recovered').then(() => answered.push('small'));
    expect((await large).boots.flatMap(({ incidents }) => incidents)).toHaveLength(1);
    await small;
    expect(answered).toEqual(['small', 'large']);
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SignatureHelp } from 'vscode-languageserver';
import { OPERATIONS } from '../../server/src/vocabulary/operations.js';
import { InProcessClient, marked } from './in-process-client.js';

const ROWS = [
    { at: 'db: madvise |', label: 'PROCESS: madvise TARGET [length LENGTH] ADVICE', active: 'TARGET' },
    { at: 'db: madvise heap[0] |', label: 'PROCESS: madvise TARGET [length LENGTH] ADVICE', active: 'ADVICE' },
    { at: 'db: madvise heap[0] length |', label: 'PROCESS: madvise TARGET [length LENGTH] ADVICE', active: '[length LENGTH]' },
    { at: 'machine-check |', label: 'machine-check SEVERITY [at TARGET] [cpu CPU] [broadcast|lmce|single] [no-ripv|no-eipv|no-ripv-no-eipv] [load|fetch] [threshold] [unclaimed]', active: 'SEVERITY' },
    { at: 'at +67s machine-check AO at |', label: undefined, active: '[at TARGET]' },
    { at: 'machine-check bank 9 |', label: undefined, active: 'status STATUS' },
    { at: 'machine-check bank 9 status "0xbd" |', label: 'machine-check [bank BANK] status STATUS [mcg_status MCGSTATUS] [at TARGET] [addr ADDRESS] [misc MISC] [ipid IPID] [cpu CPU] [broadcast|single|poll]', active: '[broadcast|single|poll]' },
    { at: 'machine-check bank 9 status "0xbd" mcg_status |', label: undefined, active: '[mcg_status MCGSTATUS]' },
    { at: 'race db: write |', label: undefined, active: 'TARGET' },
    { at: 'region r = slab |', label: 'region NAME = KIND ["label"] SIZE [at pfn N] [content "A"]', active: undefined },
    { at: 'expect SIGBUS |', label: 'expect CLAIM ... [when CONDITION]', active: undefined },
];

describe('signature help', () => {
    let client: InProcessClient;
    const uri = 'file:///signature.hwp';
    beforeAll(async () => {
        client = await InProcessClient.start();
        await client.open(uri, '');
    });
    afterAll(() => client.stop());

    const help = async (line: string): Promise<SignatureHelp | null> => {
        const { text, positions } = marked(`scenario "s" {\n    process db { map heap = anon 16 KiB written }\n    ${line}\n}\n`);
        await client.change(uri, text);
        return client.at('signatureHelp', uri, positions[0]!);
    };

    test.each(ROWS)('$at', async ({ at, label, active }) => {
        const found = await help(at);
        const [signature] = found?.signatures ?? [];
        if (label !== undefined) {
            expect(signature?.label).toBe(label);
        }
        const place = signature?.parameters?.[found?.activeParameter ?? -1]?.label;
        expect(Array.isArray(place) ? signature!.label.slice(...place as [number, number]) : undefined).toBe(active);
    });

    test('every operation with parameters explains all of them', async () => {
        for (const { id, actors, parameters } of OPERATIONS.filter((operation) => operation.parameters.length > 0 && !['sysctl', 'filter', 'machine-check-registers', 'prctl', 'pin'].includes(operation.id))) {
            const found = await help(`${actors.includes('none') ? '' : actors.includes('task') ? 'db: ' : 'kernel: '}${id} |`);
            expect(found?.signatures[0]?.parameters?.map(({ documentation }) => documentation !== undefined), id).toEqual(parameters.map(() => true));
            // Completion is open at the same time: what is said of the step itself waits.
            expect(found?.signatures[0]?.documentation === undefined, id).toBe(found!.activeParameter! < parameters.length);
        }
    });

    test('there is none on an empty line or in a comment', async () => {
        expect(await help('|')).toBeNull();
        expect(await help('// madvise |')).toBeNull();
    });
});

// A few exported programs as they are, each read as a reviewer of the kernel would.
// `UPDATE_PROGRAMS=1 npx vitest run test/export/golden-programs.test.ts` writes them anew: read the difference before you commit it.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { ExportForm } from '../../server/src/export/reproducer.js';
import { exported, ROOT } from './exported.js';

/** Scenario file, title, form, and what the golden file is called. */
const PROGRAMS: readonly (readonly [file: string, title: string, form: ExportForm, golden: string])[] = [
    ['examples/01-early-kill.hwp', 'early kill', 'c', 'early-kill.c'],
    ['examples/05-who-is-signalled.hwp', 'fork before the error: both are signalled', 'kselftest', 'fork-before.kselftest.c'],
    ['test/conformance/scenarios/c/softmadv-hugetlb-anon.hwp', 'softmadv-hugetlb-anon', 'c', 'soft-offline-hugetlb.c'],
    ['examples/04-allocated-under-the-handler.hwp', 'the same race in 7.3', 'c', 'race.c'],
    ['examples/09-kexec.hwp', 'poison survives two kexecs', 'c', 'kexec.c'],
    ['examples/03-every-answer.hwp', 'a slab page in 7.3, sysctl off', 'sh', 'slab.sh'],
    ['examples/01-early-kill.hwp', 'early kill', 'sh', 'early-kill.sh'],
];

test.each(PROGRAMS)('%s: %s as %s', async (file, title, form, golden) => {
    const program = (await exported([file], form, 'expected')).find(({ name }) => name === `${file}: ${title}`);
    const kept = path.join(ROOT, 'test/resources/programs', golden);
    if (process.env['UPDATE_PROGRAMS'] !== undefined) writeFileSync(kept, program!.text);
    expect(program!.text).toBe(readFileSync(kept, 'utf8'));
});

test('what is not made is named in the program and beside it', async () => {
    const [program] = await exported(['given.hwp'], 'c', 'expected', { 'given.hwp': 'scenario "s" {\n    region buffer = vmalloc 1 page\n    corrupt-pfn buffer\n        expect MF_MSG_GET_HWPOISON MF_IGNORED\n}\n' });
    expect(program!.gaps.map(({ construct, why }) => [construct, why])).toEqual([['region vmalloc', 'no interface tells which frames these are']]);
    expect(program!.text).toContain(' * - region vmalloc: no interface tells which frames these are');
    expect(program!.text).toContain('1..0 # SKIP region vmalloc');
});

test('text of a scenario stays text: comments and strings of the program hold it', async () => {
    const title = 'a */ quote \\" and ??/ and $(reboot) `id`';
    const given = { 'given.hwp': `scenario "${title}" {\n    process p { map heap = anon 1 page }\n    p: read heap[0]\n        expect value "\\""\n}\n` };
    const [c] = await exported(['given.hwp'], 'c', 'expected', given);
    expect(c!.text.split('\n').slice(0, 4).join('\n')).not.toContain('*/');
    const [sh] = await exported(['given.hwp'], 'sh', 'expected', given);
    for (const line of sh!.text.split('\n').filter((each) => each.includes('reboot'))) expect(line).toMatch(/^#|'/);
});

import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommandLine } from '../../server/src/cli/command-line.js';

const WHOLE = 'scenario "whole" {\n    region dentry = slab 1 page\n    corrupt-pfn dentry\n        expect MF_MSG_KERNEL MF_IGNORED errno EBUSY\n}\n';
const TEXTS = {
    whole: WHOLE,
    partly: WHOLE.replace('whole', 'partly').replace('slab', 'vmalloc').replace('MF_MSG_KERNEL', 'MF_MSG_GET_HWPOISON'),
    broken: WHOLE.replace('slab', 'slap'),
    varied: 'scenario "varied" {\n    vary kernel 6.12, 7.3\n    process p { sigbus handler longjmp; map heap = anon 1 page written }\n    p: madvise heap[0] MADV_HWPOISON\n        expect MF_MSG_DIRTY_LRU when kernel >= 7.3\n}\n',
};

describe('hwp export', () => {
    let folder = '';
    beforeAll(() => {
        folder = mkdtempSync(path.join(tmpdir(), 'hwp-export-'));
        for (const [name, text] of Object.entries(TEXTS)) writeFileSync(path.join(folder, `${name}.hwp`), text);
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    async function hwp(...args: string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
        const written = { out: '', err: '' };
        const code = await runCommandLine(['export', ...args.map((arg) => arg.endsWith('.hwp') ? path.join(folder, arg) : arg)], {
            out: (text) => void (written.out += text), err: (text) => void (written.err += text), colours: false,
        });
        return { code, ...written };
    }

    test('one program goes to the output', async () => {
        const { code, out, err } = await hwp('whole.hwp');
        expect([code, err]).toEqual([0, '']);
        expect(out).toMatch(/^\/\/ SPDX[\s\S]*int main\(void\)[\s\S]*sh->err == EBUSY/);
        expect((await hwp('--as', 'kselftest', 'whole.hwp')).out).toContain('TEST(test_whole)');
        expect((await hwp('--as', 'sh', 'whole.hwp')).out).toMatch(/^#!\/bin\/sh\n/);
    });

    test('what is not made is named, in the program too', async () => {
        const { code, out, err } = await hwp('partly.hwp');
        expect(code).toBe(4);
        expect(err).toMatch(/partly\.hwp:3:5: partly: not made: region vmalloc: no interface tells which frames these are\n$/);
        expect(out).toContain('region vmalloc: no interface tells which frames these are');
    });

    test('what cannot be used is refused', async () => {
        expect((await hwp('broken.hwp')).code).toBe(2);
        expect((await hwp('--as', 'rust', 'whole.hwp')).code).toBe(2);
        expect((await hwp('missing.hwp')).code).toBe(2);
        const none = await hwp('--filter', 'nobody', 'whole.hwp');
        expect([none.code, none.out]).toEqual([2, '']);
        expect(none.err).toContain('nothing was exported');
    });

    test('variants are chosen by number or by words; several need a folder', async () => {
        const several = await hwp('varied.hwp');
        expect([several.code, several.out]).toEqual([2, '']);
        expect(several.err).toContain('variant 2: kernel 7.3');
        expect((await hwp('--variant', '2', 'varied.hwp')).out).toContain('ok(logged_like("*recovery action for dirty LRU page: *")');
        expect((await hwp('--variant', '6.12', 'varied.hwp')).out).toContain('only when kernel >= 7.3');
        expect((await hwp('--variant', '3', 'varied.hwp')).code).toBe(2);
        const target = path.join(folder, 'out');
        const all = await hwp('--output', target, 'varied.hwp', 'whole.hwp');
        expect(all.code).toBe(0);
        expect(readdirSync(target).sort()).toEqual(['varied-v1.c', 'varied-v2.c', 'whole.c']);
        await hwp('--as', 'sh', '--output', target, 'whole.hwp');
        expect(statSync(path.join(target, 'whole.sh')).mode & 0o111).toBe(0o111);
        expect(readFileSync(path.join(target, 'varied-v1.c'), 'utf8')).toContain('expectations are for Linux 6.12');
    });

    test('a folder that cannot be written is an error', async () => {
        const { code, err } = await hwp('--output', path.join(folder, 'whole.hwp', 'x'), 'whole.hwp');
        expect(code).toBe(2);
        expect(err).toMatch(/^hwp: /);
    });

    test('what the model predicts is checked where nothing is expected, and when it is asked for', async () => {
        writeFileSync(path.join(folder, 'silent.hwp'), WHOLE.replace(/^ +expect.*\n/gm, ''));
        expect((await hwp('silent.hwp')).out).toContain('ok(logged("recovery action for reserved kernel page: Ignored")');
        expect((await hwp('whole.hwp')).out).toContain('1..%d\\n", 1);');
        expect((await hwp('--checks', 'predicted', 'whole.hwp')).out).not.toContain('1..%d\\n", 1);');
    });
});

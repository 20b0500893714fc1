// `hwp run --picture` and `--format html|markdown`: the built command.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

const cli = path.resolve(import.meta.dirname, '../../out/cli.js');
const folder = mkdtempSync(path.join(os.tmpdir(), 'hwp-pictures-'));
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

const MARKUP = '<img src=x onerror=alert(1)> & "q" </pre></svg><script>alert(1)</script>';
const body = '    process db { map heap = anon 16 KiB written }\n    corrupt-pfn heap[1]\n        expect MF_RECOVERED\n    db: read heap[1]\n';
writeFileSync(path.join(folder, 'one.hwp'), `scenario "one" {\n${body}}\n`);
writeFileSync(path.join(folder, 'many.hwp'), `scenario "${MARKUP.replaceAll('"', '\\"')}" {\n    // </pre><script>alert(2)</script> \`\`\`\n${body}}\nscenario "Same, title" {\n${body}}\nscenario "same title!" {\n    corrupt-pfn nothing\n}\n`);

function hwp(...args: string[]): { readonly status: number | null; readonly out: string; readonly err: string } {
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'run', ...args], { cwd: folder, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } });
    return { status, out: stdout, err: stderr };
}
const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');

/** Tags of an XML text that are not closed, or closed otherwise. */
function openTags(xml: string): string[] {
    const open: string[] = [];
    for (const [, closing, name, empty] of xml.matchAll(/<(\/?)([a-zA-Z]+)(?:\s[^<>]*?)?(\/?)>/gu)) {
        if (closing === '/') {
            if (open.pop() !== name) return [`</${name}>`];
        } else if (empty === '') open.push(name!);
    }
    return open;
}

describe('pictures as files', () => {
    test('of one scenario, the file that was named; the text is printed as ever', () => {
        const { status, out, err } = hwp('one.hwp', '--picture', 'one.svg');
        expect([status, err]).toEqual([0, '']);
        expect(out).toContain('1 scenario: 1 passed');
        expect(read('one.svg')).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/u);
        expect(read('one.svg')).toContain('0x4002 db:heap[1]: poisoned, recovered');
        expect(read('one.svg')).not.toContain('file:');
    });

    test('of several, each its own, named by its title, whatever is in it', () => {
        const { status, err } = hwp('many.hwp', '--picture', 'p.svg');
        expect(status).toBe(2);
        expect(readdirSync(folder).filter((name) => name.startsWith('p'))).toEqual(['p-img-src-x-onerror-alert-1-q-pre-svg-script-alert-1-script.svg', 'p-same-title-2.svg', 'p-same-title.svg']);
        expect(err).toContain('p-same-title-2.svg: same title!');
        for (const name of readdirSync(folder).filter((each) => each.startsWith('p'))) {
            expect(openTags(read(name)), name).toEqual([]);
            expect(read(name)).not.toMatch(/<script|<img/u);
        }
        expect(read('p-same-title-2.svg')).toContain('It has 1 error and was not run:');
    });

    test('what cannot be written is said, and the run counts as unusable', () => {
        const { status, out, err } = hwp('one.hwp', '--picture', 'no/such/folder.svg');
        expect(status).toBe(2);
        expect(err).toMatch(/^hwp: the picture cannot be written to no\/such\/folder\.svg: /u);
        expect(out).toContain('1 scenario: 1 passed');
    });
});

describe('one page', () => {
    test('as HTML: pictures, explanation and log, nothing that runs or is loaded', () => {
        const { status, out } = hwp('many.hwp', 'missing.hwp', '--format', 'html');
        expect(status).toBe(2);
        expect(out).toContain('<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'"');
        expect(out).not.toMatch(/<(script|img|iframe|object|link|a href="(?!#))/iu);
        expect(out).not.toMatch(/<[^>]*\son[a-z]+=/iu);
        expect(out).toContain('&lt;script>alert(2)');
        for (const words of ['missing.hwp: no such file or folder', 'Memory failure: 0x4002: recovery action for', 'PG_hwpoison is set.', '0x4002 db:heap[1]: poisoned, recovered', 'It has 1 error and was not run:']) expect(out).toContain(words);
        expect(out.match(/<svg /gu)).toHaveLength(4);
        expect(existsSync(path.join(folder, 'missing.hwp'))).toBe(false);
    });

    test('as Markdown: the same summary as the report, pictures as data, no markup from the text', () => {
        const { out } = hwp('many.hwp', '--format', 'markdown');
        hwp('many.hwp', '--report', 'markdown=r.md');
        expect(out.startsWith(read('r.md'))).toBe(true);
        expect(out).toContain('````hwp\n');
        expect(out).toMatch(/!\[Memory\]\(data:image\/svg\+xml,%3Csvg[^()\s]*\)/u);
        // Outside of fences nothing of the text is markup.
        const prose = out.replace(/^(`{3,})[^\n]*\n[\s\S]*?^\1$/gmu, '');
        expect(prose).not.toMatch(/(?<!\\)<(script|img)/u);
    });

    test('the pages do not depend on when or how often they are made', () => {
        expect(hwp('one.hwp', '--format', 'html').out).toBe(hwp('one.hwp', '--format', 'html').out);
    });
});

/** Exported programs build without a warning on glibc and on musl, and shell scripts parse. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureCommands, findOnPath } from '../../scripts/vscode/debian-packages.mjs';
import { HELPERS, type HelperName } from '../../server/src/export/c/helpers.js';
import { exported, ROOT, type Exported } from './exported.js';

/** Everything: `EXPORT_ALL=1`. Else what together uses every helper and every call that any scenario asks for. */
const ALL = process.env['EXPORT_ALL'] === '1';

const FLAGS = ['-Wall', '-Wextra', '-Werror', '-pthread'];
/** Compiled, not only parsed: unused functions and variables that were never set are found late. Of another library, what counts is its headers. */
const PHASE: Readonly<Record<string, readonly string[]>> = { 'gcc': ['-O1', '-c'], 'musl-gcc': ['-fsyntax-only'], 'clang': ['-O1', '-c'] };

function filesBelow(folder: string): string[] {
    return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.hwp')).map((file) => path.join(folder, file)).sort();
}

const files = [
    ...filesBelow('examples'), ...filesBelow('test/export/scenarios'),
    ...ALL ? filesBelow('test/conformance/scenarios') : readFileSync(path.join(ROOT, 'test/export/cross-section.txt'), 'utf8').trim().split('\n'),
];

let folder = '';
let programs: readonly Exported[] = [];
beforeAll(async () => {
    // The headers of the C library come with the compiler only where recommended packages do.
    ensureCommands([{ command: 'gcc', packageName: 'gcc' }, { command: 'gcc', packageName: 'libc6-dev' }, { command: 'musl-gcc', packageName: 'musl-tools' }]);
    folder = mkdtempSync(path.join(os.tmpdir(), 'hwp-export-'));
    mkdirSync(path.join(folder, 'mm'));
    // What the harness of the kernel's selftests has, as far as programs use it.
    writeFileSync(path.join(folder, 'kselftest_harness.h'), HARNESS);
    programs = await exported(files, 'c', 'predicted');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** In one go: a compiler starts faster than it is asked. */
function complaints(compiler: string, form: string, written: readonly Exported[]): string[] {
    const names = written.map(({ text, name }, index) => {
        const file = path.join(folder, 'mm', `${form}-${index}.c`);
        writeFileSync(file, `/* ${name.replaceAll('*/', '')} */\n${text}`);
        return file;
    });
    const complaining: string[] = [];
    for (let at = 0; at < names.length; at += 40) {
        const { status, stderr } = spawnSync(compiler, [...FLAGS, ...PHASE[compiler]!, ...names.slice(at, at + 40)], { encoding: 'utf8', cwd: path.join(folder, 'mm') });
        if (status !== 0) complaining.push(stderr.slice(0, 4000));
    }
    return complaining;
}

test.each(['gcc', 'musl-gcc', 'clang'])('%s has nothing to complain about', (compiler) => {
    // clang is asked where it is there.
    if (compiler === 'clang' && findOnPath(compiler) === undefined) return;
    expect(complaints(compiler, 'c', programs)).toEqual([]);
});

test('nor about programs for the kselftest harness', async () => {
    expect(complaints('gcc', 'kselftest', await exported([...ALL ? files : ['examples/01-early-kill.hwp', 'examples/05-who-is-signalled.hwp'], ...filesBelow('test/export/scenarios')], 'kselftest', 'expected'))).toEqual([]);
});

test('a shell reads every script', async () => {
    for (const { name, text } of await exported(files, 'sh', 'predicted')) {
        const { status, stderr } = spawnSync('sh', ['-n'], { input: text, encoding: 'utf8' });
        expect(stderr, name).toBe('');
        expect(status, name).toBe(0);
    }
});

test('every helper is in one of these programs', () => {
    const texts = programs.map(({ text }) => text);
    const unused = (Object.keys(HELPERS) as HelperName[]).filter((name) => HELPERS[name].code.includes('{') && !texts.some((text) => nameOf(HELPERS[name].code).some((each) => text.includes(`${each}(`))));
    expect(unused).toEqual([]);
});

/** The functions of a helper. */
function nameOf(code: string): string[] {
    return [...code.matchAll(/^(?:static .*?[ *])?(\w+)\([^;]*?\)\n\{/gms)].map(([, name]) => name!);
}

const HARNESS = `
#include <stdio.h>
#include <stdlib.h>
#define TEST(name) static void name(void); static void (*the_test)(void) = name; static void name(void)
#define EXPECT_TRUE(seen) if (!(seen))
#define TH_LOG(format, ...) fprintf(stderr, format "\\n", ##__VA_ARGS__)
#define SKIP(statement, format, ...) do { TH_LOG(format, ##__VA_ARGS__); statement; } while (0)
#define TEST_HARNESS_MAIN int main(void) { the_test(); return 0; }
`;

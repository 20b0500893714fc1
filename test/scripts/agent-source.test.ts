import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { asCompiled } from '../../scripts/agent-source.mts';

const SOURCES = path.resolve(import.meta.dirname, '../../lab');
const folder = mkdtempSync(path.join(tmpdir(), 'hwp-agent-'));
const [written, shipped] = ['written', 'shipped'].map((name) => path.join(folder, name)) as [string, string];
[written, shipped].forEach((each) => cpSync(SOURCES, each, { recursive: true }));
for (const name of readdirSync(shipped).filter((each) => /\.[ch]$/.test(each))) writeFileSync(path.join(shipped, name), asCompiled(readFileSync(path.join(SOURCES, name), 'utf8')));
afterAll(() => rmSync(folder, { recursive: true }));

/** The code that the compiler makes of it, with the warnings that are errors where the agent is built: some of them look at comments and at indentation. */
function compiled(folderOfSources: string, name: string): string {
    const { status, stdout, stderr } = spawnSync(process.env['CC'] ?? 'cc', ['-O2', '-Wall', '-Wextra', '-Werror', '-pthread', '-S', '-o', '-', name], { cwd: folderOfSources, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    return stdout;
}

const hasCompiler = spawnSync(process.env['CC'] ?? 'cc', ['--version']).status === 0;

test.runIf(hasCompiler).each(readdirSync(SOURCES).filter((name) => name.endsWith('.c')))('%s as it is shipped is the same code', (name) => {
    expect(compiled(shipped, name)).toBe(compiled(written, name));
}, 60_000);

test('what stands in texts and in directives of the preprocessor stays', () => {
    expect(asCompiled('#define F(a, b)  \\\n\t((a) + (b)) /* sum */\nstatic const char *t = "a // b  /* c */";  // why\n\n\nint  x = 1 ;\n')).toBe('#define F(a, b)  \\\n((a) + (b))\nstatic const char *t="a // b  /* c */";\nint  x=1;\n');
});

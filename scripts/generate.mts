// Generates the parser's tables, the AST types and the TextMate grammar from grammar/hwp.langium.
//   npm run generate          writes them
//   npm run generate:check    fails when what is committed is not what the grammar generates
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeParserTables } from './parser-tables.mts';
import { mendTextMate } from './textmate.mts';

interface LangiumConfig {
    readonly out: string;
    readonly languages: readonly { readonly grammar: string; readonly textMate: { readonly out: string } }[];
}

const root = path.resolve(import.meta.dirname, '..');
const CONFIG_FILE = 'langium-config.json';
const config = JSON.parse(readFileSync(path.join(root, CONFIG_FILE), 'utf8')) as LangiumConfig;

/** Runs the generator on the configuration in a directory; its paths are relative to that directory. */
function generateIn(directory: string): boolean {
    const cli = path.join(root, 'node_modules', 'langium-cli', 'bin', 'langium.js');
    const run = spawnSync(process.execPath, [cli, 'generate', '--file', path.join(directory, CONFIG_FILE)], {
        cwd: directory, encoding: 'utf8', env: { ...process.env, FORCE_COLOR: '0' },
    });
    process.stdout.write(run.stdout);
    process.stderr.write(run.stderr);
    if (run.status !== 0) {
        return false;
    }
    config.languages.forEach(({ textMate }) => mendTextMate(path.join(directory, textMate.out)));
    writeParserTables(path.join(directory, config.out, 'grammar.ts'), path.join(directory, config.out, 'parser-tables.ts'));
    return true;
}

function filesIn(directory: string): string[] {
    return existsSync(directory)
        ? readdirSync(directory, { recursive: true, withFileTypes: true })
            .filter((entry) => entry.isFile())
            .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)))
        : [];
}

function readText(file: string): string | undefined {
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** The generated files whose committed text differs from what the grammar generates now. */
function outdatedFiles(fresh: string): string[] {
    const generated = new Set([...filesIn(path.join(fresh, config.out)), ...filesIn(path.join(root, config.out))]);
    const candidates = [...generated].map((file) => path.join(config.out, file));
    candidates.push(...config.languages.map((language) => language.textMate.out));
    return candidates.filter((file) => readText(path.join(fresh, file)) !== readText(path.join(root, file)));
}

function check(): boolean {
    const fresh = mkdtempSync(path.join(tmpdir(), 'hwp-generate-'));
    try {
        cpSync(path.join(root, CONFIG_FILE), path.join(fresh, CONFIG_FILE));
        for (const folder of new Set(config.languages.map((language) => path.dirname(language.grammar)))) {
            cpSync(path.join(root, folder), path.join(fresh, folder), { recursive: true });
        }
        if (!generateIn(fresh)) {
            return false;
        }
        const outdated = outdatedFiles(fresh);
        for (const file of outdated) {
            console.error(`${file}: not what the grammar generates. Run "npm run generate" and commit the result.`);
        }
        return outdated.length === 0;
    } finally {
        rmSync(fresh, { recursive: true, force: true });
    }
}

process.exitCode = (process.argv.includes('--check') ? check() : generateIn(root)) ? 0 : 1;

// Generates the parser's tables, the AST types and the TextMate grammar from grammar/hwp.langium; the TextMate grammar from the
// tables of the vocabulary, too; and the search for words in logs from its WebAssembly.
//   npm run generate          writes them
//   npm run generate:check    fails when what is committed is not what the grammar generates
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleForScripts } from './conformance/bundle.mts';
import { writePredictions } from './parser-predictions.mts';
import { writeParserTables } from './parser-tables.mts';
import { mendTextMate, type TextMateWords } from './textmate.mts';
import { WORD_SCANNER, writeWordScanner } from './word-scanner.mts';

interface LangiumConfig {
    readonly out: string;
    readonly languages: readonly { readonly grammar: string; readonly textMate: { readonly out: string } }[];
}

const root = path.resolve(import.meta.dirname, '..');
const CONFIG_FILE = 'langium-config.json';
const config = JSON.parse(readFileSync(path.join(root, CONFIG_FILE), 'utf8')) as LangiumConfig;

/** Runs the generator in an empty directory, where it has nothing to ask; its paths are relative to that directory. */
async function generateIn(directory: string, words: TextMateWords): Promise<boolean> {
    cpSync(path.join(root, CONFIG_FILE), path.join(directory, CONFIG_FILE));
    for (const folder of new Set(config.languages.map((language) => path.dirname(language.grammar)))) {
        cpSync(path.join(root, folder), path.join(directory, folder), { recursive: true });
    }
    const cli = path.join(root, 'node_modules', 'langium-cli', 'bin', 'langium.js');
    const run = spawnSync(process.execPath, [cli, 'generate', '--file', path.join(directory, CONFIG_FILE)], {
        cwd: directory, encoding: 'utf8', env: { ...process.env, FORCE_COLOR: '0' },
    });
    process.stdout.write(run.stdout);
    process.stderr.write(run.stderr);
    if (run.status !== 0) {
        return false;
    }
    config.languages.forEach(({ textMate }) => mendTextMate(path.join(directory, textMate.out), words));
    writeParserTables(path.join(directory, config.out, 'grammar.ts'), path.join(directory, config.out, 'parser-tables.ts'));
    await writePredictions(root, directory, path.join(directory, config.out));
    await writeWordScanner(root, directory);
    return true;
}

/** Words of the vocabulary, which is TypeScript of the server. */
async function vocabularyWords(directory: string): Promise<TextMateWords> {
    const outfile = path.join(directory, 'textmate-words.mjs');
    await bundleForScripts(root, 'scripts/textmate-words.mts', outfile);
    return await import(pathToFileURL(outfile).href) as TextMateWords;
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

/** Generated files, of now and of what is committed. */
function generatedFiles(fresh: string): string[] {
    const generated = new Set([...filesIn(path.join(fresh, config.out)), ...filesIn(path.join(root, config.out))]);
    return [...[...generated].map((file) => path.join(config.out, file)), ...config.languages.map((language) => language.textMate.out), WORD_SCANNER];
}

function check(fresh: string): boolean {
    const outdated = generatedFiles(fresh).filter((file) => readText(path.join(fresh, file)) !== readText(path.join(root, file)));
    for (const file of outdated) {
        console.error(`${file}: not what the grammar generates. Run "npm run generate" and commit the result.`);
    }
    return outdated.length === 0;
}

function write(fresh: string): boolean {
    for (const file of generatedFiles(fresh)) {
        const text = readText(path.join(fresh, file));
        if (text === undefined) {
            rmSync(path.join(root, file));
        } else {
            writeFileSync(path.join(root, file), text);
        }
    }
    return true;
}

const fresh = mkdtempSync(path.join(tmpdir(), 'hwp-generate-'));
try {
    process.exitCode = await generateIn(fresh, await vocabularyWords(fresh)) && (process.argv.includes('--check') ? check(fresh) : write(fresh)) ? 0 : 1;
} finally {
    rmSync(fresh, { recursive: true, force: true });
}

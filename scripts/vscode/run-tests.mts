// Runs test/vscode/*.test.ts in a real VS Code (those in web/ are run by web-tests.mts): the one named by HWP_VSCODE (the path of its executable, or "download" for a
// desktop one of @vscode/test-electron's); else on Linux x64 the host that install-host.mts installs, elsewhere a download.
//   npm run test:vscode               all of them
//   npm run test:vscode -- server     the files with these names only
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import type { JournalEvent } from '../../test/vscode/journal.ts';
import { ensureLabNeeds, LAB_CACHE } from '../lab/needs.mts';
import { runToTheEnd } from './test-journal.mts';

const root = path.resolve(import.meta.dirname, '../..');
const SOURCE = path.join(root, 'test/vscode');
const BUNDLES = path.join(root, '.cache/vscode-tests');
const RESULTS = path.join(root, '.cache/test-results');

/** Where the numbers of the last run are. */
const RESULT_FILE = path.join(RESULTS, 'vscode.json');

/** What has happened so far, also when the host is gone. */
const JOURNAL = path.join(RESULTS, 'vscode-journal.jsonl');

const wanted = process.argv.slice(2);

async function bundleSuite(): Promise<void> {
    rmSync(BUNDLES, { recursive: true, force: true });
    const tests = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.ts') && !file.startsWith('web') && (wanted.length === 0 || wanted.includes(path.basename(file, '.test.ts'))));
    if (tests.length === 0) {
        throw new Error(`no test file is called ${wanted.join(' or ')}`);
    }
    await build({
        absWorkingDir: root,
        entryPoints: [path.join(SOURCE, 'suite.ts'), ...tests.map((file) => path.join(SOURCE, file))],
        outbase: SOURCE, outdir: BUNDLES,
        bundle: true, platform: 'node', format: 'cjs', target: 'node20', sourcemap: 'inline', external: ['vscode', 'mocha'], logLevel: 'warning',
    });
}

async function vscodeExecutable(): Promise<string> {
    const wish = process.env['HWP_VSCODE'];
    if (wish !== undefined && wish !== '' && wish !== 'download') {
        console.log(`VS Code: ${wish}`);
        return wish;
    }
    if (wish === 'download' || process.platform !== 'linux' || process.arch !== 'x64') {
        console.log('VS Code: desktop, downloaded');
        return downloadAndUnzipVSCode({ version: 'stable', cachePath: path.join(root, '.cache/vscode-desktop') });
    }
    console.log('VS Code: server and workbench from the npm registry, in Chromium');
    return path.join(import.meta.dirname, 'code-shim.mts');
}

function readJournal(): JournalEvent[] {
    return existsSync(JOURNAL) ? readFileSync(JOURNAL, 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as JournalEvent) : [];
}

/** Runs what is not in the journal yet, on a copy of the workspace; an exit code says less than the journal. */
async function runHost(vscodeExecutablePath: string): Promise<void> {
    const directory = mkdtempSync(path.join(tmpdir(), 'hwp-'));
    const workspace = path.join(directory, 'workspace');
    cpSync(path.join(SOURCE, 'workspace'), workspace, { recursive: true });
    try {
        await runTests({
            vscodeExecutablePath,
            extensionDevelopmentPath: root,
            extensionTestsPath: path.join(BUNDLES, 'suite.js'),
            extensionTestsEnv: { HWP_TEST_JOURNAL: JOURNAL, HWP_CACHE: LAB_CACHE },
            launchArgs: [workspace, `--user-data-dir=${path.join(directory, 'ud')}`, `--extensions-dir=${path.join(directory, 'ext')}`],
        });
    } catch (error) {
        console.error(error instanceof Error ? error.message : error);
    } finally {
        rmSync(directory, { recursive: true, force: true });
    }
}

try {
    rmSync(RESULT_FILE, { force: true });
    rmSync(JOURNAL, { force: true });
    mkdirSync(RESULTS, { recursive: true });
    await bundleSuite();
    ensureLabNeeds();
    const executable = await vscodeExecutable();
    const counts = await runToTheEnd(() => runHost(executable), readJournal);
    writeFileSync(RESULT_FILE, JSON.stringify(counts));
    console.log(`in VS Code: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
    process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;
} catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
}

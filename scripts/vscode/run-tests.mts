// Runs test/vscode/*.test.ts in a real VS Code (those in web/ are run by web-tests.mts): the one named by HWP_VSCODE (the path of its executable, or "download" for a
// desktop one of @vscode/test-electron's); else on Linux x64 the host that install-host.mts installs, elsewhere a download.
//   npm run test:vscode               all of them
//   npm run test:vscode -- server     the files with these names only
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import type { SuiteResult } from '../../test/vscode/suite-result.ts';

const root = path.resolve(import.meta.dirname, '../..');
const SOURCE = path.join(root, 'test/vscode');
const BUNDLES = path.join(root, '.cache/vscode-tests');
const RESULTS = path.join(root, '.cache/test-results');

/** Where the numbers of the last run are. */
const RESULT_FILE = path.join(RESULTS, 'vscode.json');

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

function readResult(): SuiteResult {
    if (!existsSync(RESULT_FILE)) {
        throw new Error('the suite inside VS Code left no result: the extension host died, or never started it');
    }
    return JSON.parse(readFileSync(RESULT_FILE, 'utf8')) as SuiteResult;
}

const directory = mkdtempSync(path.join(tmpdir(), 'hwp-'));
try {
    rmSync(RESULT_FILE, { force: true });
    mkdirSync(RESULTS, { recursive: true });
    await bundleSuite();
    const workspace = path.join(directory, 'workspace');
    cpSync(path.join(SOURCE, 'workspace'), workspace, { recursive: true });
    const exitCode = await runTests({
        vscodeExecutablePath: await vscodeExecutable(),
        extensionDevelopmentPath: root,
        extensionTestsPath: path.join(BUNDLES, 'suite.js'),
        extensionTestsEnv: { HWP_TEST_RESULT: RESULT_FILE },
        launchArgs: [workspace, `--user-data-dir=${path.join(directory, 'ud')}`, `--extensions-dir=${path.join(directory, 'ext')}`],
    }).catch((error: unknown) => {
        console.error(error instanceof Error ? error.message : error);
        return 1;
    });
    const { passed, failed, skipped } = readResult();
    console.log(`in VS Code: ${passed} passed, ${failed} failed, ${skipped} skipped`);
    process.exitCode = exitCode === 0 && failed === 0 && passed > 0 ? 0 : 1;
} catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
} finally {
    rmSync(directory, { recursive: true, force: true });
}

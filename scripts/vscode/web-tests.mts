// Runs test/vscode/web/suite.ts in the web extension host of the installed VS Code host: extension, server and tests run in
// workers of headless Chromium, without Node. The bundles in out/ are tested as they are.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { format } from 'node:util';
import { build } from 'esbuild';
import type { SuiteResult } from '../../test/vscode/suite-result.ts';
import { installVsCodeHost } from './install-host.mts';
import { startServer } from './server.mts';
import { openBrowser, workbenchUrl } from './workbench.mts';

const root = path.resolve(import.meta.dirname, '../..');
const WORKSPACE = path.join(root, 'test/vscode/workspace');
const BUNDLE = path.join(root, '.cache/vscode-tests-web/suite.js');
const RESULTS = path.join(root, '.cache/test-results');

/** Where the numbers of the last run are. */
const RESULT_FILE = path.join(RESULTS, 'web.json');

const RESULT = /^HWP_TEST_RESULT (\{.*\})$/m;

/** Before what the suite says of its tests; the rest of the console is the workbench's. */
const LINE = 'HWP_TEST ';

const TIMEOUT_MS = 300_000;

async function bundle(): Promise<void> {
    await build({
        absWorkingDir: root, entryPoints: ['test/vscode/web/suite.ts'], outfile: BUNDLE,
        bundle: true, platform: 'browser', format: 'cjs', target: 'es2022', sourcemap: 'inline', external: ['vscode'], logLevel: 'warning',
        // mocha.js is a script for pages: in a module it would take the place of what the suite exports.
        banner: { js: `(() => { let module, exports;\n${readFileSync(path.join(root, 'node_modules/mocha/mocha.js'), 'utf8')}\n})();` },
        alias: { 'node:assert/strict': './test/vscode/web/assert.ts' },
    });
}

/** Puts the extension among the settings of the workbench's page, before its script reads them: the address has no place for it. */
function developExtension({ scheme, authority, path: pathname }: { readonly scheme: string; readonly authority: string; readonly path: string }): string {
    return `document.addEventListener('readystatechange', () => {
        const meta = document.getElementById('vscode-workbench-web-configuration');
        if (document.readyState === 'interactive' && meta !== null) {
            const settings = JSON.parse(meta.dataset.settings);
            const extensions = [${JSON.stringify({ scheme, authority, path: pathname })}];
            meta.dataset.settings = JSON.stringify({ ...settings, developmentOptions: { ...settings.developmentOptions, extensions } });
        }
    });`;
}

/** Runs the suite on a copy of the workspace; throws when it left no result. */
async function runSuite(): Promise<SuiteResult> {
    const directory = mkdtempSync(path.join(tmpdir(), 'hwp-'));
    const workspace = path.join(directory, 'workspace');
    cpSync(WORKSPACE, workspace, { recursive: true });
    const server = await startServer({ host: installVsCodeHost(), directory, testDriver: true });
    const browser = await openBrowser(directory);
    try {
        // An extension on the server's disk may start no workers. So it is served as those of the marketplace are, only
        // from the workbench's own address: its page may ask no other.
        const extension = `http://${server.authority}/extension`;
        await browser.route(`${extension}/**`, async (route) => {
            const file = path.join(root, path.normalize(decodeURIComponent(new URL(route.request().url()).pathname.slice('/extension'.length))));
            await (existsSync(file) ? route.fulfill({ path: file }) : route.fulfill({ status: 404 }));
        });
        const page = await browser.newPage();
        await page.addInitScript(developExtension({ scheme: 'http', authority: server.authority, path: '/extension' }));
        let result: SuiteResult | undefined;
        await page.exposeFunction('codeAutomationLog', (_kind: string, args: unknown[]) => {
            const line = format(...args);
            const found = RESULT.exec(line)?.[1];
            if (found !== undefined) {
                result = JSON.parse(found) as SuiteResult;
            } else if (line.startsWith(LINE) || process.env['VERBOSE'] !== undefined) {
                console.log(line.replace(LINE, ''));
            }
        });
        const exited = new Promise<void>((resolve) => {
            void page.exposeFunction('codeAutomationExit', () => resolve());
        });
        await page.goto(workbenchUrl(server.authority, workspace, [
            ['extensionDevelopmentPath', extension],
            ['extensionTestsPath', `${extension}/${path.relative(root, BUNDLE)}`],
        ]));
        const late = sleep(TIMEOUT_MS, undefined, { ref: false }).then(() => Promise.reject(new Error(`no result after ${TIMEOUT_MS} ms`)));
        await Promise.race([exited, late, server.died]);
        if (result === undefined) {
            throw new Error('the suite in the web extension host left no result');
        }
        return result;
    } finally {
        await browser.close().catch(() => undefined);
        await server.stop();
        rmSync(directory, { recursive: true, force: true });
    }
}

try {
    rmSync(RESULT_FILE, { force: true });
    mkdirSync(RESULTS, { recursive: true });
    await bundle();
    const result = await runSuite();
    writeFileSync(RESULT_FILE, JSON.stringify(result));
    console.log(`in a browser: ${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped`);
    process.exitCode = result.failed === 0 && result.passed > 0 ? 0 : 1;
} catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
}

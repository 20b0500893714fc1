// Runs test/vscode/web/suite.ts in the web extension host of the installed VS Code host: extension, server and tests run in
// workers of headless Chromium, without Node. The bundles in out/ are tested as they are.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { format } from 'node:util';
import { build } from 'esbuild';
import type { JournalEvent } from '../../test/vscode/journal.ts';
import { installVsCodeHost } from './install-host.mts';
import { startServer } from './server.mts';
import { runToTheEnd, SILENCE_MS, titlesOf } from './test-journal.mts';
import { openBrowser, workbenchUrl } from './workbench.mts';

const root = path.resolve(import.meta.dirname, '../..');
const WORKSPACE = path.join(root, 'test/vscode/workspace');
const BUNDLE = path.join(root, '.cache/vscode-tests-web/suite.js');
const RESULTS = path.join(root, '.cache/test-results');

/** Where the numbers of the last run are. */
const RESULT_FILE = path.join(RESULTS, 'web.json');

const EVENT = /^HWP_TEST_EVENT (\{.*\})$/m;

/** Before what the suite says of its tests; the rest of the console is the workbench's. */
const LINE = 'HWP_TEST ';

const journal: JournalEvent[] = [];

async function bundle(): Promise<void> {
    await build({
        absWorkingDir: root, entryPoints: ['test/vscode/web/suite.ts'], outfile: BUNDLE,
        bundle: true, platform: 'browser', format: 'cjs', target: 'es2022', sourcemap: 'inline', external: ['vscode'], logLevel: 'warning',
        // mocha.js is a script for pages: in a module it would take the place of what the suite exports.
        banner: { js: `(() => { let module, exports;\n${readFileSync(path.join(root, 'node_modules/mocha/mocha.js'), 'utf8')}\n})();` },
        define: { HWP_TESTS_DONE: JSON.stringify(titlesOf(journal)) },
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

/** Runs what is not in the journal yet, on a copy of the workspace. */
async function runHost(): Promise<void> {
    await bundle();
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
        let lastEvent = Date.now();
        await page.exposeFunction('codeAutomationLog', (_kind: string, args: unknown[]) => {
            const line = format(...args);
            const found = EVENT.exec(line)?.[1];
            if (found !== undefined) {
                journal.push(JSON.parse(found) as JournalEvent);
                lastEvent = Date.now();
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
        const silence = async (): Promise<never> => {
            while (Date.now() - lastEvent < SILENCE_MS) {
                await sleep(1_000, undefined, { ref: false });
            }
            throw new Error(`nothing has happened for ${SILENCE_MS / 1000} s: the extension host hangs`);
        };
        await Promise.race([exited, silence(), server.died]);
    } catch (error) {
        console.error(error instanceof Error ? error.message : error);
    } finally {
        await browser.close().catch(() => undefined);
        await server.stop();
        rmSync(directory, { recursive: true, force: true });
    }
}

try {
    rmSync(RESULT_FILE, { force: true });
    mkdirSync(RESULTS, { recursive: true });
    const result = await runToTheEnd(runHost, () => journal);
    writeFileSync(RESULT_FILE, JSON.stringify(result));
    console.log(`in a browser: ${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped`);
    process.exitCode = result.failed === 0 && result.passed > 0 ? 0 : 1;
} catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
}

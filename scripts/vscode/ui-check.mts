// Looks at the extension as a person would: packages it, installs it into the VS Code host, opens a scenario and takes
// screenshots into .cache/screenshots.
//   npm run ui-check -- [FILE.hwp] [--hover TEXT]... [--line NUMBER] [--light]
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { BrowserContext, Page } from 'playwright-core';
import { packageExtension } from '../package.mts';
import { installVsCodeHost } from './install-host.mts';
import { pointAt } from './point-at.mts';
import { installExtension, startServer, type VsCodeServer } from './server.mts';
import { openBrowser, remoteUri, workbenchUrl } from './workbench.mts';

const root = path.resolve(import.meta.dirname, '../..');
const SCREENSHOTS = path.join(root, '.cache/screenshots');

/** Time for hints, lenses and squiggles to be drawn once the server has answered. */
const SETTLE_MS = 1_500;

const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { hover: { type: 'string', multiple: true }, line: { type: 'string' }, light: { type: 'boolean' } },
});
const scenario = path.resolve(positionals[0] ?? path.join(root, 'test/vscode/workspace/smoke.hwp'));
const title = path.basename(scenario, '.hwp');
let shots = 0;

async function shoot(page: Page, what: string): Promise<void> {
    shots += 1;
    const file = path.join(SCREENSHOTS, `${title}-${shots}-${what.replaceAll(/\W+/g, '-')}.png`);
    await page.screenshot({ path: file });
    console.log(path.relative(root, file));
}

async function openScenario(page: Page, server: VsCodeServer, file: string): Promise<void> {
    const gotoLine = values.line === undefined ? [] : [['gotoLineMode', 'true'] as const];
    const target = remoteUri(server.authority, file) + (values.line === undefined ? '' : `:${values.line}`);
    await page.goto(workbenchUrl(server.authority, path.dirname(file), [['openFile', target], ...gotoLine]));
    await page.waitForSelector('.monaco-workbench .editor-instance .view-lines');
    await page.locator('.statusbar-item', { hasText: 'hwpoison scenario' }).first().waitFor();
    await page.locator('.view-line span[class*="mtk"]').first().waitFor();
    await sleep(SETTLE_MS);
}

async function look(page: Page): Promise<void> {
    await shoot(page, 'editor');
    for (const text of values.hover ?? ['kernel']) {
        await pointAt(page, text).catch((error: unknown) => console.warn(error instanceof Error ? error.message : error));
        const hover = page.locator('.monaco-hover:visible').first();
        await hover.waitFor({ timeout: 60_000 }).catch(() => console.warn(`no hover on "${text}"`));
        await sleep(300);
        await shoot(page, `hover ${text}`);
        await page.keyboard.press('Escape');
    }
    await page.keyboard.press('Control+Shift+M');
    await page.locator('.markers-panel').first().waitFor();
    await sleep(500);
    await shoot(page, 'problems');
}

const directory = mkdtempSync(path.join(tmpdir(), 'hwp-'));
let server: VsCodeServer | undefined;
let browser: BrowserContext | undefined;
try {
    mkdirSync(SCREENSHOTS, { recursive: true });
    const settings = { 'workbench.colorTheme': values.light === true ? 'Default Light Modern' : 'Default Dark Modern' };
    const options = { host: installVsCodeHost(), directory, settings };
    installExtension(options, await packageExtension());
    const workspace = path.join(directory, 'workspace');
    cpSync(path.dirname(scenario), workspace, { recursive: true });
    server = await startServer(options);
    browser = await openBrowser(directory);
    const page = browser.pages()[0] ?? await browser.newPage();
    try {
        await openScenario(page, server, path.join(workspace, path.basename(scenario)));
        await look(page);
    } catch (error) {
        await shoot(page, 'failure');
        throw error;
    }
} catch (error) {
    console.error(error);
    process.exitCode = 1;
} finally {
    await browser?.close().catch(() => undefined);
    await server?.stop();
    rmSync(directory, { recursive: true, force: true });
}

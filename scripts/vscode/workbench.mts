// Shows the workbench of a VS Code server in headless Chromium.
import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { ensureCommands, findOnPath } from './debian-packages.mts';

/** A key and a value of the workbench's start-up payload. */
export type PayloadEntry = readonly [key: string, value: string];

// As root Chromium needs --no-sandbox; the rest keeps it from looking for hosts outside.
const CHROMIUM_ARGUMENTS = [
    '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
    '--disable-sync',
];

/** Longest wait for the page, in milliseconds: only one that hangs takes so long, whatever else the machine does. */
export const PATIENCE_MS = 300_000;

/** Names under which systems install Chromium, or what is as good. */
const CHROMIUM_NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** The browser: CHROMIUM, or one that is installed, which happens where none is. */
export function findBrowser(): string {
    return process.env['CHROMIUM'] ?? chromiumOnPath();
}

function chromiumOnPath(): string {
    const find = (): string | undefined => CHROMIUM_NAMES.map(findOnPath).find((file) => file !== undefined);
    const found = find();
    if (found !== undefined) {
        return found;
    }
    ensureCommands([{ command: 'chromium', packageName: 'chromium' }]);
    return find() ?? 'chromium';
}

/** Starts Chromium with an empty profile below a directory. */
export async function openBrowser(directory: string): Promise<BrowserContext> {
    const executablePath = findBrowser();
    const profile = mkdtempSync(path.join(directory, 'chromium-'));
    const browser = await chromium.launchPersistentContext(profile, {
        executablePath, headless: true, args: CHROMIUM_ARGUMENTS, viewport: { width: 1280, height: 800 },
        permissions: ['clipboard-read', 'clipboard-write'], env: { ...process.env, XDG_CONFIG_HOME: path.join(profile, 'config') },
        timeout: PATIENCE_MS,
    });
    browser.setDefaultTimeout(PATIENCE_MS);
    browser.setDefaultNavigationTimeout(PATIENCE_MS);
    return browser;
}

/** The URI by which the workbench knows a file on the server's machine. */
export function remoteUri(authority: string, file: string): string {
    return `vscode-remote://${authority}${file.split(path.sep).map(encodeURIComponent).join('/')}`;
}

/** The address of the workbench on a folder. */
export function workbenchUrl(authority: string, folder: string | undefined, payload: readonly PayloadEntry[] = []): string {
    const what = folder === undefined ? 'ew=true' : `${folder.endsWith('.code-workspace') ? 'workspace' : 'folder'}=${encodeURIComponent(folder)}`;
    const entries = [...payload, ['skipWelcome', 'true'], ['skipReleaseNotes', 'true']];
    return `http://${authority}/?${what}&payload=${encodeURIComponent(JSON.stringify(entries))}`;
}

/** Runs a command as somebody who types its name. @param name as the palette shows it, `Category: Title` */
export async function runFromPalette(page: Page, name: string): Promise<void> {
    await page.keyboard.press('F1');
    await page.keyboard.type(name);
    await page.locator('.quick-input-list .monaco-list-row', { hasText: name.replace(/^.*: /, '') }).first().waitFor();
    await page.keyboard.press('Enter');
}
